// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.format.JsonObject;
import io.cairn.testkit.ForkedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearseCommandTest {
  /** Counts to 30, from what it saved; a second line of text is its state. */
  private static final String TRAINING =
      """
      cd "$0"/checkpoints
      step=$(cat state 2>/dev/null || echo 0)
      while [ $step -lt 30 ]; do
        step=$((step + 1)); sleep 0.02; echo "step $step"
        echo $step > state.sagemaker-ignore; mv state.sagemaker-ignore state
      done
      cp state ../model/state
      """;

  @TempDir Path folder;

  private Object[] rehearse(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("rehearse", "--folder"));
    arguments.add(folder.resolve("rehearsal"));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  @Test
  void tellsWhatHappenedAndThatItSurvived() {
    CliRun run =
        CliRun.of(
                rehearse(
                    "--interrupt=kill@line:step 15",
                    "--step-line=step (\\d+)",
                    "--sync-delay=10ms",
                    "--compare",
                    "--",
                    "sh",
                    "-c",
                    TRAINING,
                    "{base}"))
            .hasStatus(Exit.SOUND);

    assertThat(run.out())
        .contains("attempt 1 (1 host): from the beginning\n")
        .contains("\n  SIGKILL at a line like 'step 15', ")
        .containsPattern("attempt 2 \\(1 host\\): resumed from step \\d+\n")
        .contains("survived: 1 interruption; every bit as uninterrupted: model/state\n");
    assertThat(run.err())
        .contains("attempt 1: SIGKILL at a line like 'step 15'\nattempt 2: ended by itself");
  }

  @Test
  void theJsonHasTheSame() throws Exception {
    JsonObject json =
        CliRun.of(
                rehearse(
                    "--json",
                    "--interrupt=kill@uploads:2",
                    "--step-line=step (\\d+)",
                    "--seed=5",
                    "--",
                    "sh",
                    "-c",
                    TRAINING,
                    "{base}"))
            .hasStatus(Exit.SOUND)
            .json();

    assertThat(json.string("verdict")).isEqualTo("survived");
    assertThat(json.longValue("seed")).isEqualTo(5);
    assertThat(json.objects("attempts")).hasSize(2);
    JsonObject first = json.objects("attempts").get(0);
    assertThat(first.string("end")).isEqualTo("interrupted");
    assertThat(first.string("why")).isEqualTo("SIGKILL when 2 files had reached S3");
    assertThat(first.longValue("uploadedFiles")).isGreaterThanOrEqualTo(2);
    JsonObject resumed = json.objects("attempts").get(1).object("resumed");
    assertThat(resumed.string("evidence")).isEqualTo("steps");
    assertThat(first.longValue("reachedStep") - resumed.longValue("step"))
        .isEqualTo(first.longValue("stepsLost"))
        .isEqualTo(json.longValue("stepsLost"));
  }

  @Test
  void aTrainingThatDoesNotSurviveIsStatusOne() {
    CliRun run =
        CliRun.of(rehearse("--", "sh", "-c", "echo it is the end; exit 7")).hasStatus(Exit.DAMAGE);

    assertThat(run.out())
        .contains("  | it is the end\n")
        .endsWith("failed: attempt 1 ended by itself with status 7\n");
  }

  @Test
  void aTrainingThatCannotBeRehearsedIsStatusTwo() {
    assertThat(CliRun.of(rehearse("--times=0", "--", "true")).hasStatus(Exit.USAGE).err())
        .isEqualToIgnoringNewLines("cairn: --times needs 1 or more, but is 0");
    assertThat(CliRun.of("rehearse").hasStatus(Exit.USAGE).err())
        .contains("Missing required parameter: 'COMMAND'");
    assertThat(
            CliRun.of("rehearse", "--folder", folder.resolve("x"), "--", "no-such-program")
                .hasStatus(Exit.USAGE)
                .err())
        .contains("Cannot run program \"no-such-program\"");
    assertThat(CliRun.of(rehearse("--interrupt=kill@noon", "--", "true")).hasStatus(2).err())
        .contains("'noon' is no time such as 500ms, 90s or 1m30s");
    assertThat(CliRun.of(rehearse("--interrupt=stop@1s", "--", "true")).hasStatus(2).err())
        .contains(
            "'stop@1s' is not (kill|term)@(TIME|random:TIME|line:REGEX|snapshots:N|uploads:N)");
    assertThat(CliRun.of(rehearse("--interrupt=kill@line:(", "--", "true")).hasStatus(2).err())
        .contains("'(' is no regular expression");
    assertThat(CliRun.of(rehearse("--interrupt=kill@uploads:0", "--", "true")).hasStatus(2).err())
        .contains("The number of uploads is 1 or more, not 0");
    assertThat(CliRun.of(rehearse("--hosts=0", "--", "true")).hasStatus(2).err())
        .contains("A job has 1 host or more, not [0]");
    for (String option : List.of("--sync-stall", "--sync-delay", "--grace", "--limit")) {
      assertThat(CliRun.of(rehearse(option + "=9999999999h", "--", "true")).hasStatus(2).err())
          .as(option)
          .contains(option.substring(option.lastIndexOf('-') + 1))
          .contains(" is longer than 36500 days: PT9999999999H");
    }
    assertThat(CliRun.of(rehearse("--interrupt=kill@9999999999h", "--", "true")).err())
        .contains("The time of an interruption is longer than 36500 days: PT9999999999H");
    assertThat(CliRun.of("rehearse", "--run=x", "--", "true").hasStatus(2).err())
        .contains("Unknown option: '--run=x'");
    assertThat(
            CliRun.of(rehearse("--", "sh", "-c", "echo x > \"$0\"/checkpoints/x", "{base}"))
                .hasStatus(Exit.USAGE)
                .out())
        .contains("not interrupted: the training ended after ");
  }

  @Test
  void aRehearsalThatIsStoppedLeavesNoTrainingBehind() throws Exception {
    try (ForkedJvm rehearsal =
        ForkedJvm.running(Main.class)
            .arguments(
                rehearse("--", "sh", "-c", "sleep 602 & echo $! > \"$0\"/pid; wait", "{base}"))
            .start()) {
      Path file = folder.resolve("rehearsal/hosts/algo-1/pid");
      for (int i = 0; i < 600 && (!Files.exists(file) || Files.size(file) == 0); i++) {
        Thread.sleep(50);
      }
      ProcessHandle sleeper =
          ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();

      rehearsal.terminate();

      assertThat(rehearsal.waitFor(Duration.ofSeconds(60))).isEqualTo(143);
      sleeper.onExit().get(30, TimeUnit.SECONDS);
    }
  }
}
