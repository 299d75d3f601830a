// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.Finding;
import io.cairn.inspect.RunAttempt;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SaveTimes;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.StepsAtRisk;
import io.cairn.inspect.TensorHistograms;
import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts a report together from what was read. Reads nothing itself. */
final class ReportBuilder {
  static final int MAX_SNAPSHOTS = 2_000;
  private static final int MAX_FINDINGS = 3;
  private static final int MAX_FINDING_CHARS = 400;
  private static final Comparator<SnapshotListing> BY_AGE =
      Comparator.comparingInt((SnapshotListing snapshot) -> snapshot.id().attempt())
          .thenComparingLong(snapshot -> snapshot.id().step());

  private final String place;
  private final RunListing run;
  private final Set<SnapshotListing> way;
  private final List<String> notes = new ArrayList<>();
  private Map<SnapshotListing, SnapshotCheck> checks = Map.of();
  private boolean verified;
  private Optional<SaveTimes> log = Optional.empty();
  private Function<SnapshotListing, Optional<Instant>> uploaded = listing -> Optional.empty();
  private Optional<HeatMap> heatMap = Optional.empty();
  private Optional<TensorHistograms> histograms = Optional.empty();

  ReportBuilder(String place, RunListing run) {
    this.place = place;
    this.run = run;
    this.way = Set.copyOf(run.lineage());
  }

  /** What reading every byte found. */
  ReportBuilder checks(List<SnapshotCheck> all) {
    verified = true;
    checks = new HashMap<>();
    all.forEach(check -> checks.put(check.snapshot(), check));
    return this;
  }

  ReportBuilder log(SaveTimes times) {
    log = Optional.of(times);
    return this;
  }

  /** Says since when a snapshot is in S3, if something other than a log tells. */
  ReportBuilder uploaded(Function<SnapshotListing, Optional<Instant>> since) {
    uploaded = since;
    return this;
  }

  ReportBuilder heatMap(HeatMap map) {
    heatMap = Optional.of(map);
    return this;
  }

  ReportBuilder histograms(Optional<TensorHistograms> read) {
    histograms = read;
    return this;
  }

  ReportBuilder note(String note) {
    notes.add(note);
    return this;
  }

  Report build(Instant now) {
    List<Report.Item> all = run.newestFirst().stream().sorted(BY_AGE).map(this::item).toList();
    List<RunAttempt> attempts = RunAttempt.of(run);
    List<Report.Risk> risks = attempts.stream().map(attempt -> risk(attempt, all)).toList();
    return new Report(
        place,
        run.run(),
        now,
        verified,
        log.isPresent(),
        log.map(SaveTimes::stops).orElse(0L),
        counts(all),
        attempts,
        shown(all),
        risks,
        heatMap,
        histograms,
        notes);
  }

  private static Report.Counts counts(List<Report.Item> all) {
    Map<String, Long> counts =
        all.stream().collect(Collectors.groupingBy(Report.Item::verdict, Collectors.counting()));
    int incomplete = counts.getOrDefault("incomplete", 0L).intValue();
    int good = (int) (counts.getOrDefault("sound", 0L) + counts.getOrDefault("complete", 0L));
    int unreadable = counts.getOrDefault("unreadable", 0L).intValue();
    int damaged = all.size() - good - incomplete - unreadable;
    return new Report.Counts(all.size(), good, incomplete, unreadable, damaged);
  }

  private List<Report.Item> shown(List<Report.Item> all) {
    List<Report.Item> shown = Sample.evenly(all, MAX_SNAPSHOTS);
    if (shown.size() < all.size()) {
      notes.add(
          "%d of %d snapshots are shown, evenly spread; the counts are of all, and 'cairn verify'"
                  .formatted(shown.size(), all.size())
              + " lists all verdicts.");
    }
    return shown;
  }

  private Report.Item item(SnapshotListing listing) {
    SaveTimes.Times times = times(listing.id());
    return new Report.Item(
        listing, verdict(listing), findings(listing), way.contains(listing), times, lag(listing));
  }

  private SaveTimes.Times times(SnapshotId id) {
    OptionalDouble unknown = OptionalDouble.empty();
    return log.map(known -> known.of(id)).orElse(new SaveTimes.Times(unknown, unknown, unknown));
  }

  private String verdict(SnapshotListing listing) {
    SnapshotCheck check = checks.get(listing);
    if (check == null) {
      return SnapshotJson.name(listing.status());
    }
    if (check.isSound()) {
      return "sound";
    }
    if (check.isUnreadable()) {
      return "unreadable";
    }
    return check.isDamaged() ? "damaged" : "incomplete";
  }

  private List<String> findings(SnapshotListing listing) {
    SnapshotCheck check = checks.get(listing);
    if (check == null) {
      return listing.problem().isEmpty() ? List.of() : List.of(cut(listing.problem()));
    }
    List<String> messages =
        check.findings().stream().map(Finding::message).map(ReportBuilder::cut).toList();
    if (messages.size() <= MAX_FINDINGS) {
      return messages;
    }
    List<String> first = new ArrayList<>(messages.subList(0, MAX_FINDINGS));
    first.add("and " + (messages.size() - MAX_FINDINGS) + " more");
    return first;
  }

  private static String cut(String text) {
    return text.length() <= MAX_FINDING_CHARS ? text : text.substring(0, MAX_FINDING_CHARS) + "...";
  }

  /** A marker tells when all was there; a log only how long writing and uploading took. */
  private OptionalDouble lag(SnapshotListing listing) {
    Optional<Instant> captured = listing.details().map(SnapshotDetails::time);
    Optional<Instant> there = captured.isEmpty() ? Optional.empty() : uploaded.apply(listing);
    if (there.isPresent()) {
      long lag = Duration.between(captured.get(), there.get()).toMillis();
      return lag < 0 ? OptionalDouble.empty() : OptionalDouble.of((double) lag);
    }
    SaveTimes.Times times = times(listing.id());
    return times.upload().isPresent()
        ? OptionalDouble.of(times.upload().getAsDouble() + times.write().orElse(0))
        : OptionalDouble.empty();
  }

  private static Report.Risk risk(RunAttempt attempt, List<Report.Item> all) {
    long start = attempt.resumedFrom().map(SnapshotId::step).orElse(0L);
    List<StepsAtRisk.Save> onDisk = new ArrayList<>();
    List<StepsAtRisk.Save> inS3 = new ArrayList<>();
    boolean uploads = false;
    for (Report.Item item : all) {
      SnapshotListing listing = item.listing();
      if (listing.id().attempt() == attempt.number() && listing.details().isPresent()) {
        Instant time = listing.details().get().time();
        boolean usable = item.findings().isEmpty() && listing.isComplete();
        Instant written = after(time, item.times().write().orElse(0));
        onDisk.add(save(listing, time, usable ? Optional.of(written) : Optional.empty()));
        boolean there = usable && item.lag().isPresent();
        uploads |= there;
        inS3.add(
            save(
                listing,
                time,
                there ? Optional.of(after(time, item.lag().getAsDouble())) : Optional.empty()));
      }
    }
    return new Report.Risk(
        attempt.number(),
        shortened(StepsAtRisk.of(start, onDisk)),
        uploads ? shortened(StepsAtRisk.of(start, inS3)) : List.of());
  }

  private static List<StepsAtRisk.Point> shortened(List<StepsAtRisk.Point> points) {
    return Sample.evenly(points, 2 * MAX_SNAPSHOTS);
  }

  private static StepsAtRisk.Save save(
      SnapshotListing listing, Instant time, Optional<Instant> durable) {
    return new StepsAtRisk.Save(listing.id().step(), time, durable);
  }

  private static Instant after(Instant time, double millis) {
    return time.plusMillis(Math.round(millis));
  }
}
