// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.commit.PartName;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.SnapshotId;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds what an argument names: a folder, a run in it, a snapshot of that. */
final class Selector {
  static final String LATEST = "latest";

  private static final Pattern ID = Pattern.compile("(\\d{1,12})(?:/(\\d{1,6}))?");

  private final StoreLocator locator;
  private final Optional<String> run;

  Selector(StoreLocator locator, Optional<String> run) {
    this.locator = locator;
    this.run = run;
  }

  /**
   * An argument in its parts.
   *
   * @param place the folder
   * @param run the run, if the argument says it
   * @param snapshot what is behind the {@code @}; empty if nothing is
   */
  record Target(String place, Optional<String> run, Optional<String> snapshot) {}

  /** A folder, open. */
  record Folder(String place, Store store, SnapshotCatalog catalog) {}

  /** A snapshot in an open folder. */
  record Selected(Folder folder, RunListing run, SnapshotListing snapshot) {
    Store store() {
      return folder.store();
    }
  }

  /** Takes an argument apart; the place of one that names none is the given one. */
  Target target(Optional<String> argument, Optional<String> elsewhere) {
    String text = argument.orElse("");
    Optional<Path> file = StoreLocator.file(text);
    if (file.isPresent()) {
      return ofFile(text, file.get());
    }
    if (StoreLocator.isS3(text) && isFile(text)) {
      return ofFile(text.substring(0, text.lastIndexOf('/') + 1), nameIn(text));
    }
    int at = text.lastIndexOf('@');
    if (at < 0 || StoreLocator.isFolder(text) || isKeyWithAt(text, at)) {
      return new Target(orDefault(text, elsewhere), run, Optional.empty());
    }
    String place = orDefault(text.substring(0, at), elsewhere);
    return new Target(place, run, Optional.of(text.substring(at + 1)));
  }

  /**
   * Takes an argument apart that may name a folder only.
   *
   * @throws CliException if it names a snapshot: whoever does means no other
   */
  Target wholeFolder(Optional<String> argument) throws CliException {
    return wholeFolder(argument, Optional.empty());
  }

  /** The same, with another place for an argument that names none. */
  Target wholeFolder(Optional<String> argument, Optional<String> elsewhere) throws CliException {
    Target target = target(argument, elsewhere);
    if (target.snapshot().isPresent()) {
      throw new CliException(
          "'"
              + argument.orElse("")
              + "' names one snapshot ("
              + target.snapshot().get()
              + "), but this command works on all of a folder; say '"
              + target.place()
              + "'");
    }
    return target;
  }

  /** A prefix in S3 may have an {@code @} in it. */
  private static boolean isKeyWithAt(String text, int at) {
    String behind = text.substring(at + 1);
    return StoreLocator.isS3(text) && !behind.equals(LATEST) && !ID.matcher(behind).matches();
  }

  private static boolean isFile(String text) {
    return PartName.parse(nameIn(text)).isPresent();
  }

  private static String nameIn(String text) {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  private String orDefault(String place, Optional<String> elsewhere) {
    return place.isEmpty() ? elsewhere.orElseGet(locator::defaultPlace) : place;
  }

  private Target ofFile(String text, Path file) {
    String name = file.getFileName().toString();
    if (!isFile(name)) {
      return new Target(text, run, Optional.empty());
    }
    return ofFile(Optional.ofNullable(file.getParent()).map(Path::toString).orElse("."), name);
  }

  private static Target ofFile(String place, String name) {
    PartName part = PartName.parse(name).orElseThrow().part();
    SnapshotId id = part.id();
    return new Target(
        place, Optional.of(part.run().value()), Optional.of(id.step() + "/" + id.attempt()));
  }

  Folder folder(Target target) throws CliException, IOException {
    Store store = locator.open(target.place());
    return new Folder(target.place(), store, SnapshotCatalog.read(store, new SyncMarkers()));
  }

  /** The runs a command works on: the named one, else all. */
  List<RunListing> runs(Folder folder, Target target) throws CliException {
    if (target.run().isEmpty()) {
      return folder.catalog().runs();
    }
    return List.of(run(folder, target));
  }

  /** The one run. */
  RunListing run(Folder folder, Target target) throws CliException {
    List<RunListing> runs = folder.catalog().runs();
    if (runs.isEmpty()) {
      throw new CliException("there are no snapshots in '" + folder.place() + "'");
    }
    if (target.run().isEmpty() && runs.size() == 1) {
      return runs.get(0);
    }
    if (target.run().isEmpty()) {
      throw new CliException(
          "'" + folder.place() + "' holds several runs; say which with --run: " + names(runs));
    }
    String wanted = target.run().get();
    return runs.stream()
        .filter(listing -> listing.run().value().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    "no run '"
                        + wanted
                        + "' in '"
                        + folder.place()
                        + "'; there is "
                        + names(runs)));
  }

  private static String names(List<RunListing> runs) {
    return runs.stream().map(listing -> listing.run().value()).collect(Collectors.joining(", "));
  }

  /** The one snapshot; the newest complete one if none is named. */
  Selected snapshot(Target target) throws CliException, IOException {
    Folder folder = folder(target);
    RunListing listing = run(folder, target);
    return new Selected(folder, listing, snapshot(listing, target.snapshot().orElse(LATEST)));
  }

  static SnapshotListing snapshot(RunListing run, String name) throws CliException {
    if (name.equals(LATEST)) {
      return run.newestComplete()
          .orElseThrow(() -> new CliException("run '" + run.run() + "' has no complete snapshot"));
    }
    Matcher id = ID.matcher(name);
    if (!id.matches()) {
      throw new CliException(
          "'" + name + "' names no snapshot; say STEP, STEP/ATTEMPT or " + LATEST);
    }
    long step = Long.parseLong(id.group(1));
    Optional<SnapshotListing> found =
        id.group(2) == null ? run.find(step) : find(run, step, Integer.parseInt(id.group(2)));
    return found.orElseThrow(
        () ->
            new CliException(
                "run '" + run.run() + "' has no snapshot '" + name + "'; it has " + ids(run)));
  }

  private static Optional<SnapshotListing> find(RunListing run, long step, int attempt) {
    return attempt < 1 ? Optional.empty() : run.find(new SnapshotId(step, attempt));
  }

  private static String ids(RunListing run) {
    int shown = 8;
    String ids =
        run.newestFirst().stream()
            .limit(shown)
            .map(snapshot -> Show.id(snapshot.id()))
            .collect(Collectors.joining(", "));
    return ids + (run.newestFirst().size() > shown ? ", ..." : "");
  }
}
