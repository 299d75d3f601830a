// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.CheckReport;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotChecker;
import io.cairn.inspect.SnapshotListing;
import io.cairn.sagemaker.ContainerPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is wrong, and what to do. */
@Command(
    name = "doctor",
    description = {
      "Reads a folder of snapshots whole, and a job's configuration, and says what is wrong and"
          + " what to do.",
      "The status is 1 if there is a problem: damage, or a job that would not start."
    },
    footer = {
      "  cairn doctor                                in the container, or on its machine",
      "  cairn doctor checkpoints --base /tmp/ml     a copy of both"
    })
final class DoctorCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where the snapshots are.")
  private Optional<String> folder = Optional.empty();

  @Option(
      names = "--base",
      paramLabel = "FOLDER",
      description = "The job's base folder. Default: $SAGEMAKER_BASE_DIR, else /opt/ml.")
  private Optional<Path> base = Optional.empty();

  DoctorCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException {
    ContainerPaths paths = ContainerPaths.locate(base, console().environment());
    String usual = new StoreLocator(console().environment()).usualPlace(paths);
    Selector.Target target = selector().wholeFolder(folder, Optional.of(usual));
    List<Diagnosis> diagnoses = new ArrayList<>();
    Optional<Selector.Folder> looked = Optional.empty();
    if (folder.isEmpty() && Files.notExists(Path.of(usual), LinkOption.NOFOLLOW_LINKS)) {
      diagnoses.add(
          Diagnosis.note("there is no folder " + usual + " yet", "the first snapshot makes it"));
    } else {
      Selector.Folder open = selector().folder(target);
      looked = Optional.of(open);
      diagnoses.addAll(new FolderDoctor(open.catalog(), checks(open)).diagnose());
    }
    diagnoses.addAll(
        new JobDoctor(paths, console().environment(), folder(target.place())).diagnose(looked));
    diagnoses.sort(Comparator.comparing(Diagnosis::severity));
    boolean healthy = diagnoses.stream().noneMatch(d -> d.severity() == Diagnosis.Severity.PROBLEM);
    if (isJson()) {
      json(target.place(), diagnoses, healthy);
    } else {
      text(diagnoses);
    }
    return healthy ? Exit.SOUND : Exit.DAMAGE;
  }

  /** Who asks about a place in S3 does not ask about the job's folder. */
  private static Optional<Path> folder(String place) {
    return StoreLocator.isS3(place) ? Optional.empty() : Optional.of(Path.of(place));
  }

  private Map<SnapshotListing, SnapshotCheck> checks(Selector.Folder open)
      throws InterruptedException {
    List<SnapshotListing> all =
        open.catalog().runs().stream().flatMap(run -> run.newestFirst().stream()).toList();
    long bytes = all.stream().mapToLong(SnapshotListing::bytes).sum();
    CheckReport report;
    try (ProgressDisplay progress = new ProgressDisplay(console(), "verifying", bytes)) {
      int threads = Runtime.getRuntime().availableProcessors();
      report = new SnapshotChecker(open.store(), false, threads, progress).check(all);
    }
    Map<SnapshotListing, SnapshotCheck> checks = new HashMap<>();
    report.snapshots().forEach(check -> checks.put(check.snapshot(), check));
    return checks;
  }

  private void text(List<Diagnosis> diagnoses) {
    for (Diagnosis diagnosis : diagnoses) {
      print(SnapshotJson.name(diagnosis.severity()) + ": " + diagnosis.message());
      if (!diagnosis.advice().isEmpty()) {
        print("  -> " + diagnosis.advice());
      }
    }
  }

  private void json(String place, List<Diagnosis> diagnoses, boolean healthy) throws IOException {
    printJson(
        json -> {
          json.writeStringField("place", place);
          json.writeBooleanField("healthy", healthy);
          json.writeArrayFieldStart("diagnoses");
          for (Diagnosis diagnosis : diagnoses) {
            json.writeStartObject();
            json.writeStringField("severity", SnapshotJson.name(diagnosis.severity()));
            json.writeStringField("message", diagnosis.message());
            json.writeStringField("advice", diagnosis.advice());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
