// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.rehearsal.AttemptReport.End;
import java.util.List;
import java.util.Optional;

/** Says what the attempts of a rehearsal prove. */
final class Judge {
  private static final int DIFFERENCES_SHOWN = 5;

  private final List<AttemptReport> attempts;
  private final Optional<Comparison> comparison;

  /** Judges attempts, of which there is one at least. */
  Judge(List<AttemptReport> attempts, Optional<Comparison> comparison) {
    this.attempts = attempts;
    this.comparison = comparison;
  }

  Verdict judge() {
    AttemptReport last = attempts.get(attempts.size() - 1);
    return switch (last.end()) {
      case FAILED ->
          new Verdict(Verdict.Kind.FAILED, "attempt " + last.number() + " " + last.why());
      case INTERRUPTED, TIMED_OUT ->
          new Verdict(Verdict.Kind.UNFINISHED, "attempt " + last.number() + " " + last.why());
      case FINISHED -> finished();
    };
  }

  private Verdict finished() {
    if (attempts.size() == 1) {
      return uninterrupted(attempts.get(0));
    }
    return attempts.stream()
        .skip(1)
        .map(this::wrongStart)
        .flatMap(Optional::stream)
        .findFirst()
        .or(this::neverResumed)
        .or(this::wrongResult)
        .orElseGet(this::survived);
  }

  private static Verdict uninterrupted(AttemptReport only) {
    return only.uploaded().files() == 0
        ? new Verdict(
            Verdict.Kind.NEVER_SAVED,
            "the training ended and wrote no file to its checkpoint folder: an interruption at any"
                + " moment would have cost all of it")
        : new Verdict(
            Verdict.Kind.NOT_INTERRUPTED,
            "the training ended after "
                + Texts.duration(only.duration())
                + ", before it was interrupted; choose an earlier moment, or let it save more often"
                + " (checkpoint_every_steps) if it is to be interrupted at a number of snapshots");
  }

  private Optional<Verdict> wrongStart(AttemptReport attempt) {
    if (!attempt.resume().isKnown() && attempt.end() == End.INTERRUPTED) {
      return Optional.empty(); // too short a life to tell
    }
    if (!attempt.resume().isKnown()) {
      return Optional.of(
          new Verdict(
              Verdict.Kind.UNKNOWN,
              "nothing tells where attempt "
                  + attempt.number()
                  + " went on: it left neither snapshots nor lines of Cairn; say which lines tell"
                  + " its steps"));
    }
    if (attempt.resume().isBeginning() && isSomethingThere(attempt)) {
      return Optional.of(
          new Verdict(
              Verdict.Kind.RESTARTED,
              "attempt "
                  + attempt.number()
                  + " began anew although "
                  + attempt
                      .available()
                      .map(id -> "snapshot " + Texts.id(id))
                      .orElse(Texts.count(attempt.restored(), "file"))
                  + " had come back from S3"));
    }
    return Optional.empty();
  }

  /** By Cairn's snapshots where there are any; otherwise any file might be one. */
  private boolean isSomethingThere(AttemptReport attempt) {
    boolean cairn = attempt.resume().evidence() != ResumePoint.Evidence.STEPS;
    return cairn ? attempt.available().isPresent() : attempt.restored() > 0;
  }

  private Optional<Verdict> neverResumed() {
    if (attempts.stream()
        .map(AttemptReport::resume)
        .anyMatch(r -> r.isKnown() && !r.isBeginning())) {
      return Optional.empty();
    }
    boolean nothing = attempts.stream().allMatch(attempt -> attempt.uploaded().files() == 0);
    return Optional.of(
        nothing
            ? new Verdict(
                Verdict.Kind.NEVER_SAVED,
                "no file reached S3 in any attempt: the training writes none to its checkpoint"
                    + " folder, or the sync stood still")
            : new Verdict(
                Verdict.Kind.NOTHING_IN_S3,
                "no snapshot was whole in S3 when the interruption came, and the training began"
                    + " anew; save more often, or interrupt later"));
  }

  private Optional<Verdict> wrongResult() {
    if (comparison.isEmpty()) {
      return Optional.empty();
    }
    List<String> differences = comparison.get().differences();
    if (!differences.isEmpty()) {
      return Optional.of(
          new Verdict(
              Verdict.Kind.DIFFERS,
              "the result is not that of an uninterrupted training: "
                  + String.join(
                      "; ", differences.subList(0, Math.min(DIFFERENCES_SHOWN, differences.size())))
                  + (differences.size() > DIFFERENCES_SHOWN
                      ? "; and " + (differences.size() - DIFFERENCES_SHOWN) + " more"
                      : "")));
    }
    if (!comparison.get().missing().isEmpty()) {
      return Optional.of(
          new Verdict(
              Verdict.Kind.UNKNOWN,
              "what was to be compared is in neither training: "
                  + String.join(", ", comparison.get().missing())));
    }
    return comparison.get().compared().isEmpty()
        ? Optional.of(
            new Verdict(
                Verdict.Kind.UNKNOWN,
                "there is nothing to compare: the training left no complete snapshot and no file in"
                    + " its model folder"))
        : Optional.empty();
  }

  private Verdict survived() {
    long interruptions = attempts.stream().filter(a -> a.end() == End.INTERRUPTED).count();
    String result =
        comparison
            .map(c -> "; every bit as uninterrupted: " + String.join(", ", c.compared()))
            .orElse("");
    return new Verdict(Verdict.Kind.SURVIVED, Texts.count(interruptions, "interruption") + result);
  }
}
