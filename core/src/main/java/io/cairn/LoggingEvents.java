// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Progress;
import io.cairn.model.Reason;
import io.cairn.model.Refusal;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each event: {@code cairn event=committed run=bank step=1200 ...}, so that a
 * SageMaker metric definition such as {@code event=committed .* write_ms=([0-9.]+)} matches it.
 */
final class LoggingEvents implements CheckpointEvents {
  private static final Logger LOG = LoggerFactory.getLogger("io.cairn");

  /** Of a millisecond. */
  private static final int NANO_DIGITS = 6;

  private static final int MICRO_DIGITS = 3;

  private final RunName run;

  LoggingEvents(RunName run) {
    this.run = run;
  }

  @Override
  public void opened(Opened event) {
    LOG.info(
        "cairn event=opened run={} rank={} rank_source={} attempt={} place={} policies={}",
        run,
        event.rank(),
        quoted(event.rankSource()),
        event.attempt(),
        quoted(event.place()),
        quoted(event.policies()));
    if (!event.otherRuns().isEmpty()) {
      LOG.warn(
          "cairn event=other_runs run={} found={} hint={}",
          run,
          quoted(String.join(", ", event.otherRuns())),
          quoted(
              "snapshots of other runs lie in the same place and are ignored; an S3 prefix without"
                  + " its closing / brings its neighbours in"));
    }
  }

  @Override
  public void restored(Restored event) {
    for (Refusal refusal : event.refusals()) {
      LOG.warn(
          "cairn event=refused run={} step={} attempt={} damaged={} reason={}",
          run,
          refusal.id().step(),
          refusal.id().attempt(),
          refusal.isDamaged(),
          quoted(refusal.reason()));
    }
    for (String difference : event.environmentDifferences()) {
      LOG.warn(
          "cairn event=environment_differs run={} difference={} meaning={}",
          run,
          quoted(difference),
          quoted("the resumed training may not be bit-identical"));
    }
    LOG.info(
        "cairn event=restored run={} from={} {} bytes={} restore_ms={} refused={}",
        run,
        event.from().map(id -> id.step() + "/" + id.attempt()).orElse("none"),
        position(event.progress()),
        event.bytes(),
        millis(event.duration()),
        event.refusals().size());
  }

  @Override
  public void captured(Captured event) {
    LOG.info(
        "cairn event=captured run={} {} attempt={} bytes={} stall_ms={}",
        run,
        position(event.progress()),
        event.id().attempt(),
        event.bytes(),
        millis(event.stall()));
  }

  /** At level debug, for the line that follows holds the whole time. */
  @Override
  public void written(Written event) {
    LOG.debug(
        "cairn event=written run={} {} attempt={} bytes={} data_ms={}",
        run,
        position(event.progress()),
        event.id().attempt(),
        event.bytes(),
        millis(event.data()));
  }

  @Override
  public void committed(Committed event) {
    LOG.info(
        "cairn event=committed run={} {} attempt={} bytes={} write_ms={}",
        run,
        position(event.progress()),
        event.id().attempt(),
        event.bytes(),
        millis(event.write()));
  }

  @Override
  public void skipped(Skipped event) {
    LOG.info(
        "cairn event=skipped run={} {} reason={}",
        run,
        position(event.progress()),
        quoted(event.reason()));
  }

  @Override
  public void failed(Failed event) {
    LOG.error(
        "cairn event=failed run={} step={} attempt={} in_a_row={} reason={}",
        run,
        event.id().step(),
        event.id().attempt(),
        event.consecutive(),
        quoted(event.cause().getMessage()),
        event.cause());
  }

  @Override
  public void swept(Swept event) {
    LOG.info(
        "cairn event=swept run={} dropped={} postponed={} bytes={}",
        run,
        steps(event.dropped()),
        steps(event.postponed()),
        event.bytes());
  }

  @Override
  public void sweepFailed(IOException cause) {
    LOG.warn("cairn event=sweep_failed run={} reason={}", run, quoted(Reason.of(cause)), cause);
  }

  @Override
  public void fetched(Fetched event) {
    LOG.info(
        "cairn event=fetched run={} step={} attempt={} bytes={} fetch_ms={}",
        run,
        event.id().step(),
        event.id().attempt(),
        event.bytes(),
        millis(event.duration()));
  }

  @Override
  public void fetchFailed(IOException cause) {
    LOG.warn("cairn event=fetch_failed run={} reason={}", run, quoted(Reason.of(cause)), cause);
  }

  @Override
  public void uploaded(Uploaded event) {
    LOG.info(
        "cairn event=uploaded run={} step={} attempt={} bytes={} upload_ms={}",
        run,
        event.id().step(),
        event.id().attempt(),
        event.bytes(),
        millis(event.duration()));
  }

  @Override
  public void uploadStalled(UploadStalled event) {
    LOG.warn(
        "cairn event=upload_stalled run={} step={} attempt={} still_ms={} in_s3={} hint={}",
        run,
        event.oldest().step(),
        event.oldest().attempt(),
        millis(event.still()),
        event.newestInS3().map(id -> id.step() + "/" + id.attempt()).orElse("none"),
        quoted(
            "snapshots are saved but do not reach S3, and would be lost with the machine; look at"
                + " the job's role, its network, and the bucket"));
  }

  @Override
  public void warned(String warning) {
    LOG.warn("cairn event=warning run={} text={}", run, quoted(warning));
  }

  @Override
  public void uploadFailed(IOException cause) {
    LOG.warn("cairn event=upload_failed run={} reason={}", run, quoted(Reason.of(cause)), cause);
  }

  @Override
  public void stopRequested(Duration grace) {
    LOG.warn("cairn event=stop_requested run={} grace_ms={}", run, grace.toMillis());
  }

  private static String position(Progress progress) {
    return "step=" + progress.step() + " epoch=" + progress.epoch() + " batch=" + progress.batch();
  }

  private static String steps(List<SnapshotId> ids) {
    return ids.isEmpty()
        ? "none"
        : ids.stream().map(id -> id.step() + "/" + id.attempt()).collect(Collectors.joining(","));
  }

  private static String millis(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), NANO_DIGITS)
        .setScale(MICRO_DIGITS, RoundingMode.HALF_UP)
        .toPlainString(); // the training waits for this, and formats are slow
  }

  /** One line, whatever the text holds. */
  private static String quoted(String text) {
    return '"'
        + Optional.ofNullable(text).orElse("").replace("\"", "'").replaceAll("\\R\\s*", "; ")
        + '"';
  }
}
