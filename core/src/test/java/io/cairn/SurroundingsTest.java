// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Rank;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.LocalStore;
import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start says why snapshots would be lost. */
class SurroundingsTest {
  private static final Map<String, String> JOB = Map.of("TRAINING_JOB_NAME", "bank-17");

  @TempDir Path base;

  @BeforeEach
  void container() throws IOException {
    Files.createDirectories(base.resolve("input/config"));
  }

  private void config(String name, String json) throws IOException {
    Files.writeString(base.resolve("input/config").resolve(name), json);
  }

  private List<String> warnings(CheckpointerBuilder builder) throws Exception {
    List<String> warnings = new ArrayList<>();
    CheckpointEvents listener =
        new CheckpointEvents() {
          @Override
          public void warned(String warning) {
            warnings.add(warning);
          }
        };
    builder
        .baseFolder(base)
        .whenTerminated(WhenTerminated.IGNORE)
        .events(listener)
        .open(new LogisticRegression())
        .close();
    return warnings;
  }

  private static CheckpointerBuilder job() {
    return Checkpointer.builder().environment(JOB);
  }

  @Test
  void aJobWithoutACheckpointConfigurationIsWarned() throws Exception {
    assertThat(warnings(job()))
        .containsExactly(
            "Training job bank-17 has no checkpoint configuration: SageMaker uploads no snapshot,"
                + " all are lost with the machine, and a spot job that is interrupted starts from"
                + " the beginning. Give the estimator a checkpoint_s3_uri (CheckpointConfig.S3Uri),"
                + " or set the hyperparameter of that name");
    assertThat(warnings(job().mirror(LocalStore.in(base.resolve("second"))))).isEmpty();
    assertThat(warnings(Checkpointer.builder().environment(Map.of())))
        .as("no job, such as on a laptop")
        .isEmpty();
  }

  @Test
  void aRankThatSavesNothingIsWarned() throws Exception {
    Map<String, String> second = Map.of("RANK", "1", "WORLD_SIZE", "2");
    assertThat(warnings(Checkpointer.builder().environment(second)))
        .containsExactly(
            "Rank 1/2 (from torchrun: RANK, WORLD_SIZE) saves nothing: what this training saves"
                + " counts as the same on all ranks, so rank 0 saves it, and this rank, too, goes on"
                + " from rank 0's snapshots. If the ranks train different things, each needs a run of"
                + " its own as rank 0 of 1, as by"
                + " Checkpointer.builder().rank(Rank.SINGLE).run(\"fold-1\")");
    assertThat(warnings(Checkpointer.builder().environment(second).rank(new Rank(1, 2)))).isEmpty();
    assertThat(warnings(Checkpointer.builder().environment(second).rank(Rank.SINGLE).run("fold-1")))
        .isEmpty();
  }

  @Test
  void filesThatSageMakerUploadsAreNotWrittenOver() throws Exception {
    config("checkpointconfig.json", "{\"LocalPath\": \"" + base.resolve("synced") + "\"}");
    assertThatThrownBy(() -> warnings(job().reuseFiles(true)))
        .hasMessageContaining(
            "checkpoint_reuse_files is true, but the job has a checkpoint configuration")
        .hasMessageContaining("may still be reading a file that is written over; leave it out");
  }

  @Test
  void aFolderThatSageMakerDoesNotUploadIsSaid() throws Exception {
    config("checkpointconfig.json", "{\"LocalPath\": \"" + base.resolve("synced") + "\"}");
    Path other = base.resolve("other");

    assertThat(warnings(job().folder(other)))
        .containsExactly(
            "Snapshots go to "
                + other
                + ", but SageMaker uploads only what is in "
                + base.resolve("synced")
                + " (LocalPath of checkpointconfig.json): all are lost with the machine. Remove the"
                + " place from the code, or set LocalPath to it");
    assertThat(warnings(job().folder(base.resolve("synced/.")))).isEmpty();
    assertThat(warnings(job())).isEmpty();
  }

  @Test
  void aFolderReachedByALinkIsTheSame() throws Exception {
    Path disk = Files.createDirectories(base.resolve("nvme"));
    Path link = Files.createSymbolicLink(base.resolve("link"), disk);
    config("checkpointconfig.json", "{\"LocalPath\": \"" + link + "\"}");
    assertThat(warnings(job().folder(disk))).isEmpty();
    config("checkpointconfig.json", "{\"LocalPath\": \"" + link.resolve("new") + "\"}");
    assertThat(warnings(job().folder(disk.resolve("new")))).isEmpty();
    assertThat(warnings(job().folder(disk)))
        .singleElement()
        .asString()
        .startsWith("Snapshots go to " + disk + ", but SageMaker uploads only what is in " + link);
  }

  @Test
  void aLocalPathThatIsNotUsedIsSaid() throws Exception {
    config("checkpointconfig.json", "{\"LocalPath\": \"" + base.resolve("synced") + "\"}");
    config("hyperparameters.json", "{\"checkpoint_local_path\": \"/data/snapshots\"}");

    assertThat(warnings(job()))
        .containsExactly(
            "checkpoint_local_path /data/snapshots is not used: LocalPath of checkpointconfig.json"
                + " is "
                + base.resolve("synced")
                + ". Remove the hyperparameter");
  }

  @Test
  void anotherRunsSnapshotsAreALogLine() throws Exception {
    SampleRuns.train(base.resolve("checkpoints"), "bank-2", 10);
    try (ForkedJvm process =
        ForkedJvm.running(LogisticRegression.class)
            .arguments(base, 1, base.resolve("result"), 0)
            .property("org.slf4j.simpleLogger.log.io.cairn", "info")
            .start()) {
      assertThat(process.awaitLine("event=other_runs", Duration.ofSeconds(60)))
          .endsWith(
              "cairn event=other_runs run=training found=\"bank-2\" hint=\"snapshots of other runs"
                  + " lie in the same place and are ignored; an S3 prefix without its closing /"
                  + " brings its neighbours in\"");
    }
  }
}
