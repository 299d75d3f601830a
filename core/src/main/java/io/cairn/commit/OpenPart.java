// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.ByteSource;
import io.cairn.format.PartHeader;
import io.cairn.format.StoredPart;
import io.cairn.format.ZstdSource;
import io.cairn.model.Compression;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.Closeable;
import java.io.IOException;

/** The data file of a part, open for reading, decompressed on the way. */
public final class OpenPart implements Closeable {
  private final ReadableFile file;
  private final Closeable decompressor;
  private final ByteSource source;
  private final StoredPart part;

  private OpenPart(ReadableFile file, Closeable decompressor, ByteSource source, StoredPart part) {
    this.file = file;
    this.decompressor = decompressor;
    this.source = source;
    this.part = part;
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
      StoredPart part = PartHeader.decode(source, dataFileName);
      requireOwner(part.header(), dataFileName);
      return new OpenPart(file, decompressor, source, part);
    } catch (IOException | RuntimeException e) {
      closeBoth(decompressor, file);
      throw e;
    }
  }

  private static void requireOwner(PartHeader header, String dataFileName)
      throws CorruptSnapshotException {
    if (!dataFileName.startsWith(header.part() + ".")) {
      throw new CorruptSnapshotException(
          "Data file '"
              + dataFileName
              + "' says it is of '"
              + header.part()
              + "'; a file was renamed or swapped");
    }
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
