// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.model.CorruptSnapshotException;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Looks at snapshots from the command line: {@code java -jar cairn-core-VERSION-cli.jar}. */
public final class Main {
  private Main() {}

  /**
   * Runs a command and ends the process with its status.
   *
   * @param arguments the command and what it works on
   */
  public static void main(String[] arguments) {
    // The commands log nothing; without this, SLF4J says that it has nowhere to log to.
    if (System.getProperty("slf4j.internal.verbosity") == null) {
      System.setProperty("slf4j.internal.verbosity", "ERROR");
    }
    Console console =
        new Console(
            writer(
                new FileOutputStream(FileDescriptor.out)), // System.out keeps its errors to itself
            writer(new FileOutputStream(FileDescriptor.err)),
            Clock.systemUTC(),
            System.getenv(),
            isWatched());
    System.exit(run(console, arguments));
  }

  /** From Java 22 to 24 there is a console without a terminal, unless the old one is asked for. */
  private static boolean isWatched() {
    System.setProperty("jdk.console", "java.base");
    return Optional.ofNullable(System.console()).isPresent();
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(
        new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), false);
  }

  static int run(Console console, String... arguments) {
    int status = execute(console, arguments);
    if (console.out().checkError()) {
      say(console, "the answer is cut: its reader closed it, or the disk is full");
      status = Exit.USAGE;
    }
    console.err().flush();
    return status;
  }

  /** Status 1 is damage: what goes wrong in the command itself must not end with it. */
  private static int execute(Console console, String... arguments) {
    try {
      return commands(console).execute(arguments);
    } catch (OutOfMemoryError e) {
      say(console, "this JVM has too little memory for it (" + e.getMessage() + "); raise -Xmx");
    } catch (LinkageError | StackOverflowError | AssertionError e) {
      say(console, internalError(e));
    }
    return Exit.USAGE;
  }

  private static CommandLine commands(Console console) {
    return new CommandLine(new CairnCommand())
        .addSubcommand(new LsCommand(console))
        .addSubcommand(new ShowCommand(console))
        .addSubcommand(new VerifyCommand(console))
        .addSubcommand(new DiffCommand(console))
        .addSubcommand(new StatsCommand(console))
        .addSubcommand(new ReportCommand(console))
        .addSubcommand(new ExportCommand(console))
        .addSubcommand(new PruneCommand(console))
        .addSubcommand(new PullCommand(console))
        .addSubcommand(new PushCommand(console))
        .addSubcommand(new DoctorCommand(console))
        .addSubcommand(RehearseCommand.create(console))
        .addSubcommand(new AutoComplete.GenerateCompletion())
        .setOut(console.out())
        .setErr(console.err())
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((e, args) -> badUsage(console, e))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e, command));
  }

  private static int badUsage(Console console, CommandLine.ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    say(console, complaint(e) + " (" + command + " --help shows how)");
    return Exit.USAGE;
  }

  private static String complaint(CommandLine.ParameterException e) {
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()) {
      List<String> nearest = unmatched.getSuggestions();
      return "there is no '"
          + unmatched.getUnmatched().get(0)
          + "'"
          + (nearest.isEmpty() ? "" : "; did you mean " + nearest.get(0) + "?");
    }
    return oneLine(e.getMessage());
  }

  private static int failed(Console console, Exception e, CommandLine command) {
    console.out().flush();
    say(console, explanation(e));
    if (command.getCommand() instanceof BaseCommand base && base.isVerbose()) {
      e.printStackTrace(console.err());
    }
    return e instanceof CorruptSnapshotException ? Exit.DAMAGE : Exit.USAGE;
  }

  private static void say(Console console, String message) {
    console.err().println("cairn: " + message);
  }

  private static String explanation(Exception e) {
    Throwable cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e;
    if (cause instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (cause instanceof FileSystemException failure && failure.getReason() == null) {
      return failure.getClass().getSimpleName() + ": " + failure.getFile();
    }
    if (cause instanceof IOException || cause instanceof CliException) {
      return oneLine(String.valueOf(cause.getMessage()));
    }
    return internalError(cause) + " (--verbose shows where)";
  }

  private static String internalError(Throwable cause) {
    return "internal error, please report it: " + oneLine(cause.toString());
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
