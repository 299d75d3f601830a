// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.ConfigurationException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TrainingState;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.Goal;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointerTest {
  @TempDir Path folder;

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(folder)
        .whenBusy(WhenBusy.WAIT)
        .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(10), SavePolicy.onRequest()));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static LogisticRegression uninterrupted(int steps) {
    LogisticRegression training = new LogisticRegression();
    for (int i = 0; i < steps; i++) {
      training.train();
    }
    return training;
  }

  /** Trains from wherever it stands to a step, and stops there as a killed process would. */
  private LogisticRegression train(CheckpointerBuilder builder, int until) throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder.open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < until; ) {
        training.train();
        checkpointer.afterStep(Progress.ofStep(++step));
      }
    }
    return training;
  }

  @Test
  void theSectionOfCairnItselfIsRefusedToOthers() throws Exception {
    TrainingState state =
        new TrainingState() {
          @Override
          public Fingerprint fingerprint() {
            return Fingerprint.NONE;
          }

          @Override
          public void capture(StateSink sink) {
            sink.section("cairn").value("mine", 1);
          }

          @Override
          public void restore(StateSource source) {}
        };
    try (Checkpointer checkpointer = builder().open(state)) {
      checkpointer.afterStep(Progress.ofStep(10));
      assertThat(checkpointer.lastFailure().orElseThrow())
          .hasMessageContaining(
              "Section 'cairn' is for what Cairn saves itself; give yours another name");
    }
  }

  @Test
  void aMetricThatCannotBeWrittenIsLeftOutAndSaidOnce() throws Exception {
    List<String> warnings = new ArrayList<>();
    CheckpointEvents listener =
        new CheckpointEvents() {
          @Override
          public void warned(String warning) {
            warnings.add(warning);
          }
        };
    Map<String, Double> metrics = new HashMap<>();
    metrics.put("loss\n", 1.0);
    metrics.put("", 1.0);
    metrics.put("\uD83D", 1.0);
    metrics.put("m".repeat(509), 1.0);
    metrics.put("accuracy", null);
    try (Checkpointer checkpointer = builder().events(listener).open(new LogisticRegression())) {
      checkpointer.afterStep(Progress.ofStep(5), Map.of("loss\n", 1.0));
      checkpointer.afterStep(Progress.ofStep(6), metrics);
      checkpointer.afterStep(Progress.ofStep(10), Map.of("m".repeat(508), 1.0));
      checkpointer.finish(Progress.ofStep(20));
      assertThat(checkpointer.lastFailure()).isEmpty();
    }

    assertThat(files()).anyMatch(name -> name.contains("step-000000000010"));
    assertThat(warnings)
        .containsExactly(
            "The name of a metric is 1 to 508 characters without control characters, but this one"
                + " is 'loss?' (5 characters). It is left out: neither saved nor seen by policies;"
                + " further ones like it are left out without a word");
  }

  /** The save that was due may have been skipped; the end of the training saves the same step. */
  @Test
  void metricsOfAStepBelongToItsSnapshotWheneverItIsTaken() throws Exception {
    try (Checkpointer checkpointer =
        builder().savePolicy(SavePolicy.atEnd()).open(new LogisticRegression())) {
      checkpointer.afterStep(Progress.ofStep(4), Map.of("loss", 0.5, "rate", 1.0));
      checkpointer.afterStep(Progress.ofStep(5), Map.of("loss", 0.25, "accuracy", 0.75));
      checkpointer.finish(Progress.ofStep(5), Map.of("accuracy", 0.875));
    }

    Path manifest =
        folder.resolve(
            "checkpoints/training.step-000000000005.attempt-001.part-00000-of-00001.json");
    assertThat(Files.readString(manifest))
        .containsIgnoringWhitespaces("\"metrics\": {\"accuracy\": 0.875, \"loss\": 0.25}");
  }

  @Test
  void aResumedTrainingHasTheBitsOfAnUninterruptedOne() throws Exception {
    train(builder(), 37);

    LogisticRegression resumed = train(builder(), 60);

    assertThat(resumed).hasToString(uninterrupted(60).toString());
    assertThat(files())
        .filteredOn(name -> name.endsWith(".json"))
        .containsExactly(
            "training.step-000000000040.attempt-002.part-00000-of-00001.json",
            "training.step-000000000050.attempt-002.part-00000-of-00001.json",
            "training.step-000000000060.attempt-002.part-00000-of-00001.json");
  }

  @Test
  void compressedSnapshotsResumeWithTheSameBits() throws Exception {
    train(builder().compression(CompressionPolicy.FAST), 37);

    assertThat(files()).anyMatch(name -> name.endsWith(".safetensors.zst"));
    assertThat(train(builder(), 60)).hasToString(uninterrupted(60).toString());
  }

  @Test
  void snapshotsWrittenOverDroppedOnesResumeWithTheSameBits() throws Exception {
    train(builder().reuseFiles(true), 57);

    assertThat(files()).hasSize(6).noneMatch(name -> name.contains("sagemaker-ignore"));
    assertThat(train(builder().reuseFiles(true), 90)).hasToString(uninterrupted(90).toString());
  }

  @Test
  void theThreadsThatWriteAndUploadHaveThePriorityAskedFor() throws Exception {
    Map<String, Integer> priorities = new ConcurrentHashMap<>();
    CheckpointEvents told =
        new CheckpointEvents() {
          @Override
          public void committed(Committed event) {
            priorities.put("writer", Thread.currentThread().getPriority());
          }

          @Override
          public void uploaded(Uploaded event) {
            priorities.put("uploader", Thread.currentThread().getPriority());
          }
        };
    train(
        builder().threadPriority(2).mirror(LocalStore.in(folder.resolve("second"))).events(told),
        10);

    assertThat(priorities).isEqualTo(Map.of("writer", 2, "uploader", 2));
  }

  @Test
  void keepsTheLastThreeByDefault() throws Exception {
    train(builder(), 100);

    assertThat(files()).hasSize(6).first().asString().contains("step-000000000080");
  }

  @Test
  void retentionIsAppliedAgainAtTheStart() throws Exception {
    train(builder().retention(RetentionPolicy.keepAll()), 50);
    assertThat(files()).hasSize(10);

    train(builder().retention(RetentionPolicy.keepLast(1)), 50);

    assertThat(files()).hasSize(2).allMatch(name -> name.contains("step-000000000050"));
  }

  @Test
  void resumesFromTheSnapshotBeforeWhenTheNewestIsDamaged() throws Exception {
    train(builder(), 30);
    Path data =
        folder.resolve(
            "checkpoints/training.step-000000000030.attempt-001.part-00000-of-00001.safetensors");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    RecordedEvents events = new RecordedEvents();

    LogisticRegression resumed = train(builder().events(events), 50);

    assertThat(resumed).hasToString(uninterrupted(50).toString());
    assertThat(events.restored.from()).contains(new SnapshotId(20, 1));
    assertThat(events.restored.refusals())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.id()).isEqualTo(new SnapshotId(30, 1));
              assertThat(refusal.reason()).contains("its bytes changed after it was written");
            });
    assertThat(files()).as("evidence stays").contains(data.getFileName().toString());
  }

  @Test
  void refusesToStartOverWhenEverySnapshotIsDamaged() throws Exception {
    train(builder(), 10);
    Path data =
        folder.resolve(
            "checkpoints/training.step-000000000010.attempt-001.part-00000-of-00001.safetensors");
    Files.write(data, new byte[10]);

    assertThatThrownBy(() -> train(builder(), 20))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("None of the 1 snapshots of run 'training'")
        .hasMessageContaining("has 10 bytes, its manifest says")
        .hasMessageContaining("choose another run name (checkpoint_run)");
  }

  @Test
  void namesWhatDiffersWhenAnotherTrainingWroteTheSnapshot() throws Exception {
    train(builder(), 10);
    TrainingState other =
        new TrainingState() {
          @Override
          public Fingerprint fingerprint() {
            return Fingerprint.builder().identity("features", 30).identity("rate", 0.1).build();
          }

          @Override
          public void capture(StateSink sink) {}

          @Override
          public void restore(StateSource source) throws CheckpointException {
            source.section("model").doubleValue("bias");
          }
        };

    assertThatThrownBy(() -> builder().open(other))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("is whole, but was written by another training; nothing was changed")
        .hasMessageContaining("features: snapshot has '20', this training has '30'")
        .hasMessageContaining(
            "tensor model/weights: snapshot has F64 [20], this training has none");
  }

  @Test
  void aStateThatRefusesASnapshotWithoutSayingWhatDiffersIsNotLoaded() throws Exception {
    train(builder(), 10);
    LogisticRegression training = new LogisticRegression();
    for (boolean late : new boolean[] {false, true}) {
      TrainingState refusing =
          new TrainingState() {
            @Override
            public Fingerprint fingerprint() {
              return training.fingerprint();
            }

            @Override
            public void capture(StateSink sink) {}

            @Override
            public void restore(StateSource source) throws CheckpointException {
              if (late) {
                training.restore(source);
              }
              throw new IncompatibleSnapshotException("the vocabulary has changed", List.of());
            }
          };
      assertThatThrownBy(() -> builder().open(refusing))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining("nothing was changed")
          .hasMessageContaining("\n  - the vocabulary has changed");
    }
    assertThat(training).hasToString(new LogisticRegression().toString());
  }

  @Test
  void takesASnapshotOnRequest() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder().open(training)) {
      checkpointer.requestSnapshot();
      checkpointer.afterStep(Progress.ofStep(3));
    }

    assertThat(files()).first().asString().contains("step-000000000003");
  }

  @Test
  void savesBeforeAStopThatTheTrainingAskedForItself() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder().savePolicy(SavePolicy.atEnd()).open(training)) {
      checkpointer.afterStep(Progress.ofStep(1));
      assertThat(checkpointer.isStopRequested()).isFalse();
      checkpointer.requestStop();
      assertThat(checkpointer.isStopRequested()).isFalse();
      checkpointer.afterStep(Progress.ofStep(2));
      assertThat(checkpointer.isStopRequested()).isTrue();
    }
    assertThat(files()).hasSize(2).allMatch(name -> name.contains("step-000000000002"));
  }

  @Test
  void aStepHasOneSnapshotAndTheSecondIsSaidToBeSkipped() throws Exception {
    RecordedEvents events = new RecordedEvents();
    try (Checkpointer checkpointer =
        builder()
            .events(events)
            .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(10), SavePolicy.everyEpochs(1)))
            .open(new LogisticRegression())) {
      checkpointer.afterStep(new Progress(10, 0, 10));
      checkpointer.afterEpoch(new Progress(10, 1, 0), Map.of());
    }

    assertThat(files()).hasSize(2);
    assertThat(events.skipped.reason())
        .isEqualTo("a snapshot of this step was taken before its epoch ended");
  }

  @Test
  void aFailingListenerDoesNoHarm() throws Exception {
    CheckpointEvents failing =
        new CheckpointEvents() {
          @Override
          public void captured(Captured event) {
            throw new IllegalStateException("listener");
          }
        };

    train(builder().events(failing), 10);

    assertThat(files()).hasSize(2);
  }

  @Test
  void twoRunsShareAFolder() throws Exception {
    train(builder().run("one"), 10);
    RecordedEvents events = new RecordedEvents();

    train(builder().run("two").events(events), 20);

    assertThat(events.opened.otherRuns()).containsExactly("one");
    assertThat(files()).filteredOn(name -> name.startsWith("one.")).hasSize(2);
    assertThat(train(builder().run("one"), 10)).hasToString(uninterrupted(10).toString());
  }

  @Test
  void onlyTheLeaderWritesWhatIsTheSameOnAllRanks() throws Exception {
    LogisticRegression second = train(builder().rank(new Rank(1, 2)), 20);
    assertThat(folder.resolve("checkpoints")).doesNotExist();

    train(builder().rank(new Rank(0, 2)), 20);

    assertThat(train(builder().rank(new Rank(1, 2)), 20)).hasToString(second.toString());
  }

  @Test
  void refusesTriggersThatDriftWhenRanksSaveTheirOwn() {
    TrainingState own = new OwnState();

    assertThatThrownBy(
            () ->
                builder()
                    .rank(new Rank(0, 2))
                    .whenBusy(WhenBusy.SKIP)
                    .savePolicy(SavePolicy.every(Duration.ofMinutes(1)))
                    .open(own))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("use steps and epochs only, or hand in an agreement")
        .hasMessageContaining("each would skip other snapshots");
  }

  @Test
  void refusesToSkipWhereOtherRanksWouldNotEvenIfTheyAgreeWhenToSave() {
    for (WhenBusy rule : List.of(WhenBusy.SKIP, WhenBusy.REPLACE)) {
      assertThatThrownBy(
              () ->
                  builder()
                      .rank(new Rank(0, 2))
                      .whenBusy(rule)
                      .agreement(mine -> mine)
                      .open(new OwnState()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("each would skip other snapshots (checkpoint_when_busy " + rule);
    }
  }

  @Test
  void saysThatEachRankKeepsWhatIsBestByItsOwnMetrics() throws Exception {
    List<String> warnings = new ArrayList<>();
    CheckpointEvents listener = addingWarnings(warnings);
    for (RetentionPolicy keep :
        List.of(RetentionPolicy.keepLast(1), RetentionPolicy.keepBest(1, "loss", Goal.MIN))) {
      ownBuilder(0, 1).retention(keep).events(listener).open(new OwnState()).close();
    }
    assertThat(warnings)
        .containsExactly(
            "Several ranks save state of their own, and what to keep goes by [loss]: each rank keeps"
                + " the parts that are best by its own metrics. Tell the same values on all ranks,"
                + " or the best snapshot loses the parts of those that tell others, or none");
  }

  private static CheckpointEvents addingWarnings(List<String> warnings) {
    return new CheckpointEvents() {
      @Override
      public void warned(String warning) {
        warnings.add(warning);
      }
    };
  }

  /** The warnings of a training of 20 steps in two epochs, which tells the metric loss. */
  private List<String> warnings(CheckpointerBuilder builder) throws Exception {
    List<String> warnings = new ArrayList<>();
    CheckpointEvents listener = addingWarnings(warnings);
    try (Checkpointer checkpointer = builder.events(listener).open(new LogisticRegression())) {
      for (long step = 1; step <= 20; step++) {
        checkpointer.afterStep(new Progress(step, (step - 1) / 10, (step - 1) % 10 + 1));
        if (step % 10 == 0) {
          checkpointer.afterEpoch(new Progress(step, step / 10, 0), Map.of("loss", 1.0 / step));
        }
      }
      checkpointer.finish(new Progress(20, 2, 0));
    }
    return warnings;
  }

  @Test
  void aMetricThatTheTrainingDoesNotTellIsSaidOnce() throws Exception {
    assertThat(
            warnings(
                builder()
                    .savePolicy(SavePolicy.onImprovement("Loss", Goal.MIN))
                    .retention(
                        RetentionPolicy.anyOf(
                            RetentionPolicy.keepLast(1),
                            RetentionPolicy.keepBest(2, "loss", Goal.MIN)))))
        .containsExactly(
            "When to save or what to keep goes by [Loss], but the training has told the metrics"
                + " [loss] up to step 10 (epoch 1, batch 0): nothing is saved or kept for the sake"
                + " of [Loss]. Correct the name (upper and lower case count), or tell the metric");
  }

  @Test
  void aSecondTrainingOfOneProcessThatGoesOnFromTheFirstIsWarned() throws Exception {
    assertThat(warnings(builder().run("fold"))).isEmpty();
    assertThat(warnings(builder().run("other"))).isEmpty();
    assertThat(warnings(builder().run("fold")))
        .containsExactly(
            "This process has opened run 'fold' in "
                + folder.resolve("checkpoints")
                + " before, and now goes on from snapshot step 20 attempt 1. If this is another"
                + " training (the next fold of a cross-validation, another value in a search), give"
                + " it a run name of its own: checkpoint_run, or run(...) of the builder");
  }

  @Test
  void anAttemptThatIsOverIsRefused() throws Exception {
    train(builder().attempt(5), 10);

    assertThatThrownBy(() -> builder().attempt(3).open(new LogisticRegression()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "attempt 3 of run 'training' is over: there are files of attempt 5 in")
        .hasMessageContaining("every start needs a higher checkpoint_attempt, or none");
    assertThat(train(builder().attempt(6), 20)).hasToString(uninterrupted(20).toString());
  }

  @Test
  void ranksSaveAndLoadTheirOwn() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      OwnState state = new OwnState();
      state.own = 100L + rank;
      state.shared = 7;
      try (Checkpointer checkpointer = ownBuilder(rank, 1).open(state)) {
        checkpointer.afterStep(Progress.ofStep(10));
      }
    }

    for (int rank = 0; rank < 2; rank++) {
      OwnState state = new OwnState();
      try (Checkpointer checkpointer = ownBuilder(rank, 2).open(state)) {
        assertThat(checkpointer.resumedAt().step()).isEqualTo(10);
      }
      assertThat(state.own).isEqualTo(100 + rank);
      assertThat(state.shared).isEqualTo(7);
    }
  }

  private CheckpointerBuilder ownBuilder(int rank, int attempt) {
    return builder().savePolicy(SavePolicy.everySteps(10)).rank(new Rank(rank, 2)).attempt(attempt);
  }

  @Test
  void aRankThatDiedBeforeItsPartLeavesNoCompleteSnapshot() throws Exception {
    OwnState state = new OwnState();
    try (Checkpointer checkpointer = ownBuilder(0, 1).open(state)) {
      checkpointer.afterStep(Progress.ofStep(10));
    }
    try (Checkpointer checkpointer = ownBuilder(1, 2).open(new OwnState())) {
      checkpointer.afterStep(Progress.ofStep(10));
    }
    RecordedEvents events = new RecordedEvents();

    try (Checkpointer checkpointer = ownBuilder(0, 3).events(events).open(state)) {
      assertThat(checkpointer.resumedFrom()).isEmpty();
    }
    assertThat(events.restored.refusals())
        .extracting(Object::toString)
        .containsExactly(
            "step 10 attempt 2: incomplete: 1 of 2 manifests missing (part 0)",
            "step 10 attempt 1: incomplete: 1 of 2 manifests missing (part 1)");
  }

  @Test
  void listsEveryWrongSetting() throws Exception {
    Files.createDirectories(folder.resolve("input/config"));
    Files.writeString(
        folder.resolve("input/config/hyperparameters.json"),
        "{\"checkpoint_every_step\":\"5\",\"checkpoint_keep_last\":\"none\",\"lr\":\"0.1\"}");

    assertThatThrownBy(() -> builder().open(new LogisticRegression()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("2 settings are wrong")
        .hasMessageContaining("checkpoint_every_steps")
        .hasMessageContaining("checkpoint_keep_last");
  }

  @Test
  void readsHyperparametersAndTheCheckpointPath() throws Exception {
    Files.createDirectories(folder.resolve("input/config"));
    Files.writeString(
        folder.resolve("input/config/hyperparameters.json"),
        "{\"checkpoint_every_steps\":\"5\",\"checkpoint_keep_all\":\"true\","
            + "\"checkpoint_run\":\"\\\"bank\\\"\"}");
    Files.writeString(
        folder.resolve("input/config/checkpointconfig.json"),
        "{\"LocalPath\":\"" + folder.resolve("elsewhere") + "\"}");

    train(
        Checkpointer.builder()
            .environment(Map.of())
            .baseFolder(folder)
            .whenBusy(WhenBusy.WAIT)
            .retention(RetentionPolicy.keepAll()),
        20);

    try (Stream<Path> files = Files.list(folder.resolve("elsewhere"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(8)
          .allMatch(name -> name.startsWith("bank.step-"));
    }
  }

  @Test
  void aClosedCheckpointerSaysSo() throws Exception {
    Checkpointer checkpointer = builder().open(new LogisticRegression());
    checkpointer.close();

    assertThatThrownBy(() -> checkpointer.afterStep(Progress.ofStep(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The checkpointer of run 'training' is closed");
  }

  private static final class RecordedEvents implements CheckpointEvents {
    private Opened opened;
    private Restored restored;
    private Skipped skipped;

    @Override
    public void skipped(Skipped event) {
      skipped = event;
    }

    @Override
    public void opened(Opened event) {
      opened = event;
    }

    @Override
    public void restored(Restored event) {
      restored = event;
    }
  }

  private static final class OwnState implements TrainingState {
    private long own;
    private long shared;

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.NONE;
    }

    @Override
    public Sharing sharing() {
      return Sharing.OWN_SECTIONS;
    }

    @Override
    public void capture(StateSink sink) {
      sink.ownSection("own").value("own", own);
      sink.section("shared").value("shared", shared);
    }

    @Override
    public void restore(StateSource source) throws CheckpointException {
      long savedOwn = source.section("own").longValue("own");
      long savedShared = source.section("shared").longValue("shared");
      source.afterwards(
          () -> {
            own = savedOwn;
            shared = savedShared;
          });
    }
  }
}
