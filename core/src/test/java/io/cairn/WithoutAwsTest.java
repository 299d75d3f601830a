// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that have no class of the AWS SDK. */
class WithoutAwsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path base;

  @BeforeEach
  void container() throws Exception {
    Files.createDirectories(base.resolve("input/config"));
    Files.createDirectories(base.resolve("output"));
  }

  private static String classPath() {
    String[] all = System.getProperty("java.class.path").split(File.pathSeparator);
    String rest =
        Arrays.stream(all)
            .filter(entry -> !entry.contains("awssdk") && !entry.contains("reactive-streams"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(rest)
        .as("there was something to leave out")
        .hasSizeLessThan(String.join(":", all).length());
    return rest;
  }

  private ForkedJvm run(String main, Object... arguments) throws Exception {
    return ForkedJvm.running(main)
        .classPath(classPath())
        .jvmArgument("-verbose:class")
        .property("org.slf4j.simpleLogger.log.io.cairn", "info")
        .arguments(arguments)
        .start();
  }

  @Test
  void aTrainingNeverNotices() throws Exception {
    Files.writeString(
        base.resolve("input/config/hyperparameters.json"), "{\"checkpoint_every_steps\":\"5\"}");
    for (int steps : new int[] {10, 20}) {
      try (ForkedJvm training =
          run("io.cairn.LogisticRegression", base, steps, base.resolve("result"), 0)) {
        assertThat(training.waitFor(LONG)).as("%s", training.lines()).isZero();
        assertThat(training.lines())
            .anyMatch(line -> line.contains("event=committed"))
            .noneMatch(line -> line.contains("software.amazon") || line.contains("store.s3"));
      }
    }
  }

  @Test
  void whoAsksForS3IsToldWhatIsMissing() throws Exception {
    Files.writeString(
        base.resolve("input/config/hyperparameters.json"),
        "{\"checkpoint_s3_uri\":\"s3://bucket/bank\"}");
    try (ForkedJvm training =
        run("io.cairn.LogisticRegression", base, 10, base.resolve("result"), 0)) {
      training.awaitLine(
          "checkpoint_s3_uri s3://bucket/bank needs the AWS SDK for Java, which is not on the class"
              + " path: add software.amazon.awssdk:s3 and"
              + " software.amazon.awssdk:url-connection-client",
          LONG);
      assertThat(training.waitFor(LONG)).isOne();
    }
  }

  @Test
  void theCommandsSaySoToo() throws Exception {
    for (String place : new String[] {"s3://bucket/bank", "sagemaker:bank"}) {
      try (ForkedJvm command = run("io.cairn.cli.Main", "ls", place)) {
        command.awaitLine(
            "cairn: " + place + " needs the AWS SDK, which is not on the class", LONG);
        assertThat(command.waitFor(LONG)).isEqualTo(2);
      }
    }
    try (ForkedJvm command = run("io.cairn.cli.Main", "ls", base)) {
      assertThat(command.waitFor(LONG)).isZero();
    }
  }
}
