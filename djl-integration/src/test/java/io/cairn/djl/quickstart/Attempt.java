// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One life of the training process, and what its log said. */
final class Attempt {
  private static final Pattern CAPTURED =
      Pattern.compile(
          "event=captured .*step=(\\d+) epoch=(\\d+) batch=(\\d+).* bytes=(\\d+) stall_ms=([0-9.]+)");
  private static final Pattern COMMITTED =
      Pattern.compile("event=committed .*step=(\\d+) .* bytes=(\\d+) write_ms=([0-9.]+)");
  private static final Pattern RESTORED =
      Pattern.compile("event=restored .*from=(\\S+) step=(\\d+) epoch=(\\d+) batch=(\\d+)");
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ForkedJvm process;

  private Attempt(ForkedJvm process) {
    this.process = process;
  }

  static Attempt start(Container container, Path log) throws IOException {
    return new Attempt(
        ForkedJvm.running(BankTraining.class)
            .environment("SAGEMAKER_BASE_DIR", container.base())
            .environment("TRAINING_JOB_NAME", "quickstart")
            .property("DJL_CACHE_DIR", System.getProperty("DJL_CACHE_DIR"))
            .property("OPT_OUT_TRACKING", true)
            .property("ai.djl.offline", true)
            .property("ai.djl.pytorch.num_threads", 2)
            .property("org.slf4j.simpleLogger.logFile", "System.out")
            .property("org.slf4j.simpleLogger.log.ai.djl", "error")
            .property("org.slf4j.simpleLogger.log.io.cairn", "info")
            .jvmArgument("-Xmx1g")
            .log(log)
            .start());
  }

  /**
   * Waits until a snapshot was captured in the middle of an epoch and is being written, and kills.
   *
   * @return the position at the kill
   */
  String killWhileWriting(int epoch, int fromBatch) throws InterruptedException {
    MatchResult captured =
        follow(
                match ->
                    Integer.parseInt(match.group(2)) == epoch
                        && Integer.parseInt(match.group(3)) >= fromBatch)
            .orElseThrow(() -> new IllegalStateException("The training ended" + output()));
    process.kill();
    return "step %s (epoch %s, batch %s)"
        .formatted(captured.group(1), captured.group(2), captured.group(3));
  }

  /** Waits for the end. */
  void finish() throws InterruptedException {
    follow(match -> false);
    int status = process.waitFor(PATIENCE);
    if (status != 0) {
      throw new IllegalStateException("The training ended with status " + status + output());
    }
  }

  private String output() {
    return ":\n" + String.join("\n", process.lines());
  }

  /** Shows the snapshots as they are captured, until one is wanted or the output ends. */
  private Optional<MatchResult> follow(Predicate<MatchResult> wanted) throws InterruptedException {
    int number = 0;
    for (Optional<String> line = process.line(number, PATIENCE);
        line.isPresent();
        line = process.line(++number, PATIENCE)) {
      Matcher captured = CAPTURED.matcher(line.get());
      if (captured.find()) {
        if (wanted.test(captured)) {
          return Optional.of(captured.toMatchResult());
        }
        show(captured);
      }
    }
    return Optional.empty();
  }

  private static void show(MatchResult captured) {
    System.out.printf(
        "       snapshot of step %4s (epoch %s, batch %3s), %,d bytes, training stood still %s ms%n",
        captured.group(1),
        captured.group(2),
        captured.group(3),
        Long.parseLong(captured.group(4)),
        captured.group(5));
  }

  void close() {
    process.close();
  }

  List<Double> stallMillis() {
    return matches(CAPTURED).stream().map(match -> Double.valueOf(match.group(5))).toList();
  }

  List<Double> writeMillis() {
    return matches(COMMITTED).stream().map(match -> Double.valueOf(match.group(3))).toList();
  }

  int committed() {
    return matches(COMMITTED).size();
  }

  long snapshotBytes() {
    return matches(COMMITTED).stream()
        .mapToLong(match -> Long.parseLong(match.group(2)))
        .max()
        .orElse(0);
  }

  /** Where it resumed; empty when it started from the beginning. */
  Optional<String> resumedAt() {
    return matches(RESTORED).stream()
        .filter(match -> !match.group(1).equals("none"))
        .map(
            match ->
                "step %s (epoch %s, batch %s)"
                    .formatted(match.group(2), match.group(3), match.group(4)))
        .findFirst();
  }

  /** The last thing the script printed. */
  String result() {
    List<String> lines = process.lines();
    return lines.get(lines.size() - 1);
  }

  private List<MatchResult> matches(Pattern pattern) {
    List<MatchResult> matches = new ArrayList<>();
    for (String line : process.lines()) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        matches.add(matcher.toMatchResult());
      }
    }
    return matches;
  }
}
