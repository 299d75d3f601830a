// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SimpleCompositeLoss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.DType;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointedTest {

  /** Remembers the best loss and when each epoch ended. */
  private static final class BestLoss extends TrainingListenerAdapter implements Checkpointed {
    private static final TensorSpec HISTORY = new TensorSpec("history", DType.F32, List.of(10L));
    private final float[] history = new float[10];
    private int epochs;

    @Override
    public void onEpoch(Trainer trainer) {
      history[epochs++] = trainer.getTrainingResult().getValidateLoss();
    }

    @Override
    public void capture(SectionSink sink) {
      sink.tensor(HISTORY, TensorMemory.of(history)).value("epochs", epochs);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      source.tensor(HISTORY, TensorMemory.of(history));
      long saved = source.longValue("epochs");
      afterwards.accept(() -> epochs = (int) saved);
    }
  }

  /** A name that no section can have. */
  private static final class Unnamable extends TrainingListenerAdapter implements Checkpointed {
    @Override
    public String checkpointName() {
      return "best/loss";
    }

    @Override
    public void capture(SectionSink sink) {}

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  @Test
  void aUsersListenerTakesPart() throws CheckpointException {
    BestLoss first = new BestLoss();
    MemorySnapshot saved;
    try (Training training = Training.with("adam").listener(first).start()) {
      training.train(Progress.START, 3, 25);
      saved = training.snapshot();
    }
    assertThat(saved.sectionNames()).contains("own.BestLoss");

    BestLoss second = new BestLoss();
    try (Training training = Training.with("adam").listener(second).start()) {
      saved.restore(training.state);
    }
    assertThat(second.epochs).isEqualTo(2);
    assertThat(second.history).isEqualTo(first.history).doesNotContain(0f, Index.atIndex(1));
  }

  @Test
  void twoOfAKindAreToldApartByTheirOrder() {
    try (Training training =
        Training.with("sgd").listener(new BestLoss()).listener(new BestLoss()).start()) {
      assertThat(training.snapshot().sectionNames()).contains("own.BestLoss", "own.BestLoss.2");
    }
  }

  @Test
  void aListenerThatIsNewStartsAfresh() throws CheckpointException {
    MemorySnapshot saved;
    try (Training training = Training.with("sgd").start()) {
      training.train(Progress.START, 2, 13);
      saved = training.snapshot();
    }
    BestLoss added = new BestLoss();
    try (Training training = Training.with("sgd").listener(added).start()) {
      saved.restore(training.state);
      assertThat(added.epochs).isZero();
    }
  }

  @Test
  void aNameThatIsNoneIsRefusedAtOnce() {
    assertThatThrownBy(() -> Training.with("sgd").listener(new Unnamable()).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "Unnamable.checkpointName() must be 1 to 48 letters, digits, '-', '_' or '.', but is"
                + " 'best/loss'");
  }

  /** Lowers the rate when a user's loop says so. */
  private static class Plateau implements Tracker, Checkpointed {
    private float rate = 0.1f;

    @Override
    public float getNewValue(int updates) {
      return rate;
    }

    @Override
    public void capture(SectionSink sink) {
      sink.value("rate", rate);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      double saved = source.doubleValue("rate");
      afterwards.accept(() -> rate = (float) saved);
    }
  }

  private static Training.Setup withRate(Tracker rate) {
    return new Training.Setup().optimizer(Optimizer.sgd().setLearningRateTracker(rate).build());
  }

  private static Tracker warmUp(Tracker main) {
    return Tracker.warmUp().setMainTracker(main).optWarmUpSteps(8).build();
  }

  /** A user's own schedule: first one tracker, then others. */
  private record Chain(List<Tracker> parts) implements Tracker {
    @Override
    public float getNewValue(int updates) {
      return parts.get(Math.min(updates / 10, parts.size() - 1)).getNewValue(updates);
    }
  }

  private static Stream<UnaryOperator<Tracker>> schedules() {
    return Stream.of(
        tracker -> tracker,
        CheckpointedTest::warmUp,
        tracker -> new Chain(List.of(Tracker.fixed(0.1f), warmUp(tracker))),
        tracker -> updates -> tracker.getNewValue(updates) / 2);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void aUsersTrackerTakesPartWhereverItIs(UnaryOperator<Tracker> schedule)
      throws CheckpointException {
    Plateau first = new Plateau();
    first.rate = 0.025f;
    MemorySnapshot saved;
    try (Training training = withRate(schedule.apply(first)).start()) {
      saved = training.snapshot();
    }
    Plateau second = new Plateau();
    try (Training training = withRate(schedule.apply(second)).start()) {
      saved.restore(training.state);
    }
    assertThat(second.rate).isEqualTo(0.025f);
  }

  /** Its weight changes while training. */
  private static final class Annealed extends Loss implements Checkpointed {
    private double weight = 1;

    Annealed() {
      super("annealed");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      weight *= 0.9;
      return Loss.softmaxCrossEntropyLoss().evaluate(labels, predictions).mul((float) weight);
    }

    @Override
    public void capture(SectionSink sink) {
      sink.value("weight", weight);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      double saved = source.doubleValue("weight");
      afterwards.accept(() -> weight = saved);
    }
  }

  /** A composite of a user's own. */
  private static final class Halved extends Loss {
    private final Loss whole;

    Halved(Loss whole) {
      super("halved");
      this.whole = whole;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      return whole.evaluate(labels, predictions).div(2);
    }
  }

  private static Stream<UnaryOperator<Loss>> losses() {
    return Stream.of(
        loss -> loss,
        loss ->
            new SimpleCompositeLoss("sum").addLoss(Loss.softmaxCrossEntropyLoss()).addLoss(loss),
        Halved::new);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aUsersLossTakesPartWhereverItIs(UnaryOperator<Loss> composite) throws CheckpointException {
    Annealed first = new Annealed();
    MemorySnapshot saved;
    try (Training training = Training.with("sgd").loss(composite.apply(first)).start()) {
      training.train(Progress.START, 1, 3);
      saved = training.snapshot();
    }
    Annealed second = new Annealed();
    try (Training training = Training.with("sgd").loss(composite.apply(second)).start()) {
      saved.restore(training.state);
    }
    assertThat(second.weight).isEqualTo(first.weight).isLessThan(1);
  }

  /** Does less to its input the more often it has seen one. */
  private static final class Fading extends AbstractBlock implements Checkpointed {
    private int seen;

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      seen += training ? 1 : 0;
      return new NDList(inputs.head().mul(1f + 1f / (1 + seen)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return inputs;
    }

    @Override
    public void capture(SectionSink sink) {
      sink.value("seen", seen);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      long saved = source.longValue("seen");
      afterwards.accept(() -> seen = (int) saved);
    }
  }

  private static Training.Setup withBlocks(Fading first, Fading inside) {
    SequentialBlock inner = new SequentialBlock().add(inside).add(Training.block(8));
    return Training.with("sgd").block(new SequentialBlock().add(first).add(inner));
  }

  @Test
  void aUsersBlocksTakePartInTheOrderOfTheModel() throws CheckpointException {
    Fading first = new Fading();
    MemorySnapshot saved;
    try (Training training = withBlocks(first, new Fading()).start()) {
      training.train(Progress.START, 1, 3);
      first.seen = 17;
      saved = training.snapshot();
    }
    assertThat(saved.sectionNames()).contains("own.Fading", "own.Fading.2");
    Fading second = new Fading();
    Fading inside = new Fading();
    try (Training training = withBlocks(second, inside).start()) {
      saved.restore(training.state);
    }
    assertThat(List.of(second.seen, inside.seen)).containsExactly(17, 3);
  }

  @Test
  void aBlockThatIsUsedTwiceIsAskedOnce() {
    Fading shared = new Fading();
    try (Training training = withBlocks(shared, shared).start()) {
      assertThat(training.snapshot().sectionNames())
          .contains("own.Fading")
          .doesNotContain("own.Fading.2");
    }
  }

  /** As snapshots have them that were taken before it was looked for. */
  @Test
  void whatIsInsideOfAnotherComesAfterWhatStandsAlone() {
    Plateau inside =
        new Plateau() {
          @Override
          public String checkpointName() {
            return "BestLoss";
          }
        };
    try (Training training = withRate(inside).listener(new BestLoss()).start()) {
      MemorySnapshot snapshot = training.snapshot();
      assertThat(snapshot.section("own.BestLoss").values()).containsKey("epochs");
      assertThat(snapshot.section("own.BestLoss.2").values()).containsKey("rate");
    }
  }

  /** Gives other rows the more it has given. */
  private static final class Curriculum implements Dataset, Checkpointed {
    @Override
    public Iterable<Batch> getData(NDManager manager) {
      return List.of();
    }

    @Override
    public void prepare(ai.djl.util.Progress progress) {}

    @Override
    public void capture(SectionSink sink) {}

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  @Test
  void aDatasetsStateIsRefused() {
    try (Training training = Training.with("sgd").start()) {
      assertThatThrownBy(() -> training.state.dataPosition().data(new Curriculum()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "Cannot save the state of dataset "
                  + Curriculum.class.getName()
                  + ": a training that goes on reads its epoch again from the beginning, and skips"
                  + " what it was trained with. Let the dataset give the same rows in each attempt,"
                  + " without state; or hold the state in a listener that implements"
                  + " io.cairn.model.Checkpointed.");
    }
  }
}
