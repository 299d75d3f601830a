// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.TrainingState;
import io.cairn.testkit.TrainingStateContract;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** A network with dropout, stepped by hand. */
class Dl4jTrainingStateContractTest extends TrainingStateContract {

  @Override
  protected Steppable newTraining() {
    return new Stepped(Trainings.dense(conf -> conf.dropOut(new Dropout(0.8))));
  }

  @Override
  protected Steppable otherTraining() {
    return new Stepped(Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)), 11));
  }

  private static final class Stepped implements Steppable {
    private final MultiLayerNetwork network;
    private final List<DataSet> rows = Rows.points(Rows.COUNT, Trainings.FEATURES);
    private final Dl4jTrainingState state;

    Stepped(MultiLayerNetwork network) {
      this.network = network;
      this.state =
          new Dl4jTrainingState(
              network, new TrainingData.Single(new Rows(rows, 6, false)), Optional.empty());
    }

    @Override
    public TrainingState state() {
      return state;
    }

    @Override
    public void step(long before) {
      network.fit(DataSet.merge(rows.subList((int) before * 5, (int) before * 5 + 5)));
    }

    @Override
    public String bits() {
      return Trainings.bits(network);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
