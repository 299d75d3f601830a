// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.inspect.SnapshotListing.Status;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.policy.Goal;
import io.cairn.policy.RetentionPolicy;
import io.cairn.store.UploadState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunListingTest {
  private static final RunName RUN = new RunName("bank");
  private static final Instant NOW = Instant.EPOCH;

  private static SnapshotListing snapshot(
      long step, int attempt, Status status, UploadState upload, SnapshotId from) {
    TreeMap<String, Double> metrics = new TreeMap<>();
    metrics.put("loss", (double) step);
    SnapshotDetails details =
        new SnapshotDetails(
            Progress.ofStep(step), NOW, Optional.ofNullable(from), metrics, Fingerprint.NONE);
    return new SnapshotListing(
        RUN,
        new SnapshotId(step, attempt),
        1,
        status,
        "",
        Optional.of(details),
        new TreeMap<>(),
        upload);
  }

  private static SnapshotListing complete(long step, int attempt, SnapshotId from) {
    return snapshot(step, attempt, Status.COMPLETE, UploadState.UNKNOWN, from);
  }

  private static List<String> ids(List<SnapshotListing> snapshots) {
    return snapshots.stream().map(s -> s.id().step() + "/" + s.id().attempt()).toList();
  }

  @Test
  void theLineageFollowsWhatEachAttemptResumedFrom() {
    SnapshotId from = new SnapshotId(20, 1);
    RunListing run =
        new RunListing(
            RUN,
            List.of(
                complete(40, 2, from),
                complete(40, 1, null),
                complete(30, 2, from),
                complete(30, 1, null),
                complete(20, 1, null),
                snapshot(15, 1, Status.DAMAGED, UploadState.UNKNOWN, null),
                complete(10, 1, null)));

    assertThat(ids(run.lineage())).containsExactly("10/1", "20/1", "30/2", "40/2");
    assertThat(run.find(40)).map(s -> s.id().attempt()).contains(2);
    assertThat(run.find(99)).isEmpty();
    assertThat(new RunListing(RUN, List.of()).lineage()).isEmpty();
  }

  @Test
  void pruningKeepsWhatCannotBeBroughtBackAndSaysWhy() {
    RunListing run =
        new RunListing(
            RUN,
            List.of(
                snapshot(70, 2, Status.INCOMPLETE, UploadState.UNKNOWN, null),
                complete(60, 2, null),
                complete(50, 2, null),
                snapshot(40, 2, Status.COMPLETE, UploadState.UPLOADED, null),
                snapshot(30, 1, Status.COMPLETE, UploadState.UPLOADING, null),
                snapshot(25, 1, Status.DAMAGED, UploadState.UNKNOWN, null),
                snapshot(20, 1, Status.INCOMPLETE, UploadState.UNKNOWN, null),
                complete(15, 1, null),
                complete(10, 1, null)));

    PrunePlan plan =
        PrunePlan.of(
            run,
            new PrunePlan.Checked(new SnapshotId(50, 2), Set.of(new SnapshotId(60, 2))),
            List.of(RetentionPolicy.keepLast(1), RetentionPolicy.keepBest(1, "loss", Goal.MIN)),
            NOW);

    assertThat(ids(plan.dropped())).containsExactly("15/1", "20/1");
    assertThat(plan.newestFirst())
        .extracting(PrunePlan.Decision::reason)
        .containsExactly(
            "incomplete, but of the newest attempt: it may be being written",
            "damaged: it is evidence; look, then delete it by hand",
            "newest sound; keep last 1",
            "newest uploaded",
            "its upload is under way",
            "damaged: it is evidence; look, then delete it by hand",
            "an earlier attempt left it incomplete; it will never be complete",
            "no policy keeps it",
            "keep best 1 by loss (min)");
  }
}
