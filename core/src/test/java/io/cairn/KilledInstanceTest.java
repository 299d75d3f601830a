// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import io.cairn.testkit.Repro;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed with their whole disk: only what reached S3 is left to the next. */
class KilledInstanceTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int KILLS = 5;

  @TempDir Path folder;

  private Path instance(int number) throws Exception {
    Path base = folder.resolve("instance-" + number);
    Path config = Files.createDirectories(base.resolve("input/config"));
    Files.createDirectories(base.resolve("output"));
    Files.writeString(
        config.resolve("hyperparameters.json"),
        """
        {"checkpoint_every_steps": "2", "checkpoint_keep_last": "2",
         "checkpoint_s3_uri": "\\"s3://bucket/jobs/bank\\""}
        """);
    return base;
  }

  private ForkedJvm start(S3Server server, int number, int steps, int pause) throws Exception {
    ForkedJvm.Builder training =
        ForkedJvm.running(LogisticRegression.class)
            .arguments(instance(number), steps, folder.resolve("result"), pause)
            .property("org.slf4j.simpleLogger.log.io.cairn", "info")
            .jvmArgument("-XX:TieredStopAtLevel=1");
    server.environment().forEach(training::environment);
    return training.start();
  }

  @Test
  void aTrainingAskedToEndUploadsItsLastSnapshotAndEndsWell() throws Exception {
    try (S3Server server = S3Server.start()) {
      server.client().createBucket(create -> create.bucket("bucket"));
      try (ForkedJvm process = start(server, 0, 100_000, 5)) {
        process.awaitLine("event=uploaded", LONG);
        process.terminate();
        assertThat(process.waitFor(LONG)).as("%s", process.lines()).isZero();
        long last = lastStep(process, "event=committed");
        assertThat(lastStep(process, "event=uploaded")).isEqualTo(last);
        assertThat(StoreContract.names(server.store("s3://bucket/jobs/bank")))
            .anyMatch(name -> name.contains("step-%012d".formatted(last)));
      }
    }
  }

  private static long lastStep(ForkedJvm process, String event) {
    return process.lines().stream()
        .filter(line -> line.contains(event))
        .mapToLong(KilledInstanceTest::stepIn)
        .max()
        .orElseThrow();
  }

  private static long stepIn(String line) {
    Matcher step = Pattern.compile(" step=(\\d+)").matcher(line);
    assertThat(step.find()).as(line).isTrue();
    return Long.parseLong(step.group(1));
  }

  @Test
  void aTrainingThatLosesItsMachineAgainAndAgainEndsWithTheSameBits() throws Exception {
    int steps = 2000;
    Random random = Repro.random("kills");
    long acknowledged = 0;
    try (S3Server server = S3Server.start()) {
      server.client().createBucket(create -> create.bucket("bucket"));
      for (int i = 0; i < KILLS; i++) {
        try (ForkedJvm process = start(server, i, steps, 5)) {
          long at = stepIn(process.awaitLine("event=restored", LONG));
          assertThat(at)
              .as("S3 has what was said to be there")
              .isGreaterThanOrEqualTo(acknowledged);
          process.awaitLine("event=uploaded", LONG);
          Thread.sleep(random.nextInt(200));
          process.kill();
          acknowledged = lastStep(process, "event=uploaded");
        }
      }
      try (ForkedJvm process = start(server, KILLS, steps, 0)) {
        assertThat(stepIn(process.awaitLine("event=fetched", LONG)))
            .isGreaterThanOrEqualTo(acknowledged);
        assertThat(process.waitFor(LONG)).as("%s", process.lines()).isZero();
      }
    }
    LogisticRegression uninterrupted = new LogisticRegression();
    for (int step = 0; step < steps; step++) {
      uninterrupted.train();
    }
    assertThat(folder.resolve("result")).hasContent(uninterrupted.toString());
  }
}
