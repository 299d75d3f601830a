// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import io.cairn.model.Refusal;
import io.cairn.model.Refusal.Kind;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.staging.Copiers;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every byte of a candidate and says whether it is whole. Manifests first: they are small.
 */
final class SnapshotVerifier {
  private final Store store;
  private final FileDigester digester;
  private String reading = "";

  SnapshotVerifier(Store store, Copiers readers) {
    this.store = store;
    this.digester = new FileDigester(readers);
  }

  /**
   * Checks a candidate.
   *
   * @throws UnsupportedFormatException if a whole manifest was written by a newer version
   */
  Verdict verify(Candidate candidate) throws UnsupportedFormatException {
    if (!candidate.isCompleteByNames()) {
      return refused(candidate, candidate.whatIsMissing(), Kind.UNFINISHED);
    }
    try {
      List<Manifest> manifests = new ArrayList<>(candidate.partCount());
      for (int part = 0; part < candidate.partCount(); part++) {
        manifests.add(readManifest(candidate, candidate.part(part)));
        manifests.get(0).requireSameMoment(manifests.get(part));
      }
      for (Manifest manifest : manifests) {
        checkData(candidate, manifest);
      }
      return new Verdict.Valid(new VerifiedSnapshot(store, manifests));
    } catch (UnsupportedFormatException e) {
      throw e;
    } catch (NoSuchFileException e) {
      return refused(
          candidate, "'" + e.getFile() + "' vanished while it was read", Kind.UNFINISHED);
    } catch (CorruptSnapshotException e) {
      return refused(candidate, e.getMessage(), Kind.DAMAGED);
    } catch (EOFException e) {
      return refused(candidate, "'" + reading + "' ended while it was read", Kind.DAMAGED);
    } catch (OutOfMemoryError e) { // a header may be large, and so may one that was made to be
      String reason = "'" + reading + "' could not be read: this JVM has too little memory for it";
      return refused(candidate, reason, Kind.UNREAD);
    } catch (IOException e) {
      String reason = "'" + reading + "' could not be read: " + Reason.of(e);
      return refused(candidate, reason, Kind.UNREAD);
    }
  }

  private static Verdict refused(Candidate candidate, String reason, Kind kind) {
    return new Verdict.Refused(new Refusal(candidate.id(), reason, kind));
  }

  private Manifest readManifest(Candidate candidate, PartName part) throws IOException {
    reading = part.manifest();
    Manifest manifest = Manifests.read(store, part, candidate.files().get(part.manifest()));
    Manifests.requireOwnFiles(manifest, part);
    return manifest;
  }

  private void checkData(Candidate candidate, Manifest manifest) throws IOException {
    for (FileEntry expected : manifest.files()) {
      Long listed = candidate.files().get(expected.name());
      if (listed == null) {
        throw new NoSuchFileException(expected.name());
      }
      reading = expected.name();
      checkBytes(expected);
      OpenPart.open(store, expected).close(); // the header must be readable too
    }
  }

  private void checkBytes(FileEntry expected) throws IOException {
    try (ReadableFile file = store.open(expected.name())) {
      long size = file.size();
      expected.requireSize(size);
      expected.requireDigest(digester.digest(file, size));
    }
  }
}
