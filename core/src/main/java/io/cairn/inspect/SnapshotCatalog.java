// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.commit.Candidate;
import io.cairn.commit.Catalog;
import io.cairn.commit.PartName;
import io.cairn.model.RunName;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import io.cairn.store.UploadTracker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All runs and snapshots in one place, and what else lies there, at one moment.
 *
 * @param runs the runs, by name
 * @param temporary final names of files that were never finished, or are being written
 * @param foreign names of files that are not Cairn's
 */
public record SnapshotCatalog(
    List<RunListing> runs, SortedSet<String> temporary, SortedSet<String> foreign) {

  /**
   * Copies the list.
   *
   * @param runs the runs
   * @param temporary final names of files that were never finished
   * @param foreign names of files that are not Cairn's
   */
  public SnapshotCatalog {
    runs = List.copyOf(runs);
  }

  /**
   * Lists a place and reads its manifests, never its data.
   *
   * @param store the place
   * @param uploads tells how far uploads are
   * @return what is there
   * @throws IOException if it cannot be listed
   */
  public static SnapshotCatalog read(Store store, UploadTracker uploads) throws IOException {
    List<StoredFile> files = store.list();
    Set<String> names = files.stream().map(StoredFile::name).collect(Collectors.toSet());
    SortedSet<String> runNames = new TreeSet<>();
    SortedSet<String> foreign = new TreeSet<>();
    for (String name : names) {
      PartName.parse(name)
          .ifPresentOrElse(
              file -> runNames.add(file.part().run().value()), () -> foreign.add(name));
    }
    SnapshotLister lister = new SnapshotLister(store, uploads, names);
    List<RunListing> runs = new ArrayList<>();
    for (String name : runNames) {
      RunName run = new RunName(name);
      List<SnapshotListing> snapshots = new ArrayList<>();
      for (Candidate candidate : Catalog.of(files, run).newestFirst()) {
        lister.list(run, candidate).ifPresent(snapshots::add);
      }
      if (!snapshots.isEmpty()) {
        runs.add(new RunListing(run, snapshots));
      }
    }
    return new SnapshotCatalog(runs, new TreeSet<>(store.abandoned()), foreign);
  }
}
