// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.translate.TranslateException;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the training data was read in this epoch, in rows: a training that resumes with other
 * data or another batch size would go on elsewhere, and is refused.
 */
final class DataPosition implements StateSection {
  private static final Logger LOG = LoggerFactory.getLogger(DataPosition.class);
  private static final String SEED =
      "Call Engine.getInstance().setRandomSeed with the same seed in each attempt, before"
          + " randomSplit or whatever else draws the rows.";
  private static final String NAME = "data";
  private static final String SIZE = "size";
  private static final String ROWS = "rows";
  private static final String SUBSET = "subset";
  private static final String BATCH_ROWS = "batch_rows";

  private final boolean seeded;
  private final Set<String> warnedOf = new HashSet<>();
  private OptionalLong size = OptionalLong.empty();
  private OptionalLong savedSize = OptionalLong.empty();
  private OptionalLong savedRows = OptionalLong.empty();
  private Optional<String> subset = Optional.empty();
  private Optional<String> savedSubset = Optional.empty();
  private OptionalLong batchRows = OptionalLong.empty();
  private OptionalLong savedBatchRows = OptionalLong.empty();
  private boolean batchRowsVary;
  private long rows;

  /**
   * Nothing was read yet.
   *
   * @param seeded whether the user set a seed
   */
  DataPosition(boolean seeded) {
    this.seeded = seeded;
  }

  /** Before the first step: what training reads, if its size can be told. */
  void data(Dataset training) throws IOException, TranslateException {
    refuseState(training);
    if (training instanceof RandomAccessDataset dataset) {
      dataset.prepare();
      size = OptionalLong.of(dataset.size());
      Optional<SubsetRows> part = SubsetRows.of(dataset);
      subset = part.map(SubsetRows::digest);
      requireSameData();
      if (!seeded && part.filter(SubsetRows::areShuffled).isPresent()) {
        LOG.warn(
            "The training data is a random subset, and no seed was set: if it is drawn anew when the"
                + " training is started again, its snapshots are refused. {}",
            SEED);
      }
    }
    warnOfGenerators(training);
  }

  /** It would move once more when the epoch is read again up to where training goes on. */
  private static void refuseState(Dataset training) {
    if (training instanceof Checkpointed && !(training instanceof TrainingListener)) {
      throw new UnsupportedOperationException(
          "Cannot save the state of dataset "
              + training.getClass().getName()
              + ": a training that goes on reads its epoch again from the beginning, and skips what"
              + " it was trained with. Let the dataset give the same rows in each attempt, without"
              + " state; or hold the state in a listener that implements "
              + Checkpointed.class.getName()
              + ".");
    }
  }

  /** Once, if the same data is given for each epoch. */
  private void warnOfGenerators(Dataset training) {
    String generators = String.join(", ", OwnGenerators.in(training));
    if (!generators.isEmpty() && warnedOf.add(generators)) {
      LOG.warn(
          "The training data has a random generator of its own: {}. A snapshot does not hold its"
              + " state, so it begins again when training is resumed, and if rows, their order or"
              + " their augmentation are drawn from it while training, they are others than without"
              + " an interruption. Draw from ai.djl.util.RandomUtils or an NDManager instead, which"
              + " are seeded for each epoch and step; or make the generator anew for each epoch, with"
              + " RandomUtils.nextInt() as its seed",
          generators);
    }
  }

  private void requireSameData() throws IncompatibleSnapshotException {
    if (size.isPresent() && savedSize.isPresent() && !size.equals(savedSize)) {
      throw otherData(
          "training data: snapshot has "
              + savedSize.getAsLong()
              + " rows, this training has "
              + size.getAsLong());
    }
    if (subset.isPresent() && savedSubset.isPresent() && !subset.equals(savedSubset)) {
      throw otherData(
          "training data: snapshot has other rows of the whole dataset (digest "
              + savedSubset.get()
              + ") than this training ("
              + subset.get()
              + "), so what it was validated with may be trained on. "
              + SEED);
    }
  }

  private static IncompatibleSnapshotException otherData(String difference) {
    return new IncompatibleSnapshotException(
        "The snapshot was taken of a training with other data; start another run under another"
            + " name, or train on the same data:",
        List.of(difference));
  }

  /** After skipping to where training stood. */
  void requireSameRows(Progress at, long skipped) {
    if (savedRows.isPresent() && savedRows.getAsLong() != skipped) {
      throw new IllegalStateException(
          "Cannot resume at "
              + at
              + ": that was "
              + savedRows.getAsLong()
              + " rows into the training data when the snapshot was taken, but is "
              + skipped
              + " rows now. Train with the same batch size and data, or start another run under"
              + " another name.");
    }
    savedRows = OptionalLong.empty();
    savedSize = OptionalLong.empty(); // a loop may go on with other data in the next epoch
    savedSubset = Optional.empty();
    rows = skipped;
  }

  void rowsRead(int count) {
    if (rows == 0) {
      sayIfOther(count);
      batchRowsVary |= batchRows.isPresent() && batchRows.getAsLong() != count;
      batchRows = OptionalLong.of(count);
    }
    rows += count;
  }

  /** In the middle of an epoch, other batches are refused by the rows behind. */
  private void sayIfOther(int count) {
    if (savedBatchRows.isPresent() && savedBatchRows.getAsLong() != count) {
      LOG.warn(
          "The training data begins with a batch of {} rows; when the snapshot was taken, an epoch"
              + " began with one of {}. With another batch size the steps are others than without an"
              + " interruption, and so is what is planned by steps, such as learning rates and saves"
              + " (if batches of several sizes are shuffled, all is well)",
          count,
          savedBatchRows.getAsLong());
    }
    savedBatchRows = OptionalLong.empty();
  }

  void epochEnded() {
    rows = 0;
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(NAME).value(ROWS, rows);
    size.ifPresent(known -> section.value(SIZE, known));
    subset.ifPresent(known -> section.value(SUBSET, known));
    if (!batchRowsVary) { // as where batches of several sizes are shuffled
      batchRows.ifPresent(known -> section.value(BATCH_ROWS, known));
    }
  }

  private static OptionalLong optional(SectionSource section, String name)
      throws CheckpointException {
    return section.valueNames().contains(name)
        ? OptionalLong.of(section.longValue(name))
        : OptionalLong.empty();
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    long read = section.longValue(ROWS);
    savedSize = optional(section, SIZE);
    OptionalLong readBatchRows = optional(section, BATCH_ROWS);
    savedSubset =
        section.valueNames().contains(SUBSET)
            ? Optional.of(section.value(SUBSET))
            : Optional.empty();
    requireSameData();
    source.afterwards(
        () -> {
          savedRows = OptionalLong.of(read);
          savedBatchRows = readBatchRows;
          batchRows = readBatchRows;
          rows = read;
        });
  }
}
