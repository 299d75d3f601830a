// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.commit.PartCopy;
import io.cairn.commit.PartName;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What the commands have in common that copy snapshots from one place to another. */
abstract class SnapshotTransfer extends BaseCommand {
  @Option(
      names = "--all",
      description =
          "All complete snapshots of the run, oldest first, instead of one; damaged ones, those"
              + " that vanish meanwhile and those of which the target has other bytes are passed"
              + " over and told.")
  private boolean all;

  private final List<Transferred> transferred = new ArrayList<>();
  private final List<PassedOver> passedOver = new ArrayList<>();
  private long movedBytes;

  /** Is in the target now; was there already if nothing had to be moved. */
  private record Transferred(SnapshotListing snapshot, boolean wasThere) {}

  private record PassedOver(SnapshotListing snapshot, String why) {}

  SnapshotTransfer(Console console) {
    super(console);
  }

  final int copy(Optional<String> source, Optional<String> target)
      throws CliException, IOException {
    Selector selector = selector();
    Selector.Target from = selector.target(source, Optional.empty());
    Selector.Folder open = selector.folder(from);
    List<SnapshotListing> chosen = chosen(selector.run(open, from), from);
    StoreLocator locator = new StoreLocator(console().environment());
    String place = target.orElseGet(locator::defaultPlace);
    copy(open.store(), locator.create(place), chosen);
    if (isJson()) {
      printJson(json -> write(json, open.place(), place));
    } else {
      report(open.place(), place);
    }
    return passedOver.isEmpty() ? Exit.SOUND : Exit.DAMAGE;
  }

  private List<SnapshotListing> chosen(RunListing run, Selector.Target from) throws CliException {
    if (all) {
      if (from.snapshot().isPresent()) {
        throw new CliException("--all copies every snapshot; name none");
      }
      return run.newestFirst().stream()
          .filter(snapshot -> snapshot.status() != SnapshotListing.Status.INCOMPLETE)
          .sorted(Comparator.comparing(SnapshotListing::id))
          .toList();
    }
    SnapshotListing one = Selector.snapshot(run, from.snapshot().orElse(Selector.LATEST));
    if (one.status() == SnapshotListing.Status.INCOMPLETE) {
      throw new CliException("snapshot " + Show.id(one.id()) + " is not copied: " + one.problem());
    }
    return List.of(one);
  }

  /** One that cannot be copied is told, and does not keep the others. */
  private void copy(Store from, Store to, List<SnapshotListing> snapshots) throws IOException {
    long total = snapshots.stream().mapToLong(SnapshotListing::bytes).sum();
    try (ProgressDisplay progress = new ProgressDisplay(console(), "copying", total)) {
      PartCopy copy =
          new PartCopy(
              from,
              to,
              bytes -> {
                movedBytes += bytes;
                progress.accept(bytes);
              });
      for (SnapshotListing snapshot : snapshots) {
        try {
          long before = movedBytes;
          copy(copy, snapshot);
          transferred.add(new Transferred(snapshot, movedBytes == before));
        } catch (IOException e) {
          String why = whyPassedOver(e, from, snapshot);
          passedOver.add(new PassedOver(snapshot, why));
          console().err().println("cairn: " + Show.id(snapshot.id()) + ": " + why);
        }
      }
    }
  }

  /** Why this one was not copied; anything else that failed would fail for the next one, too. */
  private String whyPassedOver(IOException e, Store from, SnapshotListing snapshot)
      throws IOException {
    if (e instanceof CorruptSnapshotException) {
      return e.getMessage();
    }
    if (all && e instanceof FileAlreadyExistsException) {
      return Reason.of(e);
    }
    if (all && e instanceof NoSuchFileException missing && isGone(from, snapshot)) {
      return "'"
          + missing.getFile()
          + "' vanished from "
          + from
          + " after it was listed, as when a running training drops an old snapshot; it was not"
          + " copied";
    }
    throw e;
  }

  private static boolean isGone(Store from, SnapshotListing snapshot) throws IOException {
    Set<String> left = from.list().stream().map(StoredFile::name).collect(Collectors.toSet());
    return !left.containsAll(snapshot.files().keySet());
  }

  /** Digests are checked on the way; a snapshot is there when its last manifest is. */
  private static void copy(PartCopy copy, SnapshotListing snapshot) throws IOException {
    if (!snapshot.isComplete()) {
      throw new CorruptSnapshotException(snapshot.problem() + "; it was not copied");
    }
    for (int part = 0; part < snapshot.parts(); part++) {
      PartName name = new PartName(snapshot.run(), snapshot.id(), part, snapshot.parts());
      copy.copy(name, snapshot.files().get(name.manifest()));
    }
  }

  private long bytes() {
    return transferred.stream().mapToLong(it -> it.snapshot().bytes()).sum();
  }

  private void report(String from, String to) {
    transferred.forEach(
        it ->
            print(
                it.snapshot().run()
                    + " "
                    + Show.id(it.snapshot().id())
                    + ": "
                    + Show.bytes(it.snapshot().bytes())
                    + (it.wasThere() ? " verified, there already" : " verified and copied")));
    print(
        "from "
            + from
            + " to "
            + to
            + ": "
            + Show.count(transferred.size(), "snapshot")
            + ", "
            + Show.bytes(bytes()));
  }

  private void write(JsonGenerator json, String from, String to) throws IOException {
    json.writeStringField("from", from);
    json.writeStringField("to", to);
    json.writeNumberField("bytes", bytes());
    json.writeArrayFieldStart("snapshots");
    for (Transferred it : transferred) {
      json.writeStartObject();
      writeId(json, it.snapshot());
      json.writeNumberField("bytes", it.snapshot().bytes());
      json.writeBooleanField("was_there", it.wasThere());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("passed_over");
    for (PassedOver it : passedOver) {
      json.writeStartObject();
      writeId(json, it.snapshot());
      json.writeStringField("why", it.why());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeId(JsonGenerator json, SnapshotListing snapshot) throws IOException {
    json.writeStringField("run", snapshot.run().value());
    json.writeNumberField("step", snapshot.id().step());
    json.writeNumberField("attempt", snapshot.id().attempt());
  }
}
