// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page shows what the commands print. {@code -Dtest.jvm.args=-Dcairn.docs.update=true} writes
 * it anew. The last digits of numbers, and digests with them, differ between processors and are not
 * compared.
 */
class CliPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "core"), "..", "docs", "CLI.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)```console\n\\$ cairn ([^\n]*)\n(.*?)```");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Set<String> FOLDERS =
      Set.of("checkpoints", "killed", "damaged", "base", "copies", "fetched");

  @TempDir Path folder;

  @Test
  void theExamplesAreReal() throws Exception {
    samples();
    String page = Files.readString(PAGE);
    StringBuilder real = new StringBuilder();
    Matcher example = EXAMPLE.matcher(page);
    List<String> commands = new ArrayList<>();
    while (example.find()) {
      commands.add(example.group(1));
      String block = "```console\n$ cairn " + example.group(1) + "\n";
      example.appendReplacement(
          real, Matcher.quoteReplacement(block + output(example.group(1)) + "```"));
    }
    example.appendTail(real);
    if (Boolean.getBoolean("cairn.docs.update")) {
      Files.writeString(PAGE, real);
    }
    assertThat(commands).hasSizeGreaterThan(12);
    assertThat(comparable(page)).isEqualTo(comparable(real.toString()));
  }

  private static String comparable(String text) {
    return text.replaceAll("crc32c:[0-9a-f]{8}", "crc32c:xxxxxxxx")
        .replaceAll("(\\d+\\.\\d{4})\\d+", "$1")
        .replaceAll("(html\",\n *\"bytes\": )\\d+", "$1(size)");
  }

  private void samples() throws Exception {
    SampleRuns.train(folder.resolve("checkpoints"), "bank", 30);
    SampleRuns.train(folder.resolve("killed"), "bank", 20);
    SampleRuns.train(folder.resolve("killed"), "bank", 30);
    copy("killed", "damaged");
    Path data = folder.resolve("damaged").resolve(name("20", "1", "safetensors"));
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length - 5] ^= 1;
    Files.write(data, bytes);
    Files.delete(folder.resolve("damaged").resolve(name("30", "2", "json")));
    Path config = Files.createDirectories(folder.resolve("base/input/config"));
    Files.writeString(
        config.resolve("hyperparameters.json"), "{\"checkpoint_evry_steps\": \"100\"}");
  }

  private static String name(String step, String attempt, String ending) {
    return "bank.step-0000000000%s.attempt-00%s.part-00000-of-00001.%s"
        .formatted(step, attempt, ending);
  }

  private void copy(String from, String to) throws IOException {
    Files.createDirectories(folder.resolve(to));
    try (Stream<Path> files = Files.list(folder.resolve(from))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(to).resolve(file.getFileName()));
      }
    }
  }

  private String output(String command) {
    List<String> arguments = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      arguments.add(inFolder(word.group(1) == null ? word.group(2) : word.group(1)));
    }
    CliRun run = CliRun.of(arguments.toArray());
    String status = run.status() == 0 ? "" : "(exit status " + run.status() + ")\n";
    return (run.out() + run.err()).replace(folder + "/", "") + status;
  }

  private String inFolder(String word) {
    String first = word.split("[@/]", 2)[0];
    boolean path = FOLDERS.contains(first) || word.endsWith(".npz") || word.endsWith(".html");
    return path ? folder.resolve(word).toString() : word;
  }
}
