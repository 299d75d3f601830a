// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.SampleRuns;
import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "verfy | there is no 'verfy'; did you mean verify? (cairn --help shows how)",
        "ls /nowhere/else | there is no folder '/nowhere/else'",
        "ls | there is no folder '/nowhere/checkpoints'",
        "ls --depe | Unknown option: '--depe' (cairn ls --help shows how)",
        "diff a | Missing required parameter: 'AFTER' (cairn diff --help shows how)",
        "verify --threads 0 . | --threads needs 1 or more, but is 0",
        "verify --threads many . | Invalid value for option '--threads': 'many' is not an int"
            + " (cairn verify --help shows how)",
        "export --format zip . | Invalid value for option '--format': expected one of [safetensors,"
            + " npz, xgboost, dl4j, djl, raw] (case-insensitive) but was 'zip' (cairn export"
            + " --help shows how)",
        "prune . | prune needs to know what to keep, such as --keep-last 3",
        "prune . --keep-last x | --keep-last must be a whole number from 1, but is 'x'",
        "show s3://b@10 | expected s3://BUCKET/PREFIX, as in s3://my-bucket/jobs/bank, but is"
            + " 's3://b'",
        "push | Missing required parameter: '[SOURCE] TARGET' (cairn push --help shows how)",
        "pull /nowhere/else . | there is no folder '/nowhere/else'"
      })
  void badInputIsOneLine(String line, String complaint) {
    CliRun run = CliRun.of((Object[]) line.split(" ")).hasStatus(Exit.USAGE);

    assertThat(run.err().strip()).isEqualTo("cairn: " + complaint);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void withoutACommandItSaysThatOneIsMissing() {
    CliRun run = CliRun.of().hasStatus(Exit.USAGE);

    assertThat(run.err())
        .isEqualToIgnoringNewLines("cairn: a command is missing (cairn --help shows how)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls", "show", "verify", "diff", "stats", "export", "prune", "doctor", "pull", "push"
      })
  void helpTeachesByExample(String command) {
    CliRun run = CliRun.of(command, "--help").hasStatus(Exit.SOUND);

    assertThat(run.out()).contains("Usage: cairn " + command, "For example:", "  cairn " + command);
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void anAnswerThatIsCutIsNoSuccess() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    StringWriter err = new StringWriter();
    PrintWriter full =
        new PrintWriter(
            new Writer() {
              @Override
              public void write(char[] text, int from, int count) throws IOException {
                throw new IOException("No space left on device");
              }

              @Override
              public void flush() {}

              @Override
              public void close() {}
            });
    Console console = new Console(full, new PrintWriter(err), Clock.systemUTC(), Map.of(), false);

    assertThat(Main.run(console, "ls", folder.toString())).isEqualTo(Exit.USAGE);
    assertThat(err)
        .hasToString("cairn: the answer is cut: its reader closed it, or the disk is full\n");
  }

  @Test
  void whatComesFromFilesDoesNotSteerTheTerminal() {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    Console console = new Console(writer, writer, Clock.systemUTC(), Map.of(), false);
    new BaseCommand(console) {
      @Override
      public Integer call() {
        print("a\u001b[2Jb\rc\u009bd\te");
        return 0;
      }
    }.call();
    assertThat(out).hasToString("a?[2Jb?c?d\te\n");
  }

  @Test
  void completionIsAScript() {
    CliRun run = CliRun.of("generate-completion").hasStatus(Exit.SOUND);

    assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("--keep-newer-than");
  }

  @Test
  void selectsByStepAttemptLatestAndFile() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    SampleRuns.train(folder, "bank", 30);
    Path manifest = folder.resolve("bank.step-000000000010.attempt-001.part-00000-of-00001.json");

    assertThat(step(folder)).isEqualTo(30);
    assertThat(step(folder + "@latest")).isEqualTo(30);
    assertThat(step(folder + "@20")).isEqualTo(20);
    assertThat(step(folder + "@20/1")).isEqualTo(20);
    assertThat(step(manifest)).isEqualTo(10);
    assertThat(CliRun.of("show", folder + "@40").hasStatus(Exit.USAGE).err())
        .contains("run 'bank' has no snapshot '40'; it has 30/2, 20/1, 10/1");
    assertThat(CliRun.of("show", folder + "@new").hasStatus(Exit.USAGE).err())
        .contains("'new' names no snapshot; say STEP, STEP/ATTEMPT or latest");
  }

  private static long step(Object snapshot) throws Exception {
    return CliRun.of("show", "--quick", "--json", snapshot).hasStatus(0).json().longValue("step");
  }

  @Test
  void severalRunsMustBeToldApart() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    SampleRuns.train(folder, "shop", 10);

    assertThat(CliRun.of("show", folder).hasStatus(Exit.USAGE).err())
        .contains("holds several runs; say which with --run: bank, shop");
    assertThat(CliRun.of("show", folder, "--run", "shop").hasStatus(Exit.SOUND).out())
        .startsWith("run shop, attempt 1");
    assertThat(CliRun.of("show", folder, "--run", "x").hasStatus(Exit.USAGE).err())
        .contains("no run 'x' in '" + folder + "'; there is bank, shop");
    assertThat(CliRun.of("ls", folder).hasStatus(Exit.SOUND).out())
        .contains("run bank: 1 snapshot,", "run shop: 1 snapshot,");
  }

  @Test
  void anAnswerThatTheDiskDoesNotTakeIsSaid() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    SampleRuns.train(folder, "bank", 10);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), Main.class.getName(), "ls", ".")
            .directory(folder.toFile())
            .redirectOutput(Path.of("/dev/full").toFile())
            .start();

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "cairn: the answer is cut: its reader closed it, or the disk is full");
    assertThat(process.waitFor()).isEqualTo(Exit.USAGE);
  }

  @Test
  void aCommandWithoutMemoryIsNoDamage() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    Writer full =
        new StringWriter() {
          @Override
          public void write(String text, int offset, int length) {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            new PrintWriter(full), new PrintWriter(err), Clock.systemUTC(), Map.of(), false);

    assertThat(Main.run(console, "ls", folder.toString())).isEqualTo(Exit.USAGE);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "cairn: this JVM has too little memory for it (Java heap space); raise -Xmx");
  }

  @Test
  void verboseShowsWhere() {
    assertThat(CliRun.of("ls", "/nowhere/else").err().lines()).hasSize(1);
    assertThat(CliRun.of("ls", "/nowhere/else", "--verbose").err())
        .contains("at io.cairn.cli.StoreLocator.open");
  }

  @Test
  void aProcessEndsWithTheStatusAndSaysNothingElse() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    Path data =
        folder.resolve("bank.step-000000000010.attempt-001.part-00000-of-00001.safetensors");
    byte[] bytes = Files.readAllBytes(data);
    bytes[700] ^= 4;
    Files.write(data, bytes);

    try (ForkedJvm process = ForkedJvm.running(Main.class).arguments("verify", folder).start()) {
      assertThat(process.waitFor(Duration.ofSeconds(60))).isEqualTo(Exit.DAMAGE);
      assertThat(process.lines()).first().asString().startsWith("bank 10/1: DAMAGED");
      assertThat(process.lines()).last().isEqualTo("0 sound, 0 incomplete, 1 damaged");
    }
  }
}
