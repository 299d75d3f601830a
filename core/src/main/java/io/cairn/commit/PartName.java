// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Compression;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of which snapshot, and the names of its files, in both directions. The only place that
 * knows them.
 *
 * <pre>
 * bank.step-000000001200.attempt-002.part-00003-of-00008.json             manifest
 * bank.step-000000001200.attempt-002.part-00003-of-00008.safetensors      data
 * bank.step-000000001200.attempt-002.part-00003-of-00008.safetensors.zst  compressed data
 * </pre>
 *
 * @param run the run
 * @param id the snapshot
 * @param part the rank it belongs to, from 0
 * @param parts how many parts the snapshot has
 */
public record PartName(RunName run, SnapshotId id, int part, int parts) {

  /** No number can be padded in two ways: two names must never mean one file. */
  private static final Pattern FILE =
      Pattern.compile(
          "([A-Za-z0-9][A-Za-z0-9_-]{0,62})"
              + "\\.step-(\\d{12})\\.attempt-(\\d{3}|[1-9]\\d{3,5})\\.part-(\\d{5})-of-(\\d{5})"
              + "(\\.json|\\.safetensors|\\.safetensors\\.zst)");

  private static final String MANIFEST = ".json";
  private static final String DATA = ".safetensors";
  private static final String DATA_ZSTD = ".safetensors.zst";

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException unless {@code 0 <= part < parts <= 99,999}
   */
  public PartName {
    if (part < 0 || part >= parts || parts > Rank.MAX_WORLD_SIZE) {
      throw new IllegalArgumentException("No part " + part + " of " + parts);
    }
  }

  /** A file of a part. */
  public record File(PartName part, Kind kind) {}

  /** What a file of a part is for. */
  public enum Kind {
    /** Makes the part exist. */
    MANIFEST,
    /** Holds tensors. */
    DATA
  }

  /**
   * Recognizes a file by its name.
   *
   * @param fileName any name
   * @return the part it belongs to, or empty if it is not exactly a name of ours
   */
  public static Optional<File> parse(String fileName) {
    Matcher matcher = FILE.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int attempt = Integer.parseInt(matcher.group(3));
    int part = Integer.parseInt(matcher.group(4));
    int parts = Integer.parseInt(matcher.group(5));
    if (attempt < 1 || part >= parts) {
      return Optional.empty();
    }
    SnapshotId id = new SnapshotId(Long.parseLong(matcher.group(2)), attempt);
    PartName name = new PartName(new RunName(matcher.group(1)), id, part, parts);
    return Optional.of(
        new File(name, matcher.group(6).equals(MANIFEST) ? Kind.MANIFEST : Kind.DATA));
  }

  /** The name of the manifest. */
  public String manifest() {
    return stem() + MANIFEST;
  }

  /** The name of the data file. */
  public String data(Compression compression) {
    return stem() + (compression == Compression.NONE ? DATA : DATA_ZSTD);
  }

  /** How a data file is compressed, by its name. */
  public static Compression compressionOf(String dataFileName) {
    return dataFileName.endsWith(DATA_ZSTD) ? Compression.ZSTD : Compression.NONE;
  }

  /** The same snapshot's part of another rank. */
  public PartName sibling(int otherPart) {
    return new PartName(run, id, otherPart, parts);
  }

  /** What all names of the part begin with. */
  public String stem() {
    return run.value()
        + ".step-"
        + padded(id.step(), 12)
        + ".attempt-"
        + padded(id.attempt(), 3)
        + ".part-"
        + padded(part, 5)
        + "-of-"
        + padded(parts, 5);
  }

  /** Written by hand: {@code String.format} would take half the time of reading a full folder. */
  private static String padded(long number, int digits) {
    String text = Long.toString(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  @Override
  public String toString() {
    return stem();
  }
}
