// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.commit.Candidate;
import io.cairn.commit.Catalog;
import io.cairn.commit.PartName;
import io.cairn.model.RunName;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** Counts snapshots that came to be whole in a bucket, by their names. Used by one thread. */
final class UploadedSnapshots implements IntSupplier {
  private final Bucket bucket;
  private final Set<String> before;
  private final Set<String> since = new HashSet<>();

  /** Counts from now on. */
  UploadedSnapshots(Bucket bucket) throws IOException {
    this.bucket = bucket;
    this.before = whole();
  }

  /** How many there were since, those that were deleted meanwhile too. */
  @Override
  public int getAsInt() {
    try {
      since.addAll(whole());
      since.removeAll(before);
      return since.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<String> whole() throws IOException {
    List<StoredFile> files =
        bucket.list(Workplace.PREFIX).entrySet().stream()
            .map(o -> new StoredFile(o.getKey().substring(Workplace.PREFIX.length()), o.getValue()))
            .toList();
    Set<RunName> runs =
        files.stream()
            .flatMap(file -> PartName.parse(file.name()).stream())
            .map(file -> file.part().run())
            .collect(Collectors.toSet());
    return runs.stream()
        .flatMap(run -> Catalog.of(files, run).newestFirst().stream())
        .filter(Candidate::isCompleteByNames)
        .map(candidate -> candidate.part(0).stem())
        .collect(Collectors.toSet());
  }
}
