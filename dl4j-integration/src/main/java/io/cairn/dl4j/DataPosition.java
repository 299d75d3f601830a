// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the training data was read in this epoch, and how much an epoch has: a training that
 * resumes with other data or another batch size would go on elsewhere, and is refused.
 */
final class DataPosition implements StateSection {
  private static final Logger LOG = LoggerFactory.getLogger(DataPosition.class);
  private static final String NAME = "data";
  private static final String BATCHES = "batches";
  private static final String ROWS = "rows";
  private static final String EPOCH_BATCHES = "epoch_batches";
  private static final String EPOCH_ROWS = "epoch_rows";
  private static final String VARIES = "epoch_size_varies";
  private static final String BATCH_SIZE = "batch_size";
  private static final String ADVICE =
      " Train on the same data in batches of the same size, or start another run under another"
          + " name.";

  private long batches;
  private long rows;
  private boolean sizeVaries;
  private Optional<Amount> epochSize = Optional.empty();
  private OptionalInt batchSize = OptionalInt.empty();
  private boolean batchSizeVaries;
  private boolean mayDifferByEpoch;
  private boolean resumed;
  private long resumedRows;
  private final IteratorEpochs iterator = new IteratorEpochs();

  /** Some of the data. */
  private record Amount(long batches, long rows) {
    @Override
    public String toString() {
      return rows + " rows in " + batches + " batches";
    }
  }

  IteratorEpochs iterator() {
    return iterator;
  }

  /**
   * Before a batch is trained on.
   *
   * @param count its rows
   * @param size those of a batch by what the iterator says
   */
  void read(long count, OptionalInt size) {
    batches++;
    rows += count;
    if (resumed) {
      requireBatchSize(size);
      requireNoMore();
    }
    batchSizeVaries |= batchSize.isPresent() && !batchSize.equals(size);
    batchSize = size;
  }

  /**
   * For a loop that may take other data for each epoch: where data differs from the epoch before it
   * is told, and not refused.
   */
  void mayDifferByEpoch() {
    mayDifferByEpoch = true;
  }

  private void differs(String difference) {
    if (!mayDifferByEpoch) {
      throw new IllegalStateException(difference + ADVICE);
    }
    LOG.warn(
        "{} If it is to be so, such as with data made anew for each epoch, all is well.{}",
        difference,
        ADVICE);
    resumed = false;
  }

  /** At the beginning of an epoch; in its middle, other batches are refused by the rows behind. */
  private void requireBatchSize(OptionalInt size) {
    boolean known = batches == 1 && !batchSizeVaries && !sizeVaries;
    if (known && size.isPresent() && batchSize.isPresent() && !size.equals(batchSize)) {
      differs(
          "The training data comes in batches of "
              + size.getAsInt()
              + ", and came in batches of "
              + batchSize.getAsInt()
              + " when the snapshot was taken.");
    }
  }

  /** Less can be seen at the end of the epoch only; by then, snapshots may have been saved. */
  private void requireNoMore() {
    if (!sizeVaries
        && epochSize.filter(size -> batches > size.batches || rows > size.rows).isPresent()) {
      differs(
          "The training data has another size than when the snapshot was taken: each epoch had "
              + epochSize.get()
              + ", but this one has "
              + new Amount(batches, rows)
              + " already.");
    }
  }

  /** When the loop takes another iterator for the next epoch: it may have another size, too. */
  Optional<String> handedOver() {
    resumed = false;
    return iterator.handedOver();
  }

  /** After skipping to where training stood. */
  void requireSkipped(Progress at, long skipped) {
    if (resumed && resumedRows != skipped) {
      throw new IllegalStateException(
          "Cannot resume at "
              + at
              + ": that was "
              + resumedRows
              + " rows into the training data when the snapshot was taken, but is "
              + skipped
              + " rows now. Train with the same batch size and data, or start another run under"
              + " another name.");
    }
  }

  /** When all data of an epoch was read. A size that varied before the snapshot may vary again. */
  void epochEnded(Progress at) {
    Amount size = new Amount(batches, rows);
    if (epochSize.isPresent() && !epochSize.get().equals(size)) {
      requireNotResumed(at, size);
      sizeVaries = true;
      epochSize = Optional.empty();
    } else if (!sizeVaries) {
      epochSize = Optional.of(size);
    }
    batches = 0;
    rows = 0;
    iterator.epochEnded();
    resumed = false;
  }

  private void requireNotResumed(Progress at, Amount size) {
    if (resumed) {
      differs(
          "The training data has another size than when the snapshot was taken: each epoch had "
              + epochSize.get()
              + ", but the one that ends at "
              + at
              + " has "
              + size
              + ".");
    }
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section =
        sink.section(NAME).value(BATCHES, batches).value(ROWS, rows).value(VARIES, sizeVaries);
    if (!batchSizeVaries) {
      batchSize.ifPresent(size -> section.value(BATCH_SIZE, size));
    }
    iterator.capture(section);
    epochSize.ifPresent(
        size -> section.value(EPOCH_BATCHES, size.batches).value(EPOCH_ROWS, size.rows));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    long savedBatches = section.longValue(BATCHES);
    long savedRows = section.longValue(ROWS);
    boolean savedVaries = section.booleanValue(VARIES);
    Optional<Amount> savedSize =
        section.valueNames().contains(EPOCH_ROWS)
            ? Optional.of(
                new Amount(section.longValue(EPOCH_BATCHES), section.longValue(EPOCH_ROWS)))
            : Optional.empty();
    OptionalInt savedBatchSize =
        section.valueNames().contains(BATCH_SIZE)
            ? OptionalInt.of(Math.toIntExact(section.longValue(BATCH_SIZE)))
            : OptionalInt.empty();
    source.afterwards(iterator.restore(section, savedBatches == 0));
    source.afterwards(
        () -> {
          resumed = true;
          resumedRows = savedRows;
          batches = savedBatches;
          rows = savedRows;
          sizeVaries = savedVaries;
          batchSize = savedBatchSize;
          epochSize = savedSize;
        });
  }
}
