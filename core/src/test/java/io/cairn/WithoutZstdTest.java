// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.policy.CompressionPolicy;
import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a native library can neither be unpacked nor loaded, as in some containers. */
class WithoutZstdTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String WHY =
      "The native library of zstd cannot be loaded (java.lang.ExceptionInInitializerError: Cannot"
          + " unpack libzstd-jni";
  private static final String ADVICE =
      "It is unpacked to '/no/such/folder' (java.io.tmpdir), which must be there and not be mounted"
          + " noexec; another folder is set by -DZstdTempFolder, a library that is there already by"
          + " -DZstdNativePath";

  @TempDir Path base;

  private ForkedJvm training(String compression) throws IOException {
    Path config = Files.createDirectories(base.resolve("input/config"));
    Files.createDirectories(base.resolve("output"));
    Files.writeString(
        config.resolve("hyperparameters.json"),
        "{\"checkpoint_every_steps\": \"5\", \"checkpoint_when_busy\": \"wait\","
            + " \"checkpoint_failures\": \"2\", \"checkpoint_compression\": \""
            + compression
            + "\"}");
    return ForkedJvm.running(LogisticRegression.class)
        .property("java.io.tmpdir", "/no/such/folder")
        .property("org.slf4j.simpleLogger.log.io.cairn", "info")
        .arguments(base, 40, base.resolve("result"), 0)
        .start();
  }

  private static List<String> linesOf(ForkedJvm process) throws Exception {
    process.waitFor(LONG);
    return process.lines();
  }

  @Test
  void autoSavesPlainAndSaysSoOnce() throws Exception {
    try (ForkedJvm training = training("auto")) {
      List<String> lines = linesOf(training);
      assertThat(lines.stream().filter(line -> line.contains("event=warning")))
          .as("%s", lines)
          .singleElement()
          .asString()
          .contains("Snapshots are not compressed: " + WHY)
          .contains(ADVICE);
      assertThat(base.resolve("result")).exists();
      assertThat(base.resolve("checkpoints")).isDirectoryContaining("glob:**.safetensors");
    }
  }

  @Test
  void fastFailsWithTheReasonEachTime() throws Exception {
    try (ForkedJvm training = training("fast")) {
      List<String> lines = linesOf(training);
      assertThat(lines.stream().filter(line -> line.contains("event=failed")))
          .as("%s", lines)
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains(WHY).contains(ADVICE));
      assertThat(Files.readString(base.resolve("output/failure"))).contains(WHY);
    }
  }

  @Test
  void aCompressedSnapshotIsNotCalledDamaged() throws Exception {
    SampleRuns.train(base.resolve("checkpoints"), "training", 10, CompressionPolicy.FAST);
    try (ForkedJvm training = training("none")) {
      assertThat(linesOf(training))
          .anyMatch(line -> line.contains("Could not read all of the 1 snapshots"))
          .anyMatch(line -> line.contains("could not be read") && line.contains(WHY));
    }
  }
}
