// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import io.cairn.format.Json;
import io.cairn.format.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;

/** A command run in this process, five minutes after the samples were written. */
record CliRun(int status, String out, String err) {

  static CliRun of(Object... arguments) {
    return with(Map.of("SAGEMAKER_BASE_DIR", "/nowhere"), arguments);
  }

  static CliRun with(Map<String, String> environment, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Clock clock = Clock.fixed(SampleRuns.TIME.plus(Duration.ofMinutes(5)), ZoneOffset.UTC);
    Console console =
        new Console(new PrintWriter(out), new PrintWriter(err), clock, environment, false);
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return new CliRun(Main.run(console, texts), out.toString(), err.toString());
  }

  CliRun hasStatus(int expected) {
    assertThat(status).as("status; out: %s err: %s", out, err).isEqualTo(expected);
    return this;
  }

  JsonObject json() throws IOException {
    return Json.parseObject(out.getBytes(StandardCharsets.UTF_8));
  }
}
