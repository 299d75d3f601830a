// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on snapshots in S3, as the SDK's own settings find them. */
class S3CommandsTest {
  private static S3Server server;

  @TempDir Path base;
  private Path folder;
  private String bucket;
  private String place;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void samples() throws Exception {
    settings().forEach(System::setProperty);
    folder = base.resolve("checkpoints");
    SampleRuns.train(folder, "bank", 30);
    bucket = server.newBucket();
    place = "s3://" + bucket + "/jobs/bank";
  }

  @AfterEach
  void reset() {
    settings().keySet().forEach(System::clearProperty);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "aws.region",
        "us-east-1",
        "aws.accessKeyId",
        S3Server.ACCESS_KEY,
        "aws.secretAccessKey",
        S3Server.SECRET_KEY,
        "aws.endpointUrlS3",
        server.endpoint().toString());
  }

  private List<String> local(Path place) throws Exception {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void pushBringsTheNewestAndPullFetchesIt() throws Exception {
    CliRun push = CliRun.of("push", folder, place).hasStatus(0);
    assertThat(push.out())
        .isEqualTo(
            "bank 30/1: 1.5 KiB verified and copied\nfrom %s to %s: 1 snapshot, 1.5 KiB\n"
                .formatted(folder, place));
    assertThat(server.keys(bucket))
        .containsExactly(
            "jobs/bank/bank.step-000000000030.attempt-001.part-00000-of-00001.json",
            "jobs/bank/bank.step-000000000030.attempt-001.part-00000-of-00001.safetensors");
    Path other = base.resolve("other");
    CliRun.of("pull", place, other).hasStatus(0);
    assertThat(local(other)).hasSize(2);
    CliRun.of("verify", "--deep", other).hasStatus(0);
    CliRun.of("diff", folder + "@30", other + "@30").hasStatus(0);
  }

  @Test
  void allAreCopiedAndWhatIsThereIsNotCopiedAgain() throws Exception {
    CliRun.of("push", folder + "@20", place).hasStatus(0);
    CliRun.of("push", "--all", folder, place).hasStatus(0);
    assertThat(server.keys(bucket)).hasSize(6);
    Path other = base.resolve("other");
    CliRun.of("pull", "--all", place, other).hasStatus(0);
    assertThat(local(other)).isEqualTo(local(folder));
    CliRun.of("pull", "--json", place + "@20", other).hasStatus(0);
  }

  @Test
  void withoutAFolderItIsTheJobs() throws Exception {
    Map<String, String> job = Map.of("SAGEMAKER_BASE_DIR", base.toString());
    CliRun.with(job, "push", place).hasStatus(0);
    for (String name : local(folder)) {
      Files.delete(folder.resolve(name));
    }
    CliRun.with(job, "pull", place).hasStatus(0);
    assertThat(local(folder)).hasSize(2);
  }

  @Test
  void everyCommandReadsS3() throws Exception {
    CliRun.of("push", "--all", folder, place).hasStatus(0);
    for (String command : List.of("ls", "verify", "stats", "show", "doctor")) {
      String there = CliRun.of(command, place).hasStatus(0).out();
      String here = CliRun.of(command, folder).out();
      if (!command.equals("doctor")) {
        assertThat(there).as(command).isEqualTo(here.replace(folder.toString(), place));
      } else {
        assertThat(there).contains("a start of run 'bank' resumes from bank 30/1");
      }
    }
    Path page = base.resolve("report.html");
    CliRun.of("report", place, "-o", page).hasStatus(0);
    assertThat(page).isNotEmptyFile();
    CliRun.of("diff", place + "@10", "@20").hasStatus(1);
    CliRun.of("diff", place + "@30", folder + "@30").hasStatus(0);
    Path npz = base.resolve("bank.npz");
    CliRun.of("export", place + "@30", "--format", "npz", "--output", npz).hasStatus(0);
    assertThat(npz).isNotEmptyFile();
    String file = "/bank.step-000000000020.attempt-001.part-00000-of-00001.json";
    assertThat(CliRun.of("show", place + file).hasStatus(0).out()).contains("20");
  }

  @Test
  void pruneDeletesInS3() throws Exception {
    CliRun.of("push", "--all", folder, place).hasStatus(0);
    CliRun.of("prune", place, "--keep-last", "1", "--delete").hasStatus(0);
    assertThat(server.keys(bucket)).hasSize(2).allMatch(key -> key.contains("step-000000000030"));
  }

  @Test
  void whatIsDamagedIsNotCopied() throws Exception {
    CliRun.of("push", "--all", folder, place).hasStatus(0);
    String data = "bank.step-000000000030.attempt-001.part-00000-of-00001.safetensors";
    byte[] bytes = Files.readAllBytes(folder.resolve(data));
    bytes[bytes.length - 3] ^= 4;
    var store = server.store(place);
    store.delete(data);
    StoreContract.publish(store, data, bytes);
    Path other = base.resolve("other");
    CliRun pull = CliRun.of("pull", place, other).hasStatus(1);
    assertThat(pull.err())
        .startsWith("cairn: 30/1: Data file '" + data + "' in " + place + "/ has " + bytes.length)
        .contains("; it was not copied");
    assertThat(local(other)).isEmpty();
    CliRun.of("verify", place).hasStatus(1);
    CliRun again = CliRun.of("push", folder, place).hasStatus(2);
    assertThat(again.err())
        .contains(data + ": " + place + "/ has one with other bytes, which is not replaced");
  }

  @Test
  void aPrefixMayHaveAnAt() throws Exception {
    String odd = "s3://" + bucket + "/jobs/user@home/x";
    CliRun.of("push", folder, odd).hasStatus(0);
    assertThat(CliRun.of("ls", odd).hasStatus(0).out()).contains("run bank: 1 snapshot");
  }

  @Test
  void aBucketThatIsNotThereIsSaid() {
    assertThat(CliRun.of("ls", "s3://no-such-bucket/a").hasStatus(2).err())
        .isEqualTo(
            "cairn: There is no bucket 'no-such-bucket' (s3://no-such-bucket/a/); check the name\n");
  }
}
