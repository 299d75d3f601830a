// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShowTest {
  @Test
  void bytesAgesAndNumbers() {
    assertThat(Show.bytes(1023)).isEqualTo("1023 B");
    assertThat(Show.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Show.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    assertThat(Show.age(Duration.ofSeconds(59))).isEqualTo("59s");
    assertThat(Show.age(Duration.ofHours(47))).isEqualTo("1d");
    assertThat(Show.age(Duration.ofSeconds(-1))).isEqualTo("future");
    assertThat(Show.number(3)).isEqualTo("3");
    assertThat(Show.number(1e-9)).isEqualTo("1.0000e-09");
    assertThat(Show.number(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  void cellsOfCsvAreQuotedWhereNeeded() {
    Table table = new Table("A", ">B");
    table.row("x,y", "say \"hi\"");

    assertThat(table.csv()).containsExactly("A,B", "\"x,y\",\"say \"\"hi\"\"\"");
    assertThat(table.lines()).containsExactly("A           B", "x,y  say \"hi\"");
  }

  @Test
  void globsMatchWholeNames() {
    assertThat(Glob.of("model/*").test("model/w.x")).isTrue();
    assertThat(Glob.of("model/?").test("model/w.x")).isFalse();
    assertThat(Glob.of("a.b").test("axb")).isFalse();
  }

  private static String progress(boolean interactive, int seconds) {
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            new PrintWriter(err), new PrintWriter(err), Clock.systemUTC(), Map.of(), interactive);
    AtomicLong now = new AtomicLong();
    try (ProgressDisplay display =
        new ProgressDisplay(console, "verifying", 100L << 20, now::get)) {
      for (int i = 0; i < seconds; i++) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        display.accept(1 << 20);
      }
    }
    return err.toString();
  }

  @Test
  void progressOnATerminalIsOneLineThatGoesAway() {
    assertThat(progress(true, 2))
        .isEqualTo(
            "\r\u001b[Kverifying 1%  1.0 MiB of 100.0 MiB  1.0 MiB/s  1m left"
                + "\r\u001b[Kverifying 2%  2.0 MiB of 100.0 MiB  1.0 MiB/s  1m left"
                + "\r\u001b[K");
  }

  @Test
  void progressElsewhereIsALineNowAndThen() {
    assertThat(progress(false, 9)).isEmpty();
    assertThat(progress(false, 25).lines())
        .containsExactly(
            "verifying 10%  10.0 MiB of 100.0 MiB  1.0 MiB/s  1m left",
            "verifying 20%  20.0 MiB of 100.0 MiB  1.0 MiB/s  1m left");
  }
}
