// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.commit.Manifests;
import io.cairn.commit.OpenPart;
import io.cairn.commit.PartName;
import io.cairn.format.Digest;
import io.cairn.format.Manifest;
import io.cairn.format.PartHeader;
import io.cairn.format.SectionHeader;
import io.cairn.format.TensorEntry;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.store.Store;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A snapshot open for reading: its tensors stream through a buffer of fixed size, and the digest of
 * each that is read is checked. Used by one thread.
 */
public final class SnapshotReader implements Closeable {
  /** A multiple of the size of every element. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final SnapshotListing snapshot;
  private final List<OpenPart> open = new ArrayList<>();
  private final List<PartContent> parts = new ArrayList<>();
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final double[] numbers = new double[Elements.maxCount(BUFFER_BYTES)];

  /** Takes the bytes of a tensor, piece by piece. */
  @FunctionalInterface
  public interface Pieces {
    /**
     * Takes the next piece.
     *
     * @param piece little-endian, whole elements; overwritten when this returns
     * @throws IOException ends the reading
     */
    void accept(ByteBuffer piece) throws IOException;
  }

  private SnapshotReader(SnapshotListing snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * Opens a snapshot.
   *
   * @param store where it is
   * @param snapshot which; complete
   * @return its content
   * @throws CorruptSnapshotException if a header is damaged
   * @throws CheckpointException if it is not complete, or a newer Cairn wrote it
   * @throws IOException if it cannot be read
   */
  public static SnapshotReader open(Store store, SnapshotListing snapshot) throws IOException {
    if (snapshot.status() == SnapshotListing.Status.DAMAGED) {
      throw new CorruptSnapshotException(snapshot.id() + " is damaged: " + snapshot.problem());
    }
    if (!snapshot.isComplete()) {
      throw new CheckpointException(snapshot.id() + " cannot be used: " + snapshot.problem());
    }
    SnapshotReader reader = new SnapshotReader(snapshot);
    try {
      for (int part = 0; part < snapshot.parts(); part++) {
        reader.openPart(store, part);
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private void openPart(Store store, int number) throws IOException {
    PartName name = new PartName(snapshot.run(), snapshot.id(), number, snapshot.parts());
    Manifest manifest = Manifests.read(store, name, snapshot.files().get(name.manifest()));
    String file = manifest.files().get(0).name();
    OpenPart part = OpenPart.open(store, file);
    open.add(part);
    SortedMap<String, Boolean> sections = new TreeMap<>();
    SortedMap<String, String> values = new TreeMap<>();
    List<TensorInfo> tensors = new ArrayList<>();
    part.part()
        .header()
        .sections()
        .forEach(
            (section, header) -> {
              sections.put(section, header.sameOnAllRanks());
              header.values().forEach((key, text) -> values.put(section + "/" + key, text));
              header.tensors().values().forEach(t -> tensors.add(info(number, section, t)));
            });
    parts.add(
        new PartContent(number, file, manifest.files().get(0).bytes(), sections, values, tensors));
  }

  private static TensorInfo info(int part, String section, TensorEntry tensor) {
    return new TensorInfo(part, section, tensor.spec(), tensor.digest().toString());
  }

  /**
   * Which snapshot this is.
   *
   * @return as it was listed
   */
  public SnapshotListing snapshot() {
    return snapshot;
  }

  /**
   * What the parts hold.
   *
   * @return the parts by number
   */
  public List<PartContent> parts() {
    return List.copyOf(parts);
  }

  /**
   * All tensors of all parts.
   *
   * @return by part, section and name
   */
  public List<TensorInfo> tensors() {
    return parts.stream().flatMap(part -> part.tensors().stream()).toList();
  }

  /**
   * Streams a tensor's bytes.
   *
   * @param tensor one of {@link #tensors}
   * @param target takes them
   * @throws CorruptSnapshotException if the bytes are not what they were; the target has seen them
   * @throws IOException if they cannot be read, or the target failed
   */
  public void read(TensorInfo tensor, Pieces target) throws IOException {
    TensorEntry entry = entry(tensor);
    long size = entry.spec().byteSize();
    OpenPart part = open.get(tensor.part());
    Digest.Crc32c crc = new Digest.Crc32c();
    for (long at = 0; at < size; at += BUFFER_BYTES) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, size - at));
      part.source().readFully(part.part().position(entry) + at, buffer);
      buffer.flip();
      crc.update(buffer);
      target.accept(buffer.rewind());
    }
    requireDigest(tensor, crc.digest());
  }

  void requireDigest(TensorInfo tensor, Digest found) throws CorruptSnapshotException {
    Digest expected = entry(tensor).digest();
    if (!found.equals(expected)) {
      throw new CorruptSnapshotException(
          "Tensor '%s' in '%s' has digest %s, its header says %s; its bytes changed after they were written"
              .formatted(tensor.fullName(), parts.get(tensor.part()).file(), found, expected));
    }
  }

  private TensorEntry entry(TensorInfo tensor) {
    SectionHeader section =
        open.get(tensor.part()).part().header().sections().get(tensor.section());
    return Optional.ofNullable(section)
        .map(header -> header.tensors().get(tensor.spec().name()))
        .orElseThrow(() -> new IllegalArgumentException("No tensor " + tensor.fullName()));
  }

  /**
   * Streams a part's data file, decompressed: a plain safetensors file, with every tensor as it was
   * in memory.
   *
   * @param part its number
   * @param target takes the bytes
   * @throws IOException if they cannot be read, or the target failed
   */
  public void readPlain(int part, Pieces target) throws IOException {
    OpenPart source = open.get(part);
    long size = source.source().size();
    PartHeader header = source.part().header();
    long start = 0;
    if (!header.withoutPlanes().equals(header)) {
      target.accept(header.withoutPlanes().encode());
      start = source.part().dataStart();
    }
    for (long at = start; at < size; at += BUFFER_BYTES) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, size - at));
      source.source().readFully(at, buffer);
      target.accept(buffer.flip());
    }
  }

  /**
   * Reads a tensor and describes its numbers.
   *
   * @param tensor one of {@link #tensors}
   * @return empty if the type is packed in a way nobody has fixed (floats of six bits)
   * @throws CorruptSnapshotException if the bytes are not what they were
   * @throws IOException if they cannot be read
   */
  public Optional<TensorStatistics> statistics(TensorInfo tensor) throws IOException {
    if (!Elements.areKnown(tensor.spec().dtype())) {
      return Optional.empty();
    }
    TensorStatistics.Collector collector = new TensorStatistics.Collector();
    read(
        tensor,
        piece -> collector.add(numbers, Elements.decode(tensor.spec().dtype(), piece, numbers)));
    return Optional.of(collector.result());
  }

  /**
   * Reads a tensor and counts its finite numbers in bins of the same width.
   *
   * @param tensor one of {@link #tensors}, of a type that has statistics
   * @param low the lower bound of the first bin
   * @param high the upper bound of the last bin, which holds numbers that are equal to it
   * @param bins how many bins
   * @return the number of numbers in each bin; those outside are in none
   * @throws CorruptSnapshotException if the bytes are not what they were
   * @throws IOException if they cannot be read
   */
  public long[] histogram(TensorInfo tensor, double low, double high, int bins) throws IOException {
    long[] counts = new long[bins];
    // Halves, because the difference of two finite numbers may be infinite.
    double width = (high / 2 - low / 2) / bins;
    read(
        tensor,
        piece -> {
          int length = Elements.decode(tensor.spec().dtype(), piece, numbers);
          for (int i = 0; i < length; i++) {
            double value = numbers[i];
            if (value >= low && value <= high) {
              int bin = width > 0 ? (int) ((value / 2 - low / 2) / width) : 0;
              counts[Math.min(bins - 1, bin)]++;
            }
          }
        });
    return counts;
  }

  /** Fills a buffer with bytes of a tensor, for reading two tensors side by side. */
  void read(TensorInfo tensor, long offset, ByteBuffer target) throws IOException {
    OpenPart part = open.get(tensor.part());
    part.source().readFully(part.part().position(entry(tensor)) + offset, target);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (OpenPart part : open) {
      try {
        part.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
