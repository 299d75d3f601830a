// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SnapshotFacts;
import io.cairn.store.UploadState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which snapshots of a run retention would delete, and why. Made with care for what nobody can
 * bring back: besides what the policies want, it keeps the newest snapshot that was checked to be
 * sound, the newest one that is uploaded, everything whose upload is under way, damaged ones, which
 * are evidence and no policy counts, and what the newest attempt may still be writing.
 *
 * @param newestFirst each snapshot of the run with its fate
 */
public record PrunePlan(List<Decision> newestFirst) {

  /**
   * The fate of a snapshot.
   *
   * @param snapshot the snapshot
   * @param keep whether it stays
   * @param reason why
   */
  public record Decision(SnapshotListing snapshot, boolean keep, String reason) {}

  /**
   * What reading snapshots found.
   *
   * @param sound the newest one of which every digest is right
   * @param unsound those that are complete, but of which a digest is wrong or could not be read
   */
  public record Checked(SnapshotId sound, Set<SnapshotId> unsound) {}

  /**
   * Copies the list.
   *
   * @param newestFirst each snapshot with its fate
   */
  public PrunePlan {
    newestFirst = List.copyOf(newestFirst);
  }

  /**
   * Decides; deletes nothing.
   *
   * @param run the snapshots
   * @param checked what was read
   * @param policies each keeps what it wants
   * @param now the time
   * @return the plan
   */
  public static PrunePlan of(
      RunListing run, Checked checked, List<RetentionPolicy> policies, Instant now) {
    Predicate<SnapshotListing> whole = s -> s.isComplete() && !checked.unsound().contains(s.id());
    List<Rule> rules = new ArrayList<>();
    rules.add(new Rule("newest sound", s -> whole.test(s) && s.id().equals(checked.sound())));
    run.newestFirst().stream()
        .filter(whole)
        .filter(s -> s.upload() == UploadState.UPLOADED)
        .findFirst()
        .ifPresent(newest -> rules.add(new Rule("newest uploaded", s -> s.equals(newest))));
    rules.add(
        new Rule(
            "damaged: it is evidence; look, then delete it by hand",
            s ->
                s.status() == SnapshotListing.Status.DAMAGED
                    || (s.isComplete() && !whole.test(s))));
    rules.add(
        new Rule(
            "not readable: it may be sound", s -> s.status() == SnapshotListing.Status.UNREADABLE));
    rules.addAll(protectedBy(run));
    List<SnapshotFacts> facts =
        run.newestFirst().stream().filter(whole).flatMap(s -> facts(s).stream()).toList();
    for (RetentionPolicy policy : policies) {
      Set<SnapshotId> kept = policy.keep(facts, now);
      rules.add(new Rule(policy.toString(), s -> whole.test(s) && kept.contains(s.id())));
    }
    return new PrunePlan(run.newestFirst().stream().map(s -> decide(s, rules)).toList());
  }

  private record Rule(String reason, Predicate<SnapshotListing> keeps) {}

  private static List<Rule> protectedBy(RunListing run) {
    int newestAttempt = run.newestFirst().stream().mapToInt(s -> s.id().attempt()).max().orElse(0);
    return List.of(
        new Rule("its upload is under way", s -> s.upload() == UploadState.UPLOADING),
        new Rule("written by a newer Cairn", s -> s.status() == SnapshotListing.Status.UNSUPPORTED),
        new Rule(
            "incomplete, but of the newest attempt: it may be being written",
            s ->
                s.status() == SnapshotListing.Status.INCOMPLETE
                    && s.id().attempt() == newestAttempt));
  }

  private static Optional<SnapshotFacts> facts(SnapshotListing snapshot) {
    return snapshot
        .details()
        .map(
            details ->
                new SnapshotFacts(
                    snapshot.id(), details.progress(), details.time(), details.metrics()));
  }

  private static Decision decide(SnapshotListing snapshot, List<Rule> rules) {
    List<String> reasons =
        rules.stream()
            .filter(rule -> rule.keeps().test(snapshot))
            .map(Rule::reason)
            .distinct()
            .toList();
    if (!reasons.isEmpty()) {
      return new Decision(snapshot, true, String.join("; ", reasons));
    }
    return new Decision(
        snapshot,
        false,
        snapshot.isComplete()
            ? "no policy keeps it"
            : "an earlier attempt left it incomplete; it will never be complete");
  }

  /**
   * What would be deleted, oldest first.
   *
   * @return the snapshots
   */
  public List<SnapshotListing> dropped() {
    return newestFirst.stream()
        .filter(decision -> !decision.keep())
        .map(Decision::snapshot)
        .sorted(Comparator.comparing(SnapshotListing::id))
        .toList();
  }
}
