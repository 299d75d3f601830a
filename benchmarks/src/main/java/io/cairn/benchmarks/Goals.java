// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.Row.Goal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the project wants to reach, and what these figures say of it. */
final class Goals {
  private static final double STALL = 1.15;
  private static final double SHORTER = 20;
  private static final double WRITE_GROWING = 0.95;
  private static final double WRITE_REPLACING = 1.2;
  private static final double RESTORE = 0.5;
  private static final double RESTORE_PEER = 10;
  private static final double MANY = 1.5;
  private static final double CATALOG = 3;
  private static final double SECOND = 1_000_000;
  private static final double SLOWER = 1.01;
  private static final double OPEN_MILLIS = 100;
  private static final double NO_GAIN = 1;

  private static final List<String> COMPRESSIONS =
      List.of("compressed", "compressedByTwo", "decompressed", "decompressedByTwo", "zstd");

  /** At most that much of the plain bytes is left. */
  private static final Map<Sample.Kind, Double> COMPRESSED =
      Map.of(
          Sample.Kind.WEIGHTS, 0.845,
          Sample.Kind.SECOND_MOMENTS, 0.845,
          Sample.Kind.BFLOAT16, 0.67);

  private final Figures figures;
  private final Size size;
  private final List<Row> rows = new ArrayList<>();

  Goals(Figures figures, Size size) {
    this.figures = figures;
    this.size = size;
  }

  /** The rows whose benchmarks ran. */
  List<Row> rows() {
    size.stallMegabytes().forEach(this::stall);
    xgboost();
    write();
    restore();
    many();
    catalog();
    size.trainings().forEach(this::training);
    for (Sample.Kind kind : Sample.Kind.values()) {
      compression(kind);
    }
    open();
    return rows;
  }

  private void stall(String megabytes) {
    String at = " megabytes=" + megabytes;
    String work = "stall for a snapshot of " + megabytes + " MiB";
    Optional<Figure> ours = figures.get("StallBenchmark.cairn" + at);
    add(work, ours, "memcpy", figures.get("StallBenchmark.memcpy" + at), Goal.atMost(STALL));
    Optional<Figure> serialized = figures.get("StallBenchmark.javaSerialization" + at);
    addInverse(work, ours, "Java serialization", serialized, Goal.atLeast(SHORTER));
    addInverse(work, ours, "DJL Model.save", peer("save", megabytes, "DJL"), Goal.atLeast(SHORTER));
    Optional<Figure> dl4j = peer("save", megabytes, "DL4J");
    addInverse(work, ours, "DL4J ModelSerializer", dl4j, Goal.atLeast(SHORTER));
  }

  private void xgboost() {
    String at = " rounds=" + size.rounds();
    String work = "stall for a snapshot of XGBoost after " + size.rounds() + " rounds";
    Optional<Figure> ours = figures.get("XgboostBenchmark.cairn" + at);
    Optional<Figure> serialized = figures.get("XgboostBenchmark.serialized" + at);
    add(work, ours, "XGBoost toByteArray", serialized, Goal.atMost(STALL));
    Optional<Figure> saved = figures.get("XgboostBenchmark.saveModel" + at);
    addInverse(work, ours, "XGBoost saveModel", saved, Goal.atLeast(SHORTER));
  }

  private Optional<Figure> peer(String method, String megabytes, String kind) {
    return figures.get("PeerBenchmark." + method + " megabytes=" + megabytes + " peer=" + kind);
  }

  private void write() {
    String at = " megabytes=" + size.writeMegabytes();
    Optional<Figure> buffered = figures.get("WriteBenchmark.plainBuffered" + at);
    Optional<Figure> direct = figures.get("WriteBenchmark.plainDirect" + at);
    Optional<Figure> limit =
        buffered.flatMap(b -> direct.map(d -> b.median() < d.median() ? b : d));
    addInverse(
        "step to durable, " + size.writeMegabytes() + " MiB, growing folder",
        figures.get("WriteBenchmark.cairnGrowing" + at),
        "plain write and force",
        limit,
        Goal.atLeast(WRITE_GROWING));
    addInverse(
        "step to durable, " + size.writeMegabytes() + " MiB, with retention",
        figures.get("WriteBenchmark.cairnReplacing" + at),
        "plain write and force",
        limit,
        Goal.atLeast(WRITE_REPLACING));
    addInverse(
        "step to durable, " + size.writeMegabytes() + " MiB, with retention, reusing files",
        figures.get("WriteBenchmark.cairnReusing" + at),
        "plain write and force",
        limit,
        Goal.atLeast(WRITE_REPLACING));
  }

  private void restore() {
    String megabytes = size.restoreMegabytes();
    String at = " megabytes=" + megabytes;
    String work = "verified restore of " + megabytes + " MiB";
    Optional<Figure> ours = figures.get("RestoreBenchmark.cairn" + at);
    addInverse(
        work, ours, "memcpy", figures.get("RestoreBenchmark.memcpy" + at), Goal.atLeast(RESTORE));
    Optional<Figure> djl = peer("load", megabytes, "DJL");
    addInverse(work, ours, "DJL Model.load", djl, Goal.atLeast(RESTORE_PEER));
    Optional<Figure> dl4j = peer("load", megabytes, "DL4J");
    addInverse(work, ours, "DL4J ModelSerializer", dl4j, Goal.atLeast(RESTORE_PEER));
  }

  private void many() {
    for (String method : List.of("stall", "write")) {
      String name = "ManyTensorsBenchmark." + method + " kilobytes=" + size.smallTensors();
      add(
          method + " of " + size.smallTensors() + " tensors of 1 KiB",
          figures.get(name + " small=true"),
          "one tensor of the same bytes",
          figures.get(name + " small=false"),
          Goal.atMost(MANY));
    }
  }

  private void catalog() {
    String at = " ranks=" + size.ranks() + " snapshots=" + size.snapshots();
    Optional<Figure> listing = figures.get("CatalogBenchmark.listing" + at);
    Optional<Figure> partSet = figures.get("CatalogBenchmark.partSet" + at);
    Optional<Figure> ours = figures.get("CatalogBenchmark.cairn" + at);
    String work =
        "newest valid of " + size.snapshots() + " snapshots of " + size.ranks() + " ranks";
    Optional<Figure> limit = listing.flatMap(l -> partSet.map(l::plus));
    add(work, ours, "listing and reading one part set", limit, Goal.atMost(CATALOG));
    ours.ifPresent(figure -> addAlone(work, figure, "1 second", SECOND));
  }

  private void training(String model) {
    String at = " model=" + model + " seconds=" + size.trainingSeconds();
    String work = "training with a snapshot about every 2 s, " + model;
    Map<String, String> besides = new LinkedHashMap<>();
    besides.put("plain", "the same training without");
    besides.put("copied", "the same training, with as many bytes copied");
    besides.put("written", "the same training, with as many bytes copied and written");
    Optional<Figure> ours = figures.get("TrainingBenchmark.saved" + at);
    besides.forEach(
        (method, beside) -> {
          String name = "TrainingBenchmark." + method + at;
          add(work, ours, beside, figures.get(name), Goal.atMost(SLOWER));
        });
  }

  private void compression(Sample.Kind kind) {
    String at = " kind=" + kind + " megabytes=" + size.sampleMegabytes();
    Map<String, Figure> found = new HashMap<>();
    for (String name : COMPRESSIONS) {
      figures.get("CompressionBenchmark." + name + at).ifPresent(figure -> found.put(name, figure));
    }
    if (found.size() == COMPRESSIONS.size()) {
      Compressed.Times times =
          new Compressed.Times(
              found.get("compressed"),
              found.get("compressedByTwo"),
              found.get("decompressed"),
              found.get("decompressedByTwo"),
              found.get("zstd"));
      Compressed result = Compressed.of(kind, size.sampleMegabytes(), times);
      rows.addAll(result.rows(COMPRESSED.getOrDefault(kind, NO_GAIN)));
    }
  }

  private void open() {
    figures
        .get("OpenBenchmark.cairn")
        .ifPresent(ours -> addAlone("open on an empty folder", ours, "100 ms", OPEN_MILLIS * 1000));
  }

  private void addAlone(String work, Figure ours, String beside, double micros) {
    Figure bound = new Figure(List.of(micros));
    rows.add(new Row(work, ours.toString(), beside, "", ours.over(bound), Goal.atMost(1)));
  }

  private void add(
      String work, Optional<Figure> ours, String beside, Optional<Figure> theirs, Goal goal) {
    if (ours.isPresent() && theirs.isPresent()) {
      Figure us = ours.get();
      Figure them = theirs.get();
      rows.add(new Row(work, us.toString(), beside, them.toString(), us.over(them), goal));
    }
  }

  /** The ratio of speeds: how many times as long the other takes. */
  private void addInverse(
      String work, Optional<Figure> ours, String beside, Optional<Figure> theirs, Goal goal) {
    if (ours.isPresent() && theirs.isPresent()) {
      Figure us = ours.get();
      Figure them = theirs.get();
      rows.add(new Row(work, us.toString(), beside, them.toString(), them.over(us), goal));
    }
  }
}
