// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import io.cairn.model.IncompatibleSnapshotException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A training set that is drawn from a dataset must be drawn alike in each attempt. */
class SubsetRowsTest {

  @BeforeEach
  void seed() {
    Training.seed(7);
  }

  /** A user's own; DJL makes its subsets by another class than those of an array. */
  private static final class Numbers extends RandomAccessDataset {
    private static final class Builder extends BaseBuilder<Builder> {
      @Override
      protected Builder self() {
        return this;
      }
    }

    Numbers() {
      super(new Builder().setSampling(4, true));
    }

    @Override
    public Record get(NDManager manager, long index) {
      return new Record(new NDList(manager.create(index)), new NDList(manager.create(index)));
    }

    @Override
    protected long availableSize() {
      return 100;
    }

    @Override
    public void prepare(Progress progress) {}
  }

  private static RandomAccessDataset split(Training training) throws Exception {
    return training.data.randomSplit(8, 2)[0];
  }

  private static String digest(RandomAccessDataset data) {
    return SubsetRows.of(data).orElseThrow().digest();
  }

  private static MemorySnapshot of(RandomAccessDataset data, Training training) throws Exception {
    training.state.dataPosition().data(data);
    return training.snapshot();
  }

  @Test
  void anotherSplitIsRefused() throws Exception {
    try (Training training = Training.with("adam").start()) {
      RandomAccessDataset other = split(training);
      MemorySnapshot saved = of(split(training), training);
      training.state.dataPosition().data(other);
      assertThatThrownBy(() -> saved.restore(training.state))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageStartingWith(
              "The snapshot was taken of a training with other data; start another run under another"
                  + " name, or train on the same data:\n  - training data: snapshot has other rows"
                  + " of the whole dataset (digest ")
          .hasMessageEndingWith(
              "), so what it was validated with may be trained on. Call"
                  + " Engine.getInstance().setRandomSeed with the same seed in each attempt, before"
                  + " randomSplit or whatever else draws the rows.");
    }
  }

  /** The listener is given the data when the snapshot is loaded already. */
  @Test
  void anotherSplitIsRefusedAfterTheSnapshotWasLoaded() throws Exception {
    try (Training training = Training.with("adam").start()) {
      RandomAccessDataset other = split(training);
      MemorySnapshot saved = of(split(training), training);
      try (Training next = Training.with("adam").start()) {
        saved.restore(next.state);
        assertThatThrownBy(() -> next.state.dataPosition().data(other))
            .isInstanceOf(IncompatibleSnapshotException.class)
            .hasMessageContaining("snapshot has other rows of the whole dataset");
      }
    }
  }

  @Test
  void theSameSplitIsTaken() throws Exception {
    MemorySnapshot saved;
    try (Training training = Training.with("adam").start()) {
      saved = of(split(training), training);
    }
    assertThat(saved.section("data").values()).containsEntry("size", "240").containsKey("subset");
    Training.seed(7);
    try (Training training = Training.with("adam").start()) {
      training.state.dataPosition().data(split(training));
      saved.restore(training.state);
      assertThat(training.snapshot().differences(saved, "data")).isEmpty();
    }
  }

  @Test
  void aSnapshotThatDoesNotTellItsRowsIsTaken() throws Exception {
    try (Training training = Training.with("adam").start()) {
      MemorySnapshot saved = of(split(training), training);
      saved.section("data").values().remove("subset");
      training.state.dataPosition().data(split(training));
      saved.restore(training.state);
      assertThat(training.snapshot().section("data").values()).containsKey("subset");
    }
  }

  @Test
  void aWholeDatasetHasNoRowsToTell() throws Exception {
    try (Training training = Training.with("adam").start()) {
      assertThat(of(training.data, training).section("data").values())
          .containsOnlyKeys("rows", "size");
    }
  }

  @Test
  void allOfDjlsSubsetsTell() {
    try (Training training = Training.with("adam").start()) {
      for (RandomAccessDataset data : List.of(training.data, new Numbers())) {
        assertThat(digest(data.subDataset(List.of(3L, 1L, 2L))))
            .isEqualTo(digest(data.subDataset(List.of(3L, 1L, 2L))))
            .isNotEqualTo(digest(data.subDataset(List.of(2L, 1L, 3L))));
        assertThat(digest(data.subDataset(15, 30)))
            .isEqualTo(digest(data.subDataset(10, 60).subDataset(5, 20)))
            .isEqualTo(digest(data.subDataset(down(29, 15)).subDataset(down(14, 0))))
            .isNotEqualTo(digest(data.subDataset(16, 31)));
      }
    }
  }

  private static List<Long> down(long last, long first) {
    return LongStream.iterate(last, row -> row >= first, row -> row - 1).boxed().toList();
  }

  @Test
  void aRandomSplitWithoutASeedIsWarnedOf() throws Exception {
    assertThat(warnings(false, data -> data.randomSplit(8, 2)[0]))
        .contains(
            "The training data is a random subset, and no seed was set: if it is drawn anew when the"
                + " training is started again, its snapshots are refused. Call"
                + " Engine.getInstance().setRandomSeed with the same seed in each attempt, before"
                + " randomSplit");
    assertThat(warnings(true, data -> data.randomSplit(8, 2)[0])).isEmpty();
    assertThat(warnings(false, data -> data.subDataset(0, 240))).isEmpty();
    assertThat(warnings(false, data -> data)).isEmpty();
  }

  private static String warnings(boolean seeded, Choice choice) throws Exception {
    try (Training training = Training.with("adam").start();
        LoggedWarnings logged = new LoggedWarnings()) {
      new DataPosition(seeded).data(choice.of(training.data));
      return logged.of(DataPosition.class);
    }
  }

  @FunctionalInterface
  private interface Choice {
    RandomAccessDataset of(RandomAccessDataset data) throws Exception;
  }
}
