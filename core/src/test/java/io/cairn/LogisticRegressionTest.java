// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import io.cairn.testkit.TrainingStateContract;
import java.util.Arrays;
import java.util.List;

class LogisticRegressionTest extends TrainingStateContract {

  @Override
  protected Steppable newTraining() {
    LogisticRegression training = new LogisticRegression();
    return new Steppable() {
      @Override
      public TrainingState state() {
        return training;
      }

      @Override
      public void step(long before) {
        training.train();
      }

      @Override
      public String bits() {
        return training.toString();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  protected Steppable otherTraining() {
    WiderModel model = new WiderModel();
    return new Steppable() {
      @Override
      public TrainingState state() {
        return model;
      }

      @Override
      public void step(long before) {}

      @Override
      public String bits() {
        return Arrays.toString(model.weights);
      }

      @Override
      public void close() {}
    };
  }

  private static final class WiderModel implements TrainingState {
    private final double[] weights = new double[30];

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.NONE;
    }

    @Override
    public void capture(StateSink sink) {}

    @Override
    public void restore(StateSource source) throws CheckpointException {
      source
          .section("model")
          .tensor(new TensorSpec("weights", DType.F64, List.of(30L)), TensorMemory.of(weights));
    }
  }
}
