// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OptimizerStateTest {

  /** The lion of Chen et al. (2023): written by a user, with moments as DJL's own have them. */
  private static final class Lion extends Optimizer {
    private final float rate;
    private final Map<String, Map<Device, NDArray>> momenta = new ConcurrentHashMap<>();

    Lion(float rate) {
      super(Optimizer.adam());
      this.rate = rate;
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
      updateCount(parameterId);
      NDArray momentum =
          withDefaultState(momenta, parameterId, weight.getDevice(), key -> weight.zerosLike());
      weight.subi(momentum.mul(0.9f).add(grad.mul(0.1f)).sign().mul(rate));
      momentum.muli(0.99f).addi(grad.mul(0.01f));
      weight.getGradient().muli(0);
    }
  }

  /** Has state of a kind that cannot be told from a setting. */
  private static final class Moody extends Adam {
    @SuppressWarnings("UnusedVariable")
    private int mood;

    Moody() {
      super(Optimizer.adam());
    }
  }

  @Test
  void anOptimizerOfAUserIsSavedIfItsStateIsInMoments() throws CheckpointException {
    Training.seed(1);
    MemorySnapshot whole;
    try (Training training = new Training.Setup().optimizer(new Lion(0.001f)).start()) {
      training.train(Progress.START, 2, 100);
      whole = training.snapshot();
    }
    Training.seed(1);
    MemorySnapshot cut;
    try (Training training = new Training.Setup().optimizer(new Lion(0.001f)).start()) {
      training.train(Progress.START, 2, 13);
      cut = training.snapshot();
    }
    assertThat(cut.section("optimizer").tensorNames()).contains("momenta/01Linear_weight");

    try (Training training = new Training.Setup().optimizer(new Lion(0.001f)).start()) {
      cut.restore(training.state);
      training.train(new Progress(13, 1, 3), 2, 100);
      assertThat(training.snapshot().differences(whole, "model")).isEmpty();
      assertThat(training.snapshot().differences(whole, "optimizer")).isEmpty();
    }
  }

  @Test
  void twoTrainersMayShareOne() throws Exception {
    Training.seed(1);
    MemorySnapshot one;
    MemorySnapshot two;
    Optimizer shared = Training.OPTIMIZERS.get("adam").get();
    try (Training first = new Training.Setup().optimizer(shared).start();
        Training second = new Training.Setup().optimizer(shared).start()) {
      first.train(Progress.START, 2, 5);
      second.train(Progress.START, 2, 7);
      one = first.snapshot();
      two = second.snapshot();
    }
    Optimizer anew = Training.OPTIMIZERS.get("adam").get();
    try (Training first = new Training.Setup().optimizer(anew).start();
        Training second = new Training.Setup().optimizer(anew).start()) {
      one.restore(first.state);
      two.restore(second.state);
      assertThat(first.snapshot().differences(one, "optimizer")).isEmpty();
      assertThat(second.snapshot().differences(two, "optimizer")).isEmpty();
    }
  }

  /** Sums that DJL's base class does not know of. */
  private static final class MeanError extends Evaluator {
    private final Map<String, Float> sums = new HashMap<>();
    private final String unit = "rows";
    private float latest;

    MeanError() {
      super("mean error");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      throw new IllegalStateException(unit + sums + latest);
    }

    @Override
    public void addAccumulator(String key) {}

    @Override
    public void updateAccumulator(String key, NDList labels, NDList predictions) {}

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {}

    @Override
    public void resetAccumulator(String key) {}

    @Override
    public float getAccumulator(String key) {
      return latest;
    }
  }

  /** Arrays of its own, of another shape than DJL's. */
  private static final class Averaging extends Optimizer {
    private final Map<String, NDArray> averages = new HashMap<>();

    Averaging() {
      super(new Builder());
    }

    @Override
    public void update(String id, NDArray weight, NDArray gradient) {
      averages.put(id, weight);
    }

    private static final class Builder extends OptimizerBuilder<Builder> {
      @Override
      protected Builder self() {
        return this;
      }
    }
  }

  @Test
  void arraysOfAnOptimizerThatNobodySavesAreRefused() {
    assertThatThrownBy(() -> new OptimizerState(new Averaging()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("Cannot tell whether field 'averages' (java.util.Map<")
        .hasMessageEndingWith(
            "is state that a snapshot must hold. Let the optimizer implement"
                + " io.cairn.model.Checkpointed.");
  }

  @Test
  void fieldsThatNoSnapshotHasAreWarnedOf() {
    int[] calls = {0};
    Tracker counting = updates -> 0.1f / (1 + calls[0]++);
    try (Training training =
        new Training.Setup().optimizer(withRate(counting)).loss(new Summing()).start()) {
      training.trainer.getEvaluators().add(new MeanError());
      assertThat(OwnFields.in(training.trainer, withRate(counting)))
          .satisfiesExactlyInAnyOrder(
              field -> assertThat(field).contains(getClass().getName()).endsWith("(int[])"),
              field -> assertThat(field).isEqualTo(MeanError.class.getName() + ".latest (float)"),
              field ->
                  assertThat(field).isEqualTo(MeanError.class.getName() + ".sums (java.util.Map)"),
              field -> assertThat(field).isEqualTo(Summing.class.getName() + ".sum (float)"));
    }
    try (Training training = Training.with("adam").start()) {
      assertThat(OwnFields.in(training.trainer, new Lion(0.1f))).isEmpty();
    }
  }

  /** Has parts that are saved, in a map that also has itself, and a function on arrays. */
  private static final class Composite extends Loss {
    private final Map<String, Object> parts = new HashMap<>();
    private final Map<Object, Object> unordered = new HashMap<>();
    private final UnaryOperator<NDArray> clip = NDArray::abs;

    Composite() {
      super("composite");
      parts.put("b", new SavedLoss("b"));
      parts.put("a", new SavedLoss("a"));
      parts.put("self", parts);
      unordered.put(new Object(), new SavedLoss("unordered"));
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      throw new IllegalStateException("out of luck " + unordered + clip);
    }
  }

  private static final class SavedLoss extends Loss implements Checkpointed {
    SavedLoss(String name) {
      super(name);
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      throw new IllegalStateException("out of luck");
    }

    @Override
    public void capture(SectionSink sink) {}

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  @Test
  void partsInMapsAreFoundInTheOrderOfTheirKeys() {
    assertThat(Parts.of(new Composite(), Loss.class))
        .extracting(Loss::getName)
        .containsExactly("a", "b");
  }

  @Test
  void aFunctionOnArraysIsNoState() throws Exception {
    assertThat(UnknownState.mayBeIn(Composite.class.getDeclaredField("clip"))).isFalse();
    assertThat(UnknownState.mayBeIn(Averaging.class.getDeclaredField("averages"))).isTrue();
  }

  @Test
  void partsThatAreSavedAreNotWarnedOf() {
    try (Training training = new Training.Setup().loss(new Composite()).start()) {
      assertThat(OwnFields.in(training.trainer, Training.OPTIMIZERS.get("sgd").get()))
          .as("the first has itself, too; those of the other have no order, and are not found")
          .containsExactly(
              Composite.class.getName() + ".parts (java.util.Map)",
              Composite.class.getName() + ".unordered (java.util.Map)");
      ((Composite) training.trainer.getLoss()).parts.remove("self");
      assertThat(OwnFields.in(training.trainer, Training.OPTIMIZERS.get("sgd").get()))
          .containsExactly(Composite.class.getName() + ".unordered (java.util.Map)");
    }
  }

  private static final class Summing extends Loss {
    private float sum;

    Summing() {
      super("summing");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      throw new IllegalStateException("out of luck " + sum);
    }
  }

  @Test
  void stateOfAnotherKindIsRefusedBeforeTraining() {
    assertThatThrownBy(() -> new Training.Setup().optimizer(new Moody()).start())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Cannot tell whether field 'mood' (int) of optimizer "
                + Moody.class.getName()
                + " is state that a snapshot must hold. Make it final if it is a setting, or let the"
                + " optimizer implement io.cairn.model.Checkpointed.");
  }

  /** Changes by whatever happens. */
  private static class Drifting implements Tracker {
    private float rate = 0.1f;

    @Override
    public float getNewValue(int updates) {
      rate *= 0.99f;
      return rate;
    }
  }

  /** Saves what is in it. */
  private record Keeper(Drifting part) implements Tracker, Checkpointed {
    @Override
    public float getNewValue(int updates) {
      return part.getNewValue(updates);
    }

    @Override
    public void capture(SectionSink sink) {}

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  @Test
  void aTrackerWithStateIsRefusedBeforeTraining() {
    assertThat(Stream.of(new Drifting(), warmUp(new Drifting()), new Drifting() {}))
        .allSatisfy(
            rate ->
                assertThatThrownBy(() -> new OptimizerState(withRate(rate)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(
                        "Cannot tell whether field 'rate' (float) of learning rate tracker "
                            + Drifting.class.getName()
                            + " is state that a snapshot must hold. Make it final if it is a"
                            + " setting, or let the learning rate tracker implement"
                            + " io.cairn.model.Checkpointed."));
  }

  @Test
  void aTrackerThatIsCheckpointedAnswersForItsParts() {
    assertThat(new OptimizerState(withRate(warmUp(new Keeper(new Drifting())))).moments())
        .isNotEmpty();
  }

  @Test
  void allOfDjlsTrackersAreUnderstood() {
    Tracker cosine = Tracker.cosine().setBaseValue(1).optFinalValue(0).setMaxUpdates(9).build();
    assertThat(
            Stream.of(
                cosine,
                Tracker.factor().setBaseValue(1).setFactor(0.5f).optMaxUpdates(9).build(),
                warmUp(factors(0.1f, 14, 31)),
                Tracker.cyclical().optBaseValue(0.1f).optMaxValue(1).build()))
        .allSatisfy(rate -> assertThat(new OptimizerState(withRate(rate)).updates()).isZero());
  }

  @Test
  void allOfDjlsOptimizersAreUnderstood() {
    Tracker rate = Tracker.fixed(0.1f);
    assertThat(new OptimizerState(Optimizer.rmsprop().build()).moments()).hasSize(3);
    assertThat(new OptimizerState(Optimizer.adagrad().build()).moments()).hasSize(1);
    assertThat(new OptimizerState(Optimizer.adadelta().build()).moments()).hasSize(2);
    assertThat(
            new OptimizerState(
                    Optimizer.nag().setLearningRateTracker(rate).setMomentum(0.9f).build())
                .moments())
        .hasSize(1);
  }

  @Test
  void theKindIsIdentityAndTheNumbersAreEnvironment() {
    Fingerprint plain = facts(Training.OPTIMIZERS.get("sgd").get());
    Fingerprint momentum = facts(Training.OPTIMIZERS.get("momentum").get());

    assertThat(plain.identity())
        .containsEntry("optimizer", "ai.djl.training.optimizer.Sgd")
        .containsEntry("optimizer.hasMomentum", "false");
    assertThat(plain.environment()).containsEntry("optimizer.clipGrad", "1.0");
    assertThat(momentum.identityDifferences(plain))
        .containsExactly("optimizer.hasMomentum: snapshot has 'false', this training has 'true'");
    assertThat(facts(Optimizer.adam().optWeightDecays(0.5f).build()).environment())
        .containsEntry("optimizer.weightDecays", "0.5")
        .containsEntry("optimizer.beta2", "0.999");
  }

  @Test
  void anotherLearningRateIsSaid() {
    assertThat(
            facts(withRate(Tracker.fixed(0.1f)))
                .environmentDifferences(facts(withRate(Tracker.fixed(0.2f)))))
        .containsExactly(
            "optimizer.learningRateTracker.value: snapshot has '0.2', this training has '0.1'");
    assertThat(
            facts(withRate(factors(0.1f, 14, 31)))
                .environmentDifferences(facts(withRate(Tracker.fixed(0.1f)))))
        .contains(
            "optimizer.learningRateTracker: snapshot has 'ai.djl.training.tracker.FixedTracker',"
                + " this training has 'ai.djl.training.tracker.MultiFactorTracker'");
  }

  @Test
  void aScheduleIsDescribedWithTheOneInIt() {
    Fingerprint before = facts(withRate(warmUp(factors(0.1f, 14, 31))));
    assertThat(before.environment())
        .containsEntry("optimizer.learningRateTracker.warmUpSteps", "8")
        .containsEntry("optimizer.learningRateTracker.warmUpMode", "LINEAR")
        .containsEntry("optimizer.learningRateTracker.mainTracker.steps", "[14, 31]");
    assertThat(facts(withRate(warmUp(factors(0.1f, 14, 40)))).environmentDifferences(before))
        .containsExactly(
            "optimizer.learningRateTracker.mainTracker.steps: snapshot has '[14, 31]', this"
                + " training has '[14, 40]'");
  }

  @Test
  void aTrackerOfAUserIsKnownByItsClass() {
    Tracker one = update -> 0.1f;
    Tracker other = update -> 0.2f;
    assertThat(facts(withRate(one)).environment())
        .containsEntry(
            "optimizer.learningRateTracker", OptimizerStateTest.class.getName() + " (lambda)");
    assertThat(facts(withRate(one)).environmentDifferences(facts(withRate(other)))).isEmpty();
  }

  /** The schedule moves its own numbers; the snapshot has those of the start. */
  @Test
  void aRateThatChangedWhileTrainingIsNoDifference() {
    Fingerprint start = facts(Training.OPTIMIZERS.get("adam").get());
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, 2, 16);
      assertThat(training.state.fingerprint().environmentDifferences(start))
          .noneMatch(difference -> difference.startsWith("optimizer."));
    }
  }

  private static Optimizer withRate(Tracker rate) {
    return Optimizer.sgd().setLearningRateTracker(rate).build();
  }

  private static Tracker factors(float base, int... steps) {
    return Tracker.multiFactor().setBaseValue(base).setSteps(steps).build();
  }

  private static Tracker warmUp(Tracker main) {
    return Tracker.warmUp().setMainTracker(main).optWarmUpSteps(8).build();
  }

  private static Fingerprint facts(Optimizer optimizer) {
    Fingerprint.Builder builder = Fingerprint.builder();
    new OptimizerState(optimizer).describe(builder);
    return builder.build();
  }
}
