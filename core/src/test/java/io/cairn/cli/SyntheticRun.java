// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.SampleRuns;
import io.cairn.inspect.Finding;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SaveTimes;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.TensorHistograms;
import io.cairn.inspect.TensorInfo;
import io.cairn.inspect.TensorRecord;
import io.cairn.inspect.TensorStatistics;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.model.TensorSpec;
import io.cairn.store.UploadState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A report of a run that no disk holds: of any size, with what real runs have at their worst. */
final class SyntheticRun {
  private static final RunName RUN = new RunName("large");
  private static final int ATTEMPTS = 4;

  private final Random random = new Random(42);
  private final int snapshots;
  private final int tensors;

  SyntheticRun(int snapshots, int tensors) {
    this.snapshots = snapshots;
    this.tensors = tensors;
  }

  Report report() {
    List<SnapshotListing> oldestFirst = listings();
    List<SnapshotListing> newestFirst = new ArrayList<>(oldestFirst);
    Collections.reverse(newestFirst);
    RunListing run = new RunListing(RUN, newestFirst);
    List<SnapshotListing> way = run.lineage();
    return new ReportBuilder("s3://bucket/jobs/large", run)
        .checks(oldestFirst.stream().map(this::check).toList())
        .log(log(oldestFirst))
        .heatMap(heatMap(way))
        .histograms(Optional.of(histograms(Sample.evenly(way, 60))))
        .note("Nothing of this is true.")
        .build(SampleRuns.TIME);
  }

  /** Each attempt resumes two snapshots before the last one of the attempt before. */
  private List<SnapshotListing> listings() {
    List<SnapshotListing> listings = new ArrayList<>();
    Instant time = SampleRuns.TIME;
    long step = 0;
    Optional<SnapshotId> from = Optional.empty();
    for (int i = 0; i < snapshots; i++) {
      int attempt = 1 + i * ATTEMPTS / snapshots;
      if (i > 0 && listings.get(i - 1).id().attempt() != attempt) {
        from = Optional.of(listings.get(i - Math.min(i, 3)).id());
        step = from.get().step();
        time = time.plusSeconds(1800);
      }
      step += 100;
      time = time.plusSeconds(55 + random.nextInt(10));
      listings.add(listing(new SnapshotId(step, attempt), time, from));
    }
    return listings;
  }

  private SnapshotListing listing(SnapshotId id, Instant time, Optional<SnapshotId> from) {
    TreeMap<String, Double> metrics = new TreeMap<>();
    for (String name : List.of("loss", "accuracy", "validation/loss", "learning rate")) {
      double noise = 1 + 0.1 * random.nextGaussian();
      metrics.put(name, noise * Math.exp(-id.step() / 30_000.0));
    }
    SnapshotDetails details =
        new SnapshotDetails(
            new Progress(id.step(), id.step() / 1000, id.step() % 1000),
            time,
            from,
            metrics,
            Fingerprint.builder().build());
    String name = "large.step-%012d.attempt-%03d.safetensors".formatted(id.step(), id.attempt());
    return new SnapshotListing(
        RUN,
        id,
        1,
        SnapshotListing.Status.COMPLETE,
        "",
        Optional.of(details),
        new TreeMap<>(Map.of(name, 400_000_000L + random.nextInt(1_000_000))),
        UploadState.UNKNOWN);
  }

  private SnapshotCheck check(SnapshotListing snapshot) {
    boolean damaged = random.nextInt(100) == 0;
    String message =
        "Tensor '</script><img src=x onerror=console.error(1)>' has digest crc32c:e1e2e3e4, its"
            + " header says crc32c:01020304; its bytes changed after they were written";
    Finding finding = new Finding(Finding.Kind.DAMAGE, "file", message);
    return new SnapshotCheck(snapshot, 1, damaged ? List.of(finding) : List.of());
  }

  private SaveTimes log(List<SnapshotListing> all) {
    SaveTimes times = new SaveTimes(RUN);
    for (SnapshotListing snapshot : all) {
      String id = "run=large step=%d ".formatted(snapshot.id().step());
      String attempt = "attempt=" + snapshot.id().attempt() + " bytes=1 ";
      String place = "epoch=0 batch=0 ";
      double noise = random.nextDouble();
      times.accept("cairn event=captured " + id + place + attempt + "stall_ms=" + (15 + 5 * noise));
      times.accept("cairn event=committed " + id + place + attempt + "write_ms=" + 900 * noise);
      times.accept("cairn event=uploaded " + id + attempt + "upload_ms=" + (9_000 + 500 * noise));
    }
    times.accept("cairn event=stop_requested run=large grace_ms=90000");
    return times;
  }

  private HeatMap heatMap(List<SnapshotListing> way) {
    List<TensorInfo> rows =
        IntStream.range(0, tensors)
            .mapToObj(
                i -> new TensorSpec("layer_%03d/weights".formatted(i), DType.F32, List.of(8L)))
            .map(spec -> new TensorInfo(0, "model", spec, "crc32c:00000000"))
            .toList();
    List<SnapshotListing> columns = Sample.evenly(way, HeatMap.columnsFor(tensors));
    HeatMap map = new HeatMap(rows, columns.stream().map(SnapshotListing::id).toList());
    for (int column = 0; column < columns.size(); column++) {
      for (int row = 0; row < rows.size(); row++) {
        map.add(record(columns.get(column), rows.get(row), column, row));
      }
    }
    return map;
  }

  private TensorRecord record(SnapshotListing snapshot, TensorInfo tensor, int column, int row) {
    double norm = (1 + row % 12) * Math.log(2 + column) * (1 + 0.02 * random.nextGaussian());
    double update = Math.exp(-column / 40.0 - row / 200.0) * (0.01 + 0.01 * random.nextDouble());
    long nan = random.nextInt(5_000) == 0 ? 3 : 0;
    TensorStatistics numbers = new TensorStatistics(8, nan, 0, -1, 1, 0, norm);
    double relative = column == 0 ? Double.NaN : update;
    return new TensorRecord(snapshot, tensor, numbers, relative * norm, relative);
  }

  private TensorHistograms histograms(List<SnapshotListing> some) {
    List<TensorHistograms.Histogram> all = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      double width = 3 + i / 8.0;
      List<Long> counts = new ArrayList<>();
      for (int bin = 0; bin < TensorHistograms.BINS; bin++) {
        double distance = (bin - TensorHistograms.BINS / 2.0) / width;
        counts.add(Math.round(100_000 * Math.exp(-distance * distance)));
      }
      all.add(new TensorHistograms.Histogram(some.get(i).id(), counts));
    }
    return new TensorHistograms("model/layer_000/weights", 0, -1.5, 1.5, all);
  }
}
