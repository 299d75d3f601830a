// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.format.Digest;
import io.cairn.inspect.SnapshotDiff.FactDiff;
import io.cairn.model.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Compares two snapshots, tensor by tensor, in bounded memory. Used by one thread. */
public final class SnapshotComparison {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int COUNT = Elements.maxCount(BUFFER_BYTES);

  private final SnapshotReader before;
  private final SnapshotReader after;
  private final Map<Place, TensorInfo> tensorsBefore;
  private final ByteBuffer piecesBefore = buffer();
  private final ByteBuffer piecesAfter = buffer();
  private final double[] numbersBefore = new double[COUNT];
  private final double[] numbersAfter = new double[COUNT];

  /**
   * Compares.
   *
   * @param before the first
   * @param after the second
   */
  public SnapshotComparison(SnapshotReader before, SnapshotReader after) {
    this.before = before;
    this.after = after;
    this.tensorsBefore = tensors(before); // once: it is looked into for each tensor
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Compares everything.
   *
   * @param progress is told each tensor that was compared
   * @return what differs
   * @throws IOException if a snapshot cannot be read
   */
  public SnapshotDiff run(Consumer<TensorDiff> progress) throws IOException {
    Map<Place, TensorInfo> young = tensors(after);
    TreeSet<Place> places = new TreeSet<>(tensorsBefore.keySet());
    places.addAll(young.keySet());
    List<TensorDiff> tensors = new ArrayList<>();
    for (Place place : places) {
      TensorDiff diff = compare(place, tensorsBefore.get(place), young.get(place));
      tensors.add(diff);
      progress.accept(diff);
    }
    return new SnapshotDiff(facts(), tensors);
  }

  /**
   * Compares one tensor.
   *
   * @param young a tensor of the second snapshot
   * @return how it differs from the one of its name in the first
   * @throws IOException if a snapshot cannot be read
   */
  public TensorDiff compare(TensorInfo young) throws IOException {
    Place place = new Place(young.part(), young.fullName());
    return compare(place, tensorsBefore.get(place), young);
  }

  /** Where a tensor is looked for in the other snapshot. */
  private record Place(int part, String name) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::part).thenComparing(Place::name);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  private static Map<Place, TensorInfo> tensors(SnapshotReader snapshot) {
    Map<Place, TensorInfo> tensors = new TreeMap<>();
    snapshot.tensors().forEach(t -> tensors.put(new Place(t.part(), t.fullName()), t));
    return tensors;
  }

  private TensorDiff compare(Place place, TensorInfo old, TensorInfo young) throws IOException {
    if (old == null) {
      return uncompared(place, TensorDiff.Kind.ADDED, "", young.spec().typeAndShape());
    }
    String was = old.spec().typeAndShape();
    if (young == null) {
      return uncompared(place, TensorDiff.Kind.REMOVED, was, "");
    }
    if (!was.equals(young.spec().typeAndShape())) {
      return uncompared(place, TensorDiff.Kind.RESHAPED, was, young.spec().typeAndShape());
    }
    return compare(old, young);
  }

  private static TensorDiff uncompared(
      Place place, TensorDiff.Kind kind, String before, String after) {
    double none = Double.NaN;
    return new TensorDiff(place.part, place.name, kind, before, after, none, none, none, none);
  }

  /** Compares two tensors of one type and shape. */
  private TensorDiff compare(TensorInfo old, TensorInfo young) throws IOException {
    DType type = old.spec().dtype();
    long size = old.spec().byteSize();
    boolean numbers = Elements.areKnown(type);
    boolean same = true;
    Digest.Crc32c digestBefore = new Digest.Crc32c();
    Digest.Crc32c digestAfter = new Digest.Crc32c();
    Distance distance = new Distance();
    for (long at = 0; at < size; at += BUFFER_BYTES) {
      int length = (int) Math.min(BUFFER_BYTES, size - at);
      before.read(old, at, piecesBefore.clear().limit(length));
      after.read(young, at, piecesAfter.clear().limit(length));
      digestBefore.update(piecesBefore.flip());
      digestAfter.update(piecesAfter.flip());
      same &= piecesBefore.rewind().mismatch(piecesAfter.rewind()) < 0;
      if (numbers) {
        int count = Elements.decode(type, piecesBefore, numbersBefore);
        Elements.decode(type, piecesAfter, numbersAfter);
        distance.add(numbersBefore, numbersAfter, count);
      }
    }
    before.requireDigest(old, digestBefore.digest());
    after.requireDigest(young, digestAfter.digest());
    TensorDiff.Kind kind = same ? TensorDiff.Kind.SAME : TensorDiff.Kind.CHANGED;
    String shape = old.spec().typeAndShape();
    Place place = new Place(old.part(), old.fullName());
    return numbers ? distance.diff(place, kind, shape) : uncompared(place, kind, shape, shape);
  }

  /** Collects differences of numbers. A number that is not finite counts as zero. */
  private static final class Distance {
    private final Norm normBefore = new Norm();
    private final Norm normAfter = new Norm();
    private final Norm distance = new Norm();
    private double largest;

    void add(double[] before, double[] after, int count) {
      double chunkBefore = 0;
      double chunkAfter = 0;
      double chunk = 0;
      for (int i = 0; i < count; i++) {
        double a = finite(before[i]);
        double b = finite(after[i]);
        double difference = b - a;
        chunkBefore += a * a;
        chunkAfter += b * b;
        chunk += difference * difference;
        largest = Math.max(largest, Math.abs(difference));
      }
      normBefore.add(chunkBefore, count, i -> finite(before[i]));
      normAfter.add(chunkAfter, count, i -> finite(after[i]));
      distance.add(chunk, count, i -> finite(after[i]) - finite(before[i]));
    }

    private static double finite(double number) {
      return Double.isFinite(number) ? number : 0;
    }

    TensorDiff diff(Place place, TensorDiff.Kind kind, String shape) {
      return new TensorDiff(
          place.part,
          place.name,
          kind,
          shape,
          shape,
          normBefore.value(),
          normAfter.value(),
          distance.value(),
          largest);
    }
  }

  private List<FactDiff> facts() {
    SnapshotDetails old = before.snapshot().details().orElseThrow();
    SnapshotDetails young = after.snapshot().details().orElseThrow();
    List<FactDiff> facts = new ArrayList<>();
    add(facts, "snapshot", shape(before.snapshot()), shape(after.snapshot()));
    add(facts, "progress", position(old), position(young));
    add(facts, "metric", old.metrics(), young.metrics());
    add(facts, "identity", old.fingerprint().identity(), young.fingerprint().identity());
    add(facts, "environment", old.fingerprint().environment(), young.fingerprint().environment());
    add(facts, "value", values(before), values(after));
    return facts;
  }

  private static Map<String, Object> shape(SnapshotListing snapshot) {
    return Map.of("parts", snapshot.parts());
  }

  private static Map<String, Object> position(SnapshotDetails details) {
    return Map.of(
        "step", details.progress().step(),
        "epoch", details.progress().epoch(),
        "batch", details.progress().batch());
  }

  private static Map<String, String> values(SnapshotReader snapshot) {
    Map<String, String> values = new TreeMap<>();
    for (PartContent part : snapshot.parts()) {
      String prefix = snapshot.parts().size() == 1 ? "" : "part " + part.part() + " ";
      part.values().forEach((name, text) -> values.put(prefix + name, text));
      part.sections()
          .forEach(
              (name, same) -> values.put(prefix + name, same ? "(same on all ranks)" : "(own)"));
    }
    return values;
  }

  private static void add(
      List<FactDiff> facts, String group, Map<String, ?> old, Map<String, ?> young) {
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(young.keySet());
    for (String name : names) {
      Object was = old.get(name);
      Object is = young.get(name);
      if (!Objects.equals(was, is)) {
        facts.add(new FactDiff(group, name, text(was), text(is)));
      }
    }
  }

  private static String text(Object value) {
    return value == null ? "" : value.toString();
  }
}
