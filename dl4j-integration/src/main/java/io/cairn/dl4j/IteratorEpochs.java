// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import java.util.Optional;

/**
 * How many epochs the iterator in hand has behind it: a loop may make one for each epoch, and a new
 * one was never reset. Between two epochs a snapshot cannot know what the loop does next; it does
 * what it did before.
 */
final class IteratorEpochs {
  private static final String EPOCHS = "iterator_epochs";
  private static final String BEFORE = "iterator_before_epochs";

  private Counts counts = Counts.NONE;
  private boolean savedAtItsEnd;
  private Optional<Progress> guessedAt = Optional.empty();

  /**
   * What is known of the iterator.
   *
   * @param own how many epochs it has behind it
   * @param before how many epochs the one before was in hand; 0 if there was none
   */
  private record Counts(long own, long before) {

    /** Those of the first iterator, and of a snapshot that does not say them. */
    static final Counts NONE = new Counts(0, 0);

    boolean hasServed() {
      return before > 0 && own == before;
    }
  }

  void epochEnded() {
    counts = new Counts(counts.own() + 1, counts.before());
  }

  /**
   * When the loop goes on with another iterator.
   *
   * @return what there is to warn of
   */
  Optional<String> handedOver() {
    counts = new Counts(0, counts.own());
    Optional<String> warning = guessedAt.map(IteratorEpochs::wrongGuess);
    guessedAt = Optional.empty();
    return warning;
  }

  private static String wrongGuess(Progress at) {
    return "Training goes on with another iterator. The one that it resumed with at "
        + at
        + " was taken for one that serves in all epochs, and reset as often as there were epochs"
        + " before, for the snapshot does not tell: it is of the end of the first epoch, or of an"
        + " earlier version of Cairn. If reset() puts the data into another order, what was trained"
        + " since then had another order than without the interruption.";
  }

  /** How many epochs the iterator that a training was given has behind it where this stands. */
  long at(Progress now) {
    if (savedAtItsEnd) {
      handedOver();
      savedAtItsEnd = false;
    } else if (counts.equals(Counts.NONE)) {
      guess(now);
    } else if (now.batch() == 0 && counts.equals(new Counts(1, 0))) {
      guess(now);
    }
    return counts.own();
  }

  private void guess(Progress now) {
    counts = new Counts(now.epoch(), 0);
    guessedAt = Optional.of(now).filter(at -> at.epoch() > 0);
  }

  /** Whether the snapshot was taken when its iterator had served, and another one was to come. */
  boolean savedAtItsEnd() {
    return savedAtItsEnd;
  }

  void capture(SectionSink section) {
    section.value(EPOCHS, counts.own()).value(BEFORE, counts.before());
  }

  /**
   * Reads what was saved.
   *
   * @param section of a snapshot; those of earlier versions do not have it
   * @param betweenEpochs whether the snapshot was taken there
   * @return takes it over
   */
  Runnable restore(SectionSource section, boolean betweenEpochs) throws CheckpointException {
    Counts saved =
        section.valueNames().contains(EPOCHS)
            ? new Counts(section.longValue(EPOCHS), section.longValue(BEFORE))
            : Counts.NONE;
    savedAtItsEnd = betweenEpochs && saved.hasServed();
    return () -> counts = saved;
  }
}
