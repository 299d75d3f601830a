// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.format.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands have in common. */
@Command(footerHeading = "%nFor example:%n")
abstract class BaseCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(names = "--json", description = "Print one JSON object; docs/CLI.md has its shape.")
  private boolean json;

  @Option(names = "--verbose", description = "When something fails, show where.")
  private boolean verbose;

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Which run, if the folder holds several.")
  private String run;

  BaseCommand(Console console) {
    this.console = console;
  }

  final Console console() {
    return console;
  }

  final boolean isJson() {
    return json;
  }

  final boolean isVerbose() {
    return verbose;
  }

  final Optional<String> runName() {
    return Optional.ofNullable(run);
  }

  final Selector selector() {
    return new Selector(new StoreLocator(console.environment()), runName());
  }

  /** Names and values come from files: what would steer a terminal is not passed on. */
  final void print(String line) {
    console.out().println(line.replaceAll("[\\p{Cntrl}\\x80-\\x9f&&[^\n\t]]", "?"));
  }

  /** Writes the members of one JSON object. */
  interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  final void printJson(Members members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.prettyWriter(bytes)) {
      generator.writeStartObject();
      members.write(generator);
      generator.writeEndObject();
    }
    console.out().println(bytes.toString(StandardCharsets.UTF_8));
  }
}
