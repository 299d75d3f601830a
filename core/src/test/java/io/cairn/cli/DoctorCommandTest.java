// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.cairn.SampleRuns;
import io.cairn.format.JsonObject;
import io.cairn.inspect.Finding;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.ConfigurationException;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path base;
  private Path folder;

  @BeforeEach
  void folder() {
    folder = base.resolve("checkpoints");
  }

  private void config(String file, String json) throws IOException {
    Path config = Files.createDirectories(base.resolve("input/config"));
    Files.writeString(config.resolve(file), json);
  }

  private CliRun doctor() {
    return CliRun.with(Map.of(), "doctor", folder, "--base", base);
  }

  @Test
  void aHealthyFolder() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    config("hyperparameters.json", "{}");
    config("checkpointconfig.json", "{\"LocalPath\": \"" + folder + "\"}");

    assertThat(doctor().hasStatus(Exit.SOUND).out().lines())
        .containsExactly(
            "note: a start of run 'bank' resumes from bank 20/1",
            "note: this is rank 0/1 (from no launcher and no resource config)");
  }

  @Test
  void aFolderReachedByALinkIsTheJobs() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    Path link = Files.createSymbolicLink(base.resolve("link"), folder);
    config("hyperparameters.json", "{\"checkpoint_local_path\": \"" + folder + "\"}");
    config("checkpointconfig.json", "{\"LocalPath\": \"" + link + "\"}");

    assertThat(doctor().hasStatus(Exit.SOUND).out()).doesNotContain("warning");
  }

  @Test
  void theFolderOfTheJobIsTheDefault() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    config("checkpointconfig.json", "{\"LocalPath\": \"" + folder + "\"}");

    assertThat(CliRun.with(Map.of("SAGEMAKER_BASE_DIR", base.toString()), "doctor").out())
        .contains("a start of run 'bank' resumes from bank 10/1");
  }

  @Test
  void beforeTheFirstStartTheConfigurationIsLookedAt() throws Exception {
    config("hyperparameters.json", "{\"checkpoint_evry_steps\": \"3\"}");

    assertThat(CliRun.with(Map.of(), "doctor", "--base", base).hasStatus(Exit.DAMAGE).out())
        .contains(
            "problem: the job stops at its start: checkpoint_evry_steps is not a setting",
            "note: there is no folder " + folder + " yet\n  -> the first snapshot makes it\n");
    Files.createSymbolicLink(folder, base.resolve("nowhere"));
    assertThat(CliRun.with(Map.of(), "doctor", "--base", base).hasStatus(Exit.USAGE).err())
        .contains("there is no folder '" + folder + "'");
    Files.delete(folder);
    SampleRuns.train(folder, "bank", 10);
    assertThat(CliRun.with(Map.of(), "doctor", "--base", base).out())
        .contains("a start of run 'bank' resumes from bank 10/1")
        .doesNotContain("there is no folder");
    assertThat(CliRun.of("doctor", base.resolve("other")).hasStatus(Exit.USAGE).err())
        .contains("there is no folder '");
  }

  @Test
  void whatCouldNotBeReadIsNotToBeMovedAway() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    SnapshotCatalog catalog = SnapshotCatalog.read(LocalStore.in(folder), new SyncMarkers());
    Map<SnapshotListing, SnapshotCheck> checks = new HashMap<>();
    for (SnapshotListing snapshot : catalog.runs().get(0).newestFirst()) {
      Finding finding = new Finding(Finding.Kind.UNREADABLE, "x", "'x' could not be read: EIO");
      checks.put(snapshot, new SnapshotCheck(snapshot, 0, List.of(finding)));
    }

    assertThat(new FolderDoctor(catalog, checks).diagnose())
        .extracting(Diagnosis::message, Diagnosis::advice)
        .containsExactly(
            tuple(
                "a start of run 'bank' fails: what could not be read may be whole",
                "look at permissions, the network and the disk, and start again"),
            tuple(
                "bank 10/1: 'x' could not be read: EIO",
                "look at permissions, the network and the disk; it may be whole"));
  }

  @Test
  void everythingThatCanBeWrongWithAFolder() throws Exception {
    SampleRuns.train(folder, "bank", 40);
    SampleRuns.train(folder, "bank", 50);
    SampleRuns.train(folder, "bnk", 10);
    String name = "bank.step-0000000000%d.attempt-00%d.part-00000-of-00001.%s";
    Files.write(folder.resolve(name.formatted(50, 2, "safetensors")), new byte[] {1});
    Files.delete(folder.resolve(name.formatted(40, 1, "json")));
    Files.delete(folder.resolve(name.formatted(30, 1, "safetensors")));
    Files.createFile(folder.resolve(name.formatted(60, 2, "safetensors.sagemaker-ignore")));
    Files.createFile(folder.resolve("notes.txt"));

    String out = doctor().hasStatus(Exit.DAMAGE).out();

    assertThat(out)
        .startsWith("problem: bank 50/2: Data file 'bank.step-000000000050")
        .contains(
            "warning: snapshots of several runs lie here: bank, bnk",
            "note: a start of run 'bank' resumes from bank 20/1",
            "note: bank 40/1 is incomplete: 1 of 1 manifests missing (part 0)",
            "  -> an attempt died while writing it; the next start removes it",
            "note: bank 30/1 is incomplete: 1 of 1 data files missing (part 0)",
            "  -> other parts are being written, or have not arrived, or were deleted",
            "note: 1 unfinished file: bank.step-000000000060",
            "note: 1 file of other programs: notes.txt");
  }

  @Test
  void aSnapshotOfANewerCairnStopsAStart() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    Path manifest = folder.resolve("bank.step-000000000020.attempt-001.part-00000-of-00001.json");
    String text = Files.readString(manifest).replace("\"version\": 1", "\"version\": 2");
    byte[] body = text.substring(0, text.length() - 88).getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    Files.writeString(
        manifest,
        new String(body, StandardCharsets.UTF_8)
            + "  \"digest\": \"sha256:%s\"\n}\n".formatted(digest));

    assertThat(doctor().hasStatus(Exit.DAMAGE).out())
        .startsWith("problem: a start of run 'bank' fails: a newer Cairn wrote bank 20/1")
        .contains("  -> use the version of Cairn that wrote it");
    assertThat(CliRun.of("ls", folder).hasStatus(Exit.DAMAGE).out()).contains("unsupported");
    assertThat(CliRun.of("verify", folder, "--json").json().objects("snapshots").get(0))
        .satisfies(
            s -> assertThat(s.objects("findings").get(0).string("kind")).isEqualTo("unsupported"));
  }

  @Test
  void everythingThatCanBeWrongWithAJob() throws Exception {
    SampleRuns.train(folder, "bnk", 10);
    config(
        "hyperparameters.json",
        "{\"checkpoint_kep_last\": \"3\", \"checkpoint_run\": \"bank\","
            + " \"checkpoint_local_path\": \"/tmp/elsewhere\"}");
    config("checkpointconfig.json", "{\"LocalPath\": \"/opt/ml/other\"}");

    assertThat(doctor().hasStatus(Exit.DAMAGE).out())
        .contains(
            "problem: the job stops at its start: checkpoint_kep_last is not a setting; did you"
                + " mean checkpoint_keep_last?",
            "warning: the job keeps its snapshots in /opt/ml/other, but this looked at " + folder,
            "warning: checkpoint_local_path /tmp/elsewhere is not used: LocalPath is /opt/ml/other",
            "warning: the job's run 'bank' has no snapshots here, other runs have");
  }

  /** In the words of the start itself. */
  private void assertThatTheStartIsRefusedAndTheDoctorSaysSo(String why) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> SampleRuns.start(base));
    assertThat(refused.problems()).singleElement().asString().contains(why);
    assertThat(doctor().hasStatus(Exit.DAMAGE).out().lines())
        .contains("problem: the job stops at its start: " + refused.problems().get(0));
  }

  @Test
  void aJobThatReusesFilesThatAreUploadedDoesNotStart() throws Exception {
    Files.createDirectories(folder);
    config("checkpointconfig.json", "{\"LocalPath\": \"" + folder + "\"}");
    config("hyperparameters.json", "{\"checkpoint_reuse_files\": \"true\"}");

    assertThatTheStartIsRefusedAndTheDoctorSaysSo(
        "checkpoint_reuse_files is true, but the job has a checkpoint configuration");
    config("hyperparameters.json", "{\"checkpoint_reuse_files\": \"false\"}");
    doctor().hasStatus(Exit.SOUND);
  }

  @Test
  void aJobWhoseUriIsNoneDoesNotStart() throws Exception {
    Files.createDirectories(folder);
    config("hyperparameters.json", "{\"checkpoint_s3_uri\": \"s3://b/x\"}");
    assertThatTheStartIsRefusedAndTheDoctorSaysSo("expected s3://BUCKET/PREFIX");
    config("hyperparameters.json", "{\"checkpoint_s3_uri\": \"s3://bucket/a//b\"}");
    assertThatTheStartIsRefusedAndTheDoctorSaysSo("the prefix of 's3://bucket/a//b' has an empty");
  }

  @Test
  void aJobWhoseAttemptIsUsedOrOverDoesNotStart() throws Exception {
    SampleRuns.train(folder, "training", 10);
    SampleRuns.train(folder, "training", 20);
    attempt(2);
    assertThatTheStartIsRefusedAndTheDoctorSaysSo(
        "attempt 2 of run 'training' was used before: rank 0/1 has files of it in " + folder);
    attempt(1);
    assertThatTheStartIsRefusedAndTheDoctorSaysSo("attempt 1 of run 'training' was used before");
    Files.delete(file(10, "json"));
    Files.delete(file(10, "safetensors"));
    assertThatTheStartIsRefusedAndTheDoctorSaysSo(
        "attempt 1 of run 'training' is over: there are files of attempt 2 in " + folder);
    attempt(3);
    doctor().hasStatus(Exit.SOUND);
    SampleRuns.start(base);
  }

  @Test
  void ofSeveralRunsTheJobsOwnIsAskedForItsAttempt() throws Exception {
    SampleRuns.train(folder, "training", 10);
    SampleRuns.train(folder, "other", 10);
    attempt(1);
    assertThat(doctor().hasStatus(Exit.SOUND).out())
        .contains(
            "warning: if the job's run is 'other', it stops at its start: attempt 1 of run 'other'",
            "warning: if the job's run is 'training', it stops at its start: attempt 1 of run");
    config(
        "hyperparameters.json",
        "{\"checkpoint_attempt\": \"1\", \"checkpoint_run\": \"training\"}");
    assertThatTheStartIsRefusedAndTheDoctorSaysSo("attempt 1 of run 'training' was used before");
  }

  private void attempt(int number) throws IOException {
    config("hyperparameters.json", "{\"checkpoint_attempt\": \"" + number + "\"}");
  }

  private Path file(int step, String ending) {
    return folder.resolve(
        "training.step-%012d.attempt-001.part-00000-of-00001.%s".formatted(step, ending));
  }

  @Test
  void aJobWithoutACheckpointConfigurationLosesEverything() throws Exception {
    Files.createDirectories(folder);
    config("hyperparameters.json", "{}");

    JsonObject answer = CliRun.with(Map.of(), "doctor", folder, "--base", base, "--json").json();

    assertThat(answer.booleanValue("healthy")).isTrue();
    assertThat(answer.objects("diagnoses").get(0).string("severity")).isEqualTo("warning");
    assertThat(answer.objects("diagnoses").get(0).string("message"))
        .startsWith("the job has no checkpoint configuration");
  }
}
