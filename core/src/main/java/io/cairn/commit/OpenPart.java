// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.FileEntry;
import io.cairn.format.PartHeader;
import io.cairn.format.StoredPart;
import io.cairn.format.TensorEntry;
import io.cairn.format.ZstdSource;
import io.cairn.model.Compression;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.Closeable;
import java.io.IOException;
import java.util.Comparator;

/** The data file of a part, open for reading, decompressed on the way. */
public final class OpenPart implements Closeable {
  private final Closeable file;
  private final Closeable decompressor;
  private final ByteSource source;
  private final StoredPart part;
  private final Digest headerDigest;

  private OpenPart(
      Closeable file,
      Closeable decompressor,
      ByteSource source,
      StoredPart part,
      Digest headerDigest) {
    this.file = file;
    this.decompressor = decompressor;
    this.source = source;
    this.part = part;
    this.headerDigest = headerDigest;
  }

  /**
   * Opens a data file of a verified part. The header is read again: that it is the one that was
   * verified is checked.
   *
   * @throws CorruptSnapshotException if it is not; the file changed since
   */
  static OpenPart open(Store store, FileEntry verified) throws IOException {
    OpenPart part = open(store, verified.name());
    try {
      part.requireDigest(verified);
      return part;
    } catch (IOException e) {
      part.close();
      throw e;
    }
  }

  /**
   * Holds the header against the file's digest, which its own digest and those it states for the
   * tensors must give. (Not for compressed files: there, each frame has a checksum of its own.)
   *
   * @param verified what the manifest says of the file
   * @throws CorruptSnapshotException if they do not give it
   */
  public void requireDigest(FileEntry verified) throws CorruptSnapshotException {
    if (PartName.compressionOf(verified.name()) != Compression.NONE) {
      return;
    }
    Digest found = impliedDigest();
    if (!found.equals(verified.digest())) {
      throw new CorruptSnapshotException(
          "Data file '"
              + verified.name()
              + "' has digest "
              + found
              + " by its header, its manifest says "
              + verified.digest()
              + "; the header changed after the file had been verified, or its digests are not"
              + " those of the tensors");
    }
  }

  private Digest impliedDigest() {
    DigestChain chain = new DigestChain().append(headerDigest, part.dataStart());
    part.header().sections().values().stream()
        .flatMap(section -> section.tensors().values().stream())
        .filter(tensor -> tensor.spec().byteSize() > 0)
        .sorted(Comparator.comparingLong(TensorEntry::offset))
        .forEach(tensor -> chain.append(tensor.digest(), tensor.spec().byteSize()));
    return chain.digest();
  }

  /** Opens a data file; its digests are not checked. */
  public static OpenPart open(Store store, String dataFileName) throws IOException {
    ReadableFile file = store.open(dataFileName);
    Closeable decompressor = () -> {};
    try {
      ByteSource source = StoreFiles.source(file);
      if (PartName.compressionOf(dataFileName) == Compression.ZSTD) {
        ZstdSource plain = ZstdSource.open(source, dataFileName);
        decompressor = plain;
        source = plain;
      }
      DigestedSource digested = new DigestedSource(source);
      StoredPart part = PartHeader.decode(digested, dataFileName);
      requireOwner(part.header(), dataFileName);
      if (decompressor instanceof ZstdSource plain) {
        plain.undoPlanes(part);
      }
      return new OpenPart(file, decompressor, source, part, digested.digest(part.dataStart()));
    } catch (IOException | RuntimeException e) {
      closeBoth(decompressor, file);
      throw e;
    }
  }

  private static void requireOwner(PartHeader header, String dataFileName)
      throws CorruptSnapshotException {
    String owner = PartName.parse(dataFileName).map(file -> file.part().stem()).orElse("");
    if (!owner.equals(header.part())) {
      throw new CorruptSnapshotException(
          "Data file '"
              + dataFileName
              + "' says it is of '"
              + header.part()
              + "'; a file was renamed or swapped");
    }
  }

  /** The same, without the duty to close it: for use until the first is closed. */
  OpenPart shared() {
    return new OpenPart(() -> {}, () -> {}, source, part, headerDigest);
  }

  /** What the file holds, and where. */
  public StoredPart part() {
    return part;
  }

  /** The plain safetensors bytes. */
  public ByteSource source() {
    return source;
  }

  @Override
  public void close() throws IOException {
    closeBoth(decompressor, file);
  }

  private static void closeBoth(Closeable first, Closeable second) throws IOException {
    try (second) {
      first.close();
    }
  }
}
