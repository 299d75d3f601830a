// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What makes a part exist: its place in the run and the data files it consists of.
 *
 * @param run the run
 * @param id the snapshot the part belongs to
 * @param progress where the training stood; its step is the snapshot's
 * @param part the number of the part, from 0
 * @param parts how many parts the snapshot has
 * @param time when it was captured, to the millisecond; for people, nothing is decided by it
 * @param resumedFrom the snapshot that this attempt started from
 * @param metrics the metrics at this step, by name
 * @param fingerprint what makes it compatible
 * @param files the data files, 1 to 16
 */
public record Manifest(
    RunName run,
    SnapshotId id,
    Progress progress,
    int part,
    int parts,
    Instant time,
    Optional<SnapshotId> resumedFrom,
    SortedMap<String, Double> metrics,
    Fingerprint fingerprint,
    List<FileEntry> files) {

  /** The most data files of a part. */
  public static final int MAX_FILES = 16;

  /** Times before it cannot be written. */
  static final Instant MIN_TIME = Instant.parse("0000-01-01T00:00:00Z");

  /** Times from it on cannot be written. */
  static final Instant END_TIME = Instant.parse("+10000-01-01T00:00:00Z");

  /**
   * Copies the collections, cuts the time to milliseconds and checks what must hold between the
   * facts.
   *
   * @throws IllegalArgumentException if something does not
   */
  public Manifest {
    time = time.truncatedTo(ChronoUnit.MILLIS);
    metrics = Text.sortedCopy(metrics);
    files = List.copyOf(files);
    require(
        progress.step() == id.step(),
        "The snapshot of " + id + " cannot have its progress at " + progress);
    require(
        parts >= 1 && parts <= Rank.MAX_WORLD_SIZE && part >= 0 && part < parts,
        "A manifest needs 0 <= part < parts <= "
            + Rank.MAX_WORLD_SIZE
            + ", but is part "
            + part
            + " of "
            + parts);
    require(
        !time.isBefore(MIN_TIME) && time.isBefore(END_TIME),
        "A time is in the years 0000 to 9999, but this one is " + time);
    requireEarlier(resumedFrom, id);
    metrics.keySet().forEach(name -> Text.requireName("metric", name));
    requireUnicode(fingerprint.identity());
    requireUnicode(fingerprint.environment());
    requireFiles(files);
  }

  /**
   * Checks the name of a metric that is to be written. A manifest could hold a longer one, but not
   * the values that go with it, such as {@code max/NAME}.
   *
   * @param name the name
   * @throws IllegalArgumentException if it cannot be written, with the reason
   */
  public static void requireMetricName(String name) {
    Text.requireName("metric", name, Text.MAX_NAME_CHARS - "max/".length());
  }

  /**
   * The size of the part.
   *
   * @return the size of all data files together, in bytes
   */
  public long dataBytes() {
    return files.stream().mapToLong(FileEntry::bytes).reduce(0, Math::addExact);
  }

  /**
   * Holds another part of the same snapshot against this one: both were taken at one moment of one
   * attempt.
   *
   * @param other its manifest
   * @throws CorruptSnapshotException if they were not
   */
  public void requireSameMoment(Manifest other) throws CorruptSnapshotException {
    if (!progress.equals(other.progress) || !resumedFrom.equals(other.resumedFrom)) {
      throw new CorruptSnapshotException(
          "Parts "
              + part
              + " and "
              + other.part
              + " are not of one moment: "
              + moment()
              + ", and "
              + other.moment());
    }
  }

  private String moment() {
    return progress + " resumed from " + resumedFrom.map(SnapshotId::toString).orElse("nothing");
  }

  private static void requireEarlier(Optional<SnapshotId> resumedFrom, SnapshotId id) {
    resumedFrom.ifPresent(
        from ->
            require(
                from.step() <= id.step() && from.attempt() < id.attempt(),
                "The snapshot of " + id + " cannot come from a training resumed from " + from));
  }

  private static void requireUnicode(Map<String, String> facts) {
    facts.forEach(
        (name, value) -> {
          Text.requireName("fact of the fingerprint", name);
          Text.requireUnicode("the fact '" + name + "' of the fingerprint", value);
        });
  }

  private static void requireFiles(List<FileEntry> files) {
    require(
        !files.isEmpty() && files.size() <= MAX_FILES,
        "A part has 1 to " + MAX_FILES + " files, but this one has " + files.size());
    Set<String> names = new HashSet<>();
    long total = 0;
    for (FileEntry file : files) {
      require(names.add(file.name()), "There are two files '" + file.name() + "'");
      require(file.bytes() <= Long.MAX_VALUE - total, "The files together exceed 2^63 bytes");
      total += file.bytes();
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
