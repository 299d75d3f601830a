// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.Diagnosis.note;
import static io.cairn.cli.Diagnosis.problem;
import static io.cairn.cli.Diagnosis.warning;

import io.cairn.inspect.Finding;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.UploadState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what is wrong with the snapshots in a folder. */
final class FolderDoctor {
  private static final int LISTED = 5;

  private final SnapshotCatalog catalog;
  private final Map<SnapshotListing, SnapshotCheck> checks;
  private final List<Diagnosis> diagnoses = new ArrayList<>();

  FolderDoctor(SnapshotCatalog catalog, Map<SnapshotListing, SnapshotCheck> checks) {
    this.catalog = catalog;
    this.checks = checks;
  }

  List<Diagnosis> diagnose() {
    if (catalog.runs().isEmpty()) {
      diagnoses.add(note("there are no snapshots: a training starts from the beginning", ""));
    }
    if (catalog.runs().size() > 1) {
      diagnoses.add(
          warning(
              "snapshots of several runs lie here: " + runNames(),
              "each training uses its own (checkpoint_run); if the folder was filled from an S3"
                  + " prefix without its closing /, its neighbours came in"));
    }
    catalog.runs().forEach(this::run);
    temporary();
    foreign();
    return diagnoses;
  }

  private String runNames() {
    return list(catalog.runs().stream().map(run -> run.run().value()).toList());
  }

  private void run(RunListing run) {
    start(run);
    for (SnapshotListing snapshot : run.newestFirst()) {
      SnapshotCheck check = checks.get(snapshot);
      if (check.isDamaged()) {
        damaged(snapshot, check);
      } else if (!check.isSound()) {
        incomplete(run, snapshot, check);
      } else if (snapshot.upload() == UploadState.UPLOADING) {
        diagnoses.add(note(name(snapshot) + " is being uploaded", ""));
      }
    }
    fingerprints(run);
  }

  /** What a training started now would do: walk back to the newest sound one. */
  private void start(RunListing run) {
    boolean damaged = false;
    boolean unreadable = false;
    for (SnapshotListing snapshot : run.newestFirst()) {
      SnapshotCheck check = checks.get(snapshot);
      if (check.isSound()) {
        diagnoses.add(note(start(run, "resumes from " + name(snapshot)), ""));
        return;
      }
      if (isNewer(check)) {
        diagnoses.add(
            problem(
                start(run, "fails: a newer Cairn wrote " + name(snapshot)),
                "use that version of Cairn, or move the files of the snapshot away"));
        return;
      }
      damaged |= check.isDamaged();
      unreadable |= check.isUnreadable();
    }
    if (unreadable) {
      diagnoses.add(
          problem(
              start(run, "fails: what could not be read may be whole"),
              "look at permissions, the network and the disk, and start again"));
      return;
    }
    diagnoses.add(
        damaged
            ? problem(
                start(run, "fails: none of its snapshots is sound"),
                "restore an older copy of the folder, or move the damaged files away to train from"
                    + " the beginning")
            : note(start(run, "begins anew: no snapshot is complete"), ""));
  }

  private static String start(RunListing run, String what) {
    return "a start of run '" + run.run() + "' " + what;
  }

  private static boolean isNewer(SnapshotCheck check) {
    return !check.isSound()
        && check.findings().stream().allMatch(f -> f.kind() == Finding.Kind.UNSUPPORTED);
  }

  private void damaged(SnapshotListing snapshot, SnapshotCheck check) {
    String more =
        check.findings().size() > 1 ? " (and " + (check.findings().size() - 1) + " more)" : "";
    diagnoses.add(
        problem(name(snapshot) + ": " + check.findings().get(0).message() + more, advice(check)));
  }

  private static String advice(SnapshotCheck check) {
    if (isNewer(check)) {
      return "use the version of Cairn that wrote it";
    }
    return check.isUnreadable()
        ? "look at permissions, the network and the disk; it may be whole"
        : "copy its files here again if they are whole in S3; otherwise leave them: they are refused"
            + " at every start, and are evidence";
  }

  private void incomplete(RunListing run, SnapshotListing snapshot, SnapshotCheck check) {
    int newest = run.newestFirst().stream().mapToInt(s -> s.id().attempt()).max().orElseThrow();
    boolean current = snapshot.id().attempt() == newest;
    String why = snapshot.isComplete() ? check.findings().get(0).message() : snapshot.problem();
    diagnoses.add(note(name(snapshot) + " is " + why, cause(snapshot, current)));
  }

  /** Data comes before its manifest, and all parts may come in any order. */
  private static String cause(SnapshotListing snapshot, boolean current) {
    boolean manifest = snapshot.files().keySet().stream().anyMatch(name -> name.endsWith(".json"));
    if (!manifest) {
      return current
          ? "it is being written, or was when the training died; the next start passes over it"
          : "an attempt died while writing it; the next start removes it";
    }
    return "other parts are being written, or have not arrived, or were deleted; if they are in S3,"
        + " copy them here";
  }

  /** Snapshots of one run should be of one training. */
  private void fingerprints(RunListing run) {
    Map<String, List<String>> byIdentity =
        run.newestFirst().stream()
            .filter(snapshot -> snapshot.details().isPresent())
            .collect(
                Collectors.groupingBy(
                    snapshot -> identity(snapshot.details().orElseThrow()),
                    Collectors.mapping(s -> Show.id(s.id()), Collectors.toList())));
    if (byIdentity.size() > 1) {
      diagnoses.add(
          warning(
              "run '"
                  + run.run()
                  + "' holds snapshots of "
                  + byIdentity.size()
                  + " different trainings: "
                  + byIdentity.values().stream()
                      .map(FolderDoctor::list)
                      .collect(Collectors.joining(" | ")),
              "give each training a run name of its own (checkpoint_run); 'diff' shows how they"
                  + " differ"));
    }
  }

  private static String identity(SnapshotDetails details) {
    return details.fingerprint().identity().toString();
  }

  private void temporary() {
    if (!catalog.temporary().isEmpty()) {
      diagnoses.add(
          note(
              Show.count(catalog.temporary().size(), "unfinished file")
                  + ": "
                  + list(catalog.temporary()),
              "being written, or left by an attempt that died; the next start of that run removes"
                  + " those"));
    }
  }

  private void foreign() {
    List<String> files =
        catalog.foreign().stream().filter(name -> !SyncMarkers.isMarker(name)).toList();
    if (!files.isEmpty()) {
      diagnoses.add(
          note(
              Show.count(files.size(), "file") + " of other programs: " + list(files),
              "they do no harm"));
    }
  }

  private static String name(SnapshotListing snapshot) {
    return snapshot.run() + " " + Show.id(snapshot.id());
  }

  private static String list(Collection<String> names) {
    return names.stream().limit(LISTED).collect(Collectors.joining(", "))
        + (names.size() > LISTED ? ", ..." : "");
  }
}
