// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Sharing;
import io.cairn.sagemaker.ContainerPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The defaults on the page of settings are those that hold. */
class DefaultsTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "core"), "..", "docs", "CONFIGURATION.md");

  /** A default that is a value, the first thing in its cell. */
  private static final Pattern VALUE =
      Pattern.compile("(?m)^\\| `(checkpoint_\\w+)` \\| [^|]* \\| `([^`/]+)`[^|]*\\|");

  @TempDir Path base;

  private Settings settings() {
    CheckpointerBuilder nothing = Checkpointer.builder().environment(Map.of());
    return SettingsResolver.resolve(nothing, new ContainerPaths(base), Sharing.SAME_ON_ALL_RANKS);
  }

  @Test
  void forEverIsAsLongAsCanBeCounted() {
    Duration forEver = ChronoUnit.FOREVER.getDuration();
    CheckpointerBuilder builder =
        Checkpointer.builder().environment(Map.of()).grace(forEver).syncStall(forEver);
    Settings settings =
        SettingsResolver.resolve(builder, new ContainerPaths(base), Sharing.SAME_ON_ALL_RANKS);
    assertThat(settings.stopping().grace().toNanos()).isPositive();
    assertThat(settings.syncStall().toNanos()).isPositive();
  }

  @Test
  void thoseOnThePageChangeNothing() throws IOException {
    Settings expected = settings();
    Map<String, String> written = new TreeMap<>();
    Matcher value = VALUE.matcher(Files.readString(PAGE));
    while (value.find()) {
      written.put(value.group(1), value.group(2));
    }
    assertThat(written).hasSizeGreaterThan(10).containsEntry("checkpoint_keep_last", "3");
    written.remove("checkpoint_keep_all"); // excludes the number to keep
    Path config = Files.createDirectories(base.resolve("input/config"));
    Files.writeString(
        config.resolve("hyperparameters.json"),
        written.entrySet().stream()
            .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(",", "{", "}")));

    assertThat(settings())
        .usingRecursiveComparison()
        .comparingOnlyFields(
            "run.value",
            "policies.whenBusy",
            "policies.whenDifferent",
            "policies.compression",
            "stopping",
            "threads",
            "syncStall",
            "stagingLimitBytes")
        .isEqualTo(expected);
    assertThat(settings().policies()).hasToString(expected.policies().toString());
  }
}
