// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;

/**
 * Where the training stands, and DL4J's counters there. A network may have been trained before: a
 * step is an iteration since the training began, and so is an epoch.
 */
final class Position implements StateSection {
  private static final String NAME = "counters";
  private static final String ITERATIONS = "iterations";
  private static final String EPOCHS = "epochs";
  private static final String ITERATIONS_BEFORE = "iterations_before";
  private static final String EPOCHS_BEFORE = "epochs_before";
  private static final String SCORE = "score";
  private static final String COUNTED_BY_LOOP = "epochs_counted_by_loop";

  private final Counters counters;
  private long iterationsBefore;
  private long epochsBefore;
  private int iterationsAtBatch;
  private boolean countedByLoop;
  private Progress now = Progress.START;

  Position(Counters counters) {
    this.counters = counters;
    this.iterationsBefore = counters.iterations();
    this.epochsBefore = counters.epochs();
  }

  Progress now() {
    return now;
  }

  /** The position of the snapshot that was loaded. */
  void resumeAt(Progress resumed) {
    now = resumed;
  }

  /** When a batch is handed out. */
  void beforeBatch() {
    iterationsAtBatch = counters.iterations();
  }

  /** Whether a step was made since then; to evaluate makes none. */
  boolean hasStepped() {
    return counters.iterations() != iterationsAtBatch;
  }

  /** A batch may be several steps: truncated backpropagation through time makes it so. */
  Progress afterBatch() {
    now = new Progress(counters.iterations() - iterationsBefore, now.epoch(), now.batch() + 1);
    return now;
  }

  Progress afterEpoch() {
    now = now.afterEpoch();
    return now;
  }

  /**
   * When a loop hands DL4J single batches: DL4J counts no epochs then, unless the loop does, and
   * the network's count is what it is.
   */
  void epochsAreCountedByLoop() {
    countedByLoop = true;
  }

  /** DL4J counts an epoch only when its listeners were told: the network's count may be one low. */
  @Override
  public void capture(StateSink sink) {
    sink.section(NAME)
        .value(ITERATIONS, counters.iterations())
        .value(EPOCHS, countedByLoop ? counters.epochs() : epochsBefore + now.epoch())
        .value(COUNTED_BY_LOOP, countedByLoop)
        .value(ITERATIONS_BEFORE, iterationsBefore)
        .value(EPOCHS_BEFORE, epochsBefore)
        .value(SCORE, counters.score());
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    int iterations = Math.toIntExact(section.longValue(ITERATIONS));
    int epochs = Math.toIntExact(section.longValue(EPOCHS));
    long savedIterationsBefore = section.longValue(ITERATIONS_BEFORE);
    long savedEpochsBefore = section.longValue(EPOCHS_BEFORE);
    double score = section.doubleValue(SCORE);
    boolean savedByLoop =
        section.valueNames().contains(COUNTED_BY_LOOP) && section.booleanValue(COUNTED_BY_LOOP);
    source.afterwards(
        () -> {
          counters.counters(iterations, epochs);
          counters.score(score);
          iterationsBefore = savedIterationsBefore;
          epochsBefore = savedEpochsBefore;
          countedByLoop = savedByLoop;
        });
  }
}
