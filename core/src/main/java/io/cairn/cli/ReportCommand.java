// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.CheckReport;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SaveTimes;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotChecker;
import io.cairn.inspect.SnapshotListing;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a page that shows a whole run. */
@Command(
    name = "report",
    description = {
      "Writes one HTML file that shows a run: its attempts and interruptions, metrics, snapshots"
          + " with sizes and times, steps at risk, norms and updates of tensors, histograms, and"
          + " what 'verify' says. It opens in a browser, without a network.",
      "How long training stood still, writing and uploading took is not in snapshots: --log reads"
          + " it from what the training logged."
    },
    footer = {
      "  cairn report checkpoints --log training.log",
      "  cairn report s3://bucket/jobs/bank --quick --output bank.html"
    })
final class ReportCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where the snapshots are.")
  private Optional<String> folder = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("report.html");

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "What the training logged; several for several ranks or attempts.")
  private List<Path> logs = List.of();

  @Option(
      names = "--quick",
      description = "Read manifests alone: no verdicts, no tensors, no histograms.")
  private boolean quick;

  @Option(
      names = "--tensor",
      paramLabel = "GLOB",
      description = "Rows of the heat map, such as 'model/*'. Default: all but opaque bytes (U8).")
  private Optional<String> glob = Optional.empty();

  @Option(
      names = "--histogram",
      paramLabel = "TENSOR",
      description = "Whose numbers to show over time. Default: the model's largest tensor.")
  private Optional<String> histogram = Optional.empty();

  ReportCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException {
    if (quick && (glob.isPresent() || histogram.isPresent())) {
      throw new CliException("--quick reads no tensors; leave out --tensor and --histogram");
    }
    OutputFile.requireFree(output, force);
    Selector selector = selector();
    Selector.Target target = selector.wholeFolder(folder);
    Selector.Folder open = selector.folder(target);
    RunListing run = selector.run(open, target);
    ReportBuilder builder = new ReportBuilder(open.place(), run);
    readLogs(run, builder);
    boolean sound = quick ? quick(run, builder) : read(open, run, builder);
    Report report =
        builder
            .uploaded(new MarkerTimes(open.place())::uploaded)
            .build(console().clock().instant());
    byte[] page = ReportPage.of(report);
    OutputFile.write(output, force, file -> OutputFile.stream(file).write(page));
    say(report, page.length, sound);
    return sound ? Exit.SOUND : Exit.DAMAGE;
  }

  private void readLogs(RunListing run, ReportBuilder builder) throws IOException {
    if (logs.isEmpty()) {
      return;
    }
    SaveTimes times = new SaveTimes(run.run());
    for (Path log : logs) {
      // Every byte is a character: a log of another encoding is no reason to fail.
      try (BufferedReader lines = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
        lines.lines().forEach(times);
      }
    }
    builder.log(times);
  }

  private static boolean quick(RunListing run, ReportBuilder builder) {
    builder.note("Made with --quick: manifests and sizes were read, no data.");
    return run.newestFirst().stream()
        .allMatch(s -> s.isComplete() || s.status() == SnapshotListing.Status.INCOMPLETE);
  }

  private boolean read(Selector.Folder open, RunListing run, ReportBuilder builder)
      throws CliException, IOException, InterruptedException {
    CheckReport checks = check(open, run);
    builder.checks(checks.snapshots());
    Set<SnapshotListing> sound =
        checks.snapshots().stream()
            .filter(SnapshotCheck::isSound)
            .map(SnapshotCheck::snapshot)
            .collect(Collectors.toCollection(HashSet::new));
    List<SnapshotListing> way = run.lineage().stream().filter(sound::contains).toList();
    if (way.isEmpty()) {
      builder.note("No snapshot is sound: there are no tensors to show.");
    } else {
      ReportReader reader = new ReportReader(console(), open.store(), way);
      reader.heatMap(glob, builder);
      reader.histograms(histogram, builder);
    }
    return checks.isSound();
  }

  private CheckReport check(Selector.Folder open, RunListing run) throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    long bytes = run.newestFirst().stream().mapToLong(SnapshotListing::bytes).sum();
    try (ProgressDisplay progress = new ProgressDisplay(console(), "verifying", bytes)) {
      return new SnapshotChecker(open.store(), false, threads, progress).check(run.newestFirst());
    }
  }

  private void say(Report report, long bytes, boolean sound) throws IOException {
    Report.Counts counts = report.counts();
    if (isJson()) {
      printJson(
          json -> {
            json.writeStringField("place", report.place());
            json.writeStringField("run", report.run().value());
            json.writeStringField("file", output.toString());
            json.writeNumberField("bytes", bytes);
            json.writeBooleanField("verified", report.verified());
            json.writeBooleanField("sound", sound);
            json.writeNumberField("snapshots", counts.all());
            json.writeNumberField("incomplete", counts.incomplete());
            json.writeNumberField("unreadable", counts.unreadable());
            json.writeNumberField("damaged", counts.damaged());
            json.writeNumberField("attempts", report.attempts().size());
            json.writeArrayFieldStart("notes");
            for (String note : report.notes()) {
              json.writeString(note);
            }
            json.writeEndArray();
          });
      return;
    }
    print(
        output
            + ": "
            + Show.count(counts.all(), "snapshot")
            + " of "
            + Show.count(report.attempts().size(), "attempt")
            + ", "
            + (report.verified() ? counts.sound() + " sound, " : "not verified, ")
            + counts.incomplete()
            + " incomplete, "
            + counts.damaged()
            + " damaged"
            + (counts.unreadable() > 0 ? ", " + counts.unreadable() + " not readable" : "")
            + "; "
            + Show.bytes(bytes));
    report.notes().forEach(this::print);
  }
}
