// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.DType;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointedTest {

  @TempDir Path folder;

  /** Remembers the score at the end of each epoch. */
  private static final class Scores extends BaseTrainingListener implements Checkpointed {
    private static final TensorSpec SPEC = new TensorSpec("scores", DType.F64, List.of(10L));
    private final double[] scores = new double[10];
    private int epochs;

    @Override
    public void onEpochEnd(Model model) {
      scores[epochs++] = model.score();
    }

    @Override
    public void capture(SectionSink sink) {
      sink.tensor(SPEC, TensorMemory.of(scores)).value("epochs", epochs);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      source.tensor(SPEC, TensorMemory.of(scores));
      long saved = source.longValue("epochs");
      afterwards.accept(() -> epochs = (int) saved);
    }
  }

  /** A name that no section can have. */
  private static final class Unnamable extends BaseTrainingListener implements Checkpointed {
    @Override
    public String checkpointName() {
      return "best/score";
    }

    @Override
    public void capture(SectionSink sink) {}

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  private void train(int epochs, TrainingListener... listeners) throws CheckpointException {
    CheckpointerBuilder settings = Checkpointer.builder().baseFolder(folder);
    MultiLayerNetwork network = Trainings.dense(conf -> conf);
    network.setListeners(listeners);
    Dl4jTraining.fit(
        network, new Rows(Rows.points(60, Trainings.FEATURES), 6, true), epochs, settings);
  }

  @Test
  void aUsersListenerTakesPart() throws CheckpointException {
    Scores first = new Scores();
    train(3, first);
    Scores second = new Scores();
    train(4, second);
    assertThat(second.epochs).isEqualTo(4);
    assertThat(second.scores).startsWith(first.scores[0], first.scores[1], first.scores[2]);
    assertThat(second.scores[3]).isNotZero();
  }

  @Test
  void twoOfAKindAreToldApartByTheirOrder() throws CheckpointException {
    train(2, new Scores(), new Scores());
    Scores first = new Scores();
    Scores second = new Scores();
    train(3, first, second);
    assertThat(first.epochs).isEqualTo(3);
    assertThat(second.scores).containsExactly(first.scores);
  }

  @Test
  void aListenerThatIsNewStartsAfresh() throws CheckpointException {
    train(2);
    Scores added = new Scores();
    train(3, added);
    assertThat(added.epochs).isEqualTo(1);
  }

  @Test
  void aNameThatIsNoneIsRefusedAtOnce() {
    assertThatThrownBy(() -> train(1, new Unnamable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "Unnamable.checkpointName() must be 1 to 48 letters, digits, '-', '_' or '.', but is"
                + " 'best/score'");
  }
}
