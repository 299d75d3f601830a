// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.CheckReport;
import io.cairn.inspect.Finding;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotChecker;
import io.cairn.inspect.SnapshotListing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads every byte and says what is damaged. */
@Command(
    name = "verify",
    description = {
      "Reads every byte of all snapshots, or of one, and compares all digests.",
      "Sound is what a training would resume from. A snapshot that was never finished does no"
          + " harm: the status is 1 for damage, for a snapshot asked for by name that is not sound,"
          + " and if none is sound."
    },
    footer = {
      "  cairn verify /opt/ml/checkpoints         all of them",
      "  cairn verify --deep checkpoints@1200     every tensor of one, and the ranks compared"
    })
final class VerifyCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "FOLDER[@SNAPSHOT] or a file.")
  private Optional<String> target = Optional.empty();

  @Option(
      names = "--deep",
      description = "Check each tensor's own digest too, and compare the parts of all ranks.")
  private boolean deep;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Read so many files at a time. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  VerifyCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException {
    if (threads < 1) {
      throw new CliException("--threads needs 1 or more, but is " + threads);
    }
    Selector selector = selector();
    Selector.Target named = selector.target(target, Optional.empty());
    Selector.Folder folder = selector.folder(named);
    List<SnapshotListing> snapshots = snapshots(selector, folder, named);
    CheckReport report = check(folder, snapshots);
    boolean sound =
        named.snapshot().isPresent() ? report.snapshots().get(0).isSound() : report.isSound();
    if (isJson()) {
      json(folder.place(), report, sound);
    } else {
      text(report);
    }
    return sound ? Exit.SOUND : Exit.DAMAGE;
  }

  private static List<SnapshotListing> snapshots(
      Selector selector, Selector.Folder folder, Selector.Target named) throws CliException {
    if (named.snapshot().isPresent()) {
      RunListing run = selector.run(folder, named);
      return List.of(Selector.snapshot(run, named.snapshot().get()));
    }
    List<SnapshotListing> all = new ArrayList<>();
    selector.runs(folder, named).forEach(run -> all.addAll(run.newestFirst()));
    if (all.isEmpty()) { // a mistyped prefix in S3 is always there, and sound by nothing
      throw new CliException("there are no snapshots in '" + folder.place() + "'");
    }
    return all;
  }

  private CheckReport check(Selector.Folder folder, List<SnapshotListing> snapshots)
      throws InterruptedException {
    long bytes = snapshots.stream().mapToLong(SnapshotListing::bytes).sum();
    long bytesToRead = deep ? 2 * bytes : bytes; // then, the tensors are read once more
    try (ProgressDisplay progress = new ProgressDisplay(console(), "verifying", bytesToRead)) {
      return new SnapshotChecker(folder.store(), deep, threads, progress).check(snapshots);
    }
  }

  private void text(CheckReport report) {
    for (SnapshotCheck check : report.snapshots()) {
      String name = check.snapshot().run() + " " + Show.id(check.snapshot().id());
      print(name + ": " + verdict(check) + ", " + Show.bytes(check.bytesRead()) + " read");
      check.findings().forEach(finding -> print("  " + finding.message()));
    }
    long sound = report.snapshots().stream().filter(SnapshotCheck::isSound).count();
    long damaged = report.snapshots().stream().filter(SnapshotCheck::isDamaged).count();
    long unreadable = report.snapshots().stream().filter(SnapshotCheck::isUnreadable).count();
    long incomplete = report.snapshots().size() - sound - damaged;
    print(
        sound
            + " sound, "
            + incomplete
            + " incomplete, "
            + (damaged - unreadable)
            + " damaged"
            + (unreadable == 0 ? "" : ", " + unreadable + " not readable"));
  }

  private static String verdict(SnapshotCheck check) {
    if (check.isSound()) {
      return "sound";
    }
    if (check.isUnreadable()) {
      return "NOT READABLE";
    }
    return check.isDamaged() ? "DAMAGED" : "incomplete";
  }

  private void json(String place, CheckReport report, boolean sound) throws IOException {
    printJson(
        json -> {
          json.writeStringField("place", place);
          json.writeBooleanField("sound", sound);
          json.writeArrayFieldStart("snapshots");
          for (SnapshotCheck check : report.snapshots()) {
            json.writeStartObject();
            SnapshotJson.id(json, check.snapshot());
            json.writeBooleanField("sound", check.isSound());
            json.writeNumberField("bytesRead", check.bytesRead());
            json.writeArrayFieldStart("findings");
            for (Finding finding : check.findings()) {
              json.writeStartObject();
              json.writeStringField("kind", SnapshotJson.name(finding.kind()));
              json.writeStringField("file", finding.file());
              json.writeStringField("message", finding.message());
              json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
