// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.RunName;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HyperparametersTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void aNameThatIsAlmostAKeyIsAMistake() {
    List<String> problems = new ArrayList<>();
    Hyperparameters.read(
        Map.of(
            "checkpoint-every-steps",
            "5",
            "Checkpoint_Run",
            "a",
            "checkpoints_keep_last",
            "3",
            "checkpoint-dir",
            "mine",
            "keep_last",
            "4"),
        problems);
    assertThat(problems)
        .containsExactly(
            "Checkpoint_Run is not a setting; did you mean checkpoint_run?",
            "checkpoint-every-steps is not a setting; did you mean checkpoint_every_steps?",
            "checkpoints_keep_last is not a setting; did you mean checkpoint_keep_last?");
  }

  @Test
  void withoutKeysAllIsOpen() {
    CheckpointSettings settings = read(Map.of("epochs", "3", "checkpoints", "yes"));

    assertThat(settings)
        .isEqualTo(
            new CheckpointSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(problems).isEmpty();
  }

  @Test
  void everyKeyIsRead() {
    Map<String, String> values = new TreeMap<>();
    values.put("checkpoint_run", "mnist");
    values.put("checkpoint_local_path", "/data/snapshots");
    values.put("checkpoint_s3_uri", "s3://bucket/jobs/mnist");
    values.put("checkpoint_s3_kms_key", "alias/snapshots");
    values.put("checkpoint_upload_limit", "50MiB");
    values.put("checkpoint_every_steps", "100");
    values.put("checkpoint_every_epochs", "1");
    values.put("checkpoint_every", "10m");
    values.put("checkpoint_on_improvement", "validation_loss:min");
    values.put("checkpoint_at_end", "False");
    values.put("checkpoint_keep_last", "5");
    values.put("checkpoint_keep_best", "3:val:accuracy:max");
    values.put("checkpoint_keep_every_steps", "1000");
    values.put("checkpoint_keep_newer_than", "PT2H");
    values.put("checkpoint_keep_all", "false");
    values.put("checkpoint_failures", "3");
    values.put("checkpoint_when_busy", "wait");
    values.put("checkpoint_compression", "FAST");
    values.put("checkpoint_compression_threads", "2");
    values.put("checkpoint_thread_priority", "2");
    values.put("checkpoint_copy_threads", "3");
    values.put("checkpoint_reuse_files", "true");
    values.put("checkpoint_staging_limit", "2GiB");
    values.put("checkpoint_rank", "1");
    values.put("checkpoint_world_size", "4");
    values.put("checkpoint_attempt", "2");
    values.put("checkpoint_sigterm", "ignore");
    values.put("checkpoint_grace", "90s");
    values.put("checkpoint_exit_status", "0");
    values.put("checkpoint_sync_stall", "15m");
    values.put("checkpoint_on_difference", "refuse");

    CheckpointSettings settings = read(values);

    assertThat(problems).isEmpty();
    assertThat(values).hasSameSizeAs(Key.values());
    assertThat(settings.run()).contains(new RunName("mnist"));
    assertThat(settings.localPath()).contains(Path.of("/data/snapshots"));
    assertThat(settings.s3Uri()).contains("s3://bucket/jobs/mnist");
    assertThat(settings.s3KmsKey()).contains("alias/snapshots");
    assertThat(settings.uploadBytesPerSecond()).contains(50L << 20);
    assertThat(settings.savePolicy().orElseThrow())
        .hasToString(
            "any of [every 100 steps, every epoch, every 10m,"
                + " on improvement of validation_loss (min)]");
    assertThat(settings.atEnd()).contains(false);
    assertThat(settings.retentionPolicy().orElseThrow())
        .hasToString(
            "any of [keep last 5, keep best 3 by val:accuracy (max), keep every 1000 steps,"
                + " keep newer than 2h]");
    assertThat(settings.failurePolicy().orElseThrow())
        .hasToString("stop after 3 failures in a row");
    assertThat(settings.whenBusy()).contains(WhenBusy.WAIT);
    assertThat(settings.compression()).contains(CompressionPolicy.FAST);
    assertThat(settings.compressionThreads()).hasValue(2);
    assertThat(settings.threadPriority()).hasValue(2);
    assertThat(settings.copyThreads()).hasValue(3);
    assertThat(settings.reuseFiles()).contains(true);
    assertThat(settings.stagingLimitBytes()).hasValue(2L << 30);
    assertThat(settings.rank()).hasValue(1);
    assertThat(settings.worldSize()).hasValue(4);
    assertThat(settings.attempt()).hasValue(2);
    assertThat(settings.whenTerminated()).contains(WhenTerminated.IGNORE);
    assertThat(settings.grace()).contains(Duration.ofSeconds(90));
    assertThat(settings.exitStatus()).hasValue(0);
    assertThat(settings.syncStall()).contains(Duration.ofMinutes(15));
    assertThat(settings.whenDifferent()).contains(WhenDifferent.REFUSE);
  }

  @Test
  void aFileOfAnySdkGivesTheSameSettings(@TempDir Path base) throws IOException {
    List<String> files =
        List.of(
            "{\"checkpoint_every\": \"10m\", \"checkpoint_keep_last\": \"5\"}",
            "{\"checkpoint_every\": \"\\\"10m\\\"\", \"checkpoint_keep_last\": \"\\\"5\\\"\"}",
            "{\"checkpoint_every\": \"10m\", \"checkpoint_keep_last\": 5}",
            "{\"checkpoint_every\": \"10m\", \"checkpoint_keep_last\": \"5.0\"}");
    for (String file : files) {
      ContainerPaths paths = ContainerFolder.in(base).hyperparameters(file).paths();
      CheckpointSettings settings =
          read(ContainerConfig.read(paths, Map.of(), problems).hyperparameters());

      assertThat(settings.savePolicy().orElseThrow()).hasToString("every 10m");
      assertThat(settings.retentionPolicy().orElseThrow()).hasToString("keep last 5");
    }
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "checkpoint_every_step, checkpoint_every_steps",
    "checkpoint_keeplast, checkpoint_keep_last",
    "checkpoint_Every, checkpoint_every",
    "checkpoint_sigerm, checkpoint_sigterm",
    "checkpoint_keepbest, checkpoint_keep_best",
    "checkpoint_difference, checkpoint_on_difference"
  })
  void anUnknownKeyNamesTheNearestRealOne(String unknown, String nearest) {
    read(Map.of(unknown, "1"));

    assertThat(problems)
        .containsExactly(unknown + " is not a setting; did you mean " + nearest + "?");
  }

  @Test
  void aLongUnknownKeyIsOneShortLine() {
    read(Map.of("checkpoint_" + "x\n".repeat(100_000), "1"));

    assertThat(problems).singleElement().asString().hasSizeLessThan(200).doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "90s, PT1M30S",
    "10m, PT10M",
    "2h, PT2H",
    "1h30m, PT1H30M",
    "1.5s, PT1.5S",
    "PT10M, PT10M",
    "pt10m, PT10M",
    "P2D, PT48H",
    "' 10m ', PT10M"
  })
  void durationsAreReadWithTheirUnit(String text, Duration duration) {
    assertThat(read(Map.of("checkpoint_grace", text)).grace()).contains(duration);
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "10 minutes", "m", "-5s", "0s", "0ms", "PT", "2d", "99999999999999999h"})
  void durationsOfAnotherFormAreProblems(String text) {
    read(Map.of("checkpoint_every", text));

    assertThat(problems)
        .containsExactly(
            "checkpoint_every must be a time with its unit, such as 500ms, 90s, 10m, 2h or PT10M,"
                + " but is '"
                + text
                + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "1073741824, 1073741824",
    "7B, 7",
    "3KiB, 3072",
    "512MiB, 536870912",
    "512 mib, 536870912",
    "2GiB, 2147483648",
    "1TiB, 1099511627776"
  })
  void bytesAreReadWithTheirUnit(String text, long bytes) {
    assertThat(read(Map.of("checkpoint_staging_limit", text)).stagingLimitBytes()).hasValue(bytes);
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "2GB", "2G", "1.5GiB", "many", "9999999999TiB"})
  void bytesOfAnotherFormAreProblems(String text) {
    read(Map.of("checkpoint_staging_limit", text));

    assertThat(problems)
        .containsExactly(
            "checkpoint_staging_limit must be a number of bytes, such as 512MiB, 2GiB or"
                + " 1073741824, but is '"
                + text
                + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-3",
        "2.5",
        "ten",
        "1e999999999",
        "9223372036854775808",
        "[100]",
        "0x10"
      })
  void countsOfAnotherFormAreProblems(String text) {
    read(Map.of("checkpoint_every_steps", text));

    assertThat(problems)
        .containsExactly(
            "checkpoint_every_steps must be a whole number from 1, but is '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "100.0", "1e2", "+100"})
  void countsAreWholeNumbersHoweverWritten(String text) {
    assertThat(read(Map.of("checkpoint_every_steps", text)).savePolicy().orElseThrow())
        .hasToString("every 100 steps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss", "loss:", ":min", "  :min", "loss:down", "loss:min:now"})
  void metricsWithoutAGoalAreProblems(String text) {
    read(Map.of("checkpoint_on_improvement", text));

    assertThat(problems)
        .containsExactly(
            "checkpoint_on_improvement must be a metric and its goal, such as"
                + " validation_loss:min, but is '"
                + text
                + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "loss:min", "3:min", "0:loss:min", "x:loss:min", "3::min"})
  void bestOfAnotherFormIsAProblem(String text) {
    read(Map.of("checkpoint_keep_best", text));

    assertThat(problems)
        .containsExactly(
            "checkpoint_keep_best must be a number, a metric and its goal, such as"
                + " 3:validation_loss:min, but is '"
                + text
                + "'");
  }

  @Test
  void aUriThatS3WouldRefuseIsAProblem() {
    assertThat(read(Map.of("checkpoint_s3_uri", "s3://b/x")).s3Uri()).isEmpty();
    read(Map.of("checkpoint_s3_uri", "s3://bucket/a//b"));

    assertThat(problems)
        .containsExactly(
            "checkpoint_s3_uri: expected s3://BUCKET/PREFIX, as in s3://my-bucket/jobs/bank, but is"
                + " 's3://b/x'",
            "checkpoint_s3_uri: the prefix of 's3://bucket/a//b' has an empty part, '.', '..', a"
                + " control character, or more than 700 characters; other tools could not address"
                + " it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checkpoint_run | ../x | 1 to 63 letters, digits, '-' or '_', starting with a letter or digit",
        "checkpoint_local_path | '' | the path of a folder",
        "checkpoint_s3_uri | '' | s3://BUCKET/PREFIX",
        "checkpoint_at_end | 1 | true or false",
        "checkpoint_keep_all | yes | true or false",
        "checkpoint_failures | never | strict, or a whole number from 1",
        "checkpoint_failures | 0 | strict, or a whole number from 1",
        "checkpoint_when_busy | drop | skip, wait or replace",
        "checkpoint_compression | gzip | none, fast or auto",
        "checkpoint_world_size | 100000 | a whole number from 1 to 99999",
        "checkpoint_attempt | 0 | a whole number from 1 to 999999",
        "checkpoint_sigterm | exit | handle or ignore",
        "checkpoint_on_difference | fail | warn or refuse"
      },
      quoteCharacter = '"')
  void aProblemSaysWhatWasMeant(String key, String text, String form) {
    String value = text.equals("''") ? "" : text;

    read(Map.of(key, value));

    assertThat(problems).containsExactly(key + " must be " + form + ", but is '" + value + "'");
  }

  @Test
  void strictStopsAtTheFirstFailure() {
    assertThat(read(Map.of("checkpoint_failures", "strict")).failurePolicy().orElseThrow())
        .hasToString("stop at the first failure");
  }

  @Test
  void keepAllAloneKeepsAll() {
    assertThat(read(Map.of("checkpoint_keep_all", "true")).retentionPolicy().orElseThrow())
        .hasToString("keep all");
    assertThat(problems).isEmpty();
  }

  @Test
  void keepAllExcludesTheOtherKeepKeys() {
    read(
        Map.of(
            "checkpoint_keep_all", "true",
            "checkpoint_keep_last", "3",
            "checkpoint_keep_newer_than", "1h"));

    assertThat(problems)
        .containsExactly(
            "checkpoint_keep_all excludes [checkpoint_keep_last, checkpoint_keep_newer_than];"
                + " remove one or the other");
  }

  @Test
  void aRankNeedsAWorldSize() {
    read(Map.of("checkpoint_rank", "0"));

    assertThat(problems)
        .containsExactly("checkpoint_rank needs checkpoint_world_size, which is not set");
  }

  @Test
  void aRankIsLessThanTheWorldSize() {
    read(Map.of("checkpoint_rank", "4", "checkpoint_world_size", "4"));

    assertThat(problems)
        .containsExactly("checkpoint_rank must be less than checkpoint_world_size, but is 4 of 4");
  }

  @Test
  void aWorldSizeNeedsNoRank() {
    assertThat(read(Map.of("checkpoint_world_size", "4")).worldSize()).hasValue(4);
    assertThat(problems).isEmpty();
  }

  @Test
  void allProblemsAreCollected() {
    read(
        Map.of(
            "checkpoint_every", "often",
            "checkpoint_keep_last", "-1",
            "checkpoint_every_stepz", "1",
            "checkpoint_rank", "1",
            "checkpoint_world_size", "x"));

    assertThat(problems).hasSize(4);
  }

  private CheckpointSettings read(Map<String, String> values) {
    return Hyperparameters.read(values, problems);
  }
}
