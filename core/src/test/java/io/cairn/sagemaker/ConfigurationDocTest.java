// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigurationDocTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "core"), "..", "docs", "CONFIGURATION.md");

  @Test
  void thePageHasTheTableOfKeys() throws IOException {
    if (Boolean.getBoolean("cairn.docs.update")) {
      String page = Files.readString(PAGE);
      int end = page.indexOf("<!-- /keys -->");
      Files.writeString(
          PAGE, page.substring(0, page.indexOf("| key |")) + table() + page.substring(end));
    }
    assertThat(Files.readString(PAGE)).contains(table() + "<!-- /keys -->");
  }

  @Test
  void thePageHasTheTableOfLaunchersInTheirOrder() throws IOException {
    String rows =
        Arrays.stream(Launcher.values())
            .map(
                launcher ->
                    String.format(
                        "| %s | `%s` | `%s` |\n",
                        launcher.label, launcher.rankVariable, launcher.sizeVariable))
            .collect(joining());

    assertThat(Files.readString(PAGE)).contains(rows);
  }

  @Test
  void thePageHasTheLimitOfFiles() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains("more than " + (ConfigFile.MAX_BYTES >> 20) + " MiB");
  }

  @Test
  void theFormOfAChoiceNamesAllChoices() {
    Map<Key, Enum<?>[]> choices =
        new TreeMap<>(
            Map.of(
                Key.WHEN_BUSY, WhenBusy.values(),
                Key.COMPRESSION, CompressionPolicy.values(),
                Key.SIGTERM, WhenTerminated.values(),
                Key.ON_DIFFERENCE, WhenDifferent.values()));

    choices.forEach(
        (key, values) ->
            assertThat(key.form().split(", | or ", -1))
                .containsExactly(Arrays.stream(values).map(Enum::toString).toArray(String[]::new)));
  }

  private static String table() {
    return "| key | value | if not set | what for |\n|---|---|---|---|\n"
        + Arrays.stream(Key.values())
            .map(
                key ->
                    String.format(
                        "| `%s` | %s | %s | %s |\n", key, key.form(), key.byDefault(), key.help()))
            .collect(joining());
  }
}
