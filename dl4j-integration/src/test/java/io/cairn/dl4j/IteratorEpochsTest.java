// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IteratorEpochsTest {
  private static final Progress MIDDLE = new Progress(34, 3, 4);
  private static final Progress BETWEEN = new Progress(30, 3, 0);

  private final IteratorEpochs epochs = new IteratorEpochs();

  /** A section of values. */
  private record Values(Map<String, String> values) implements SectionSource {
    @Override
    public List<TensorSpec> tensors() {
      return List.of();
    }

    @Override
    public List<String> valueNames() {
      return List.copyOf(values.keySet());
    }

    @Override
    public void tensor(TensorSpec spec, TensorMemory memory) {
      throw new AssertionError(spec);
    }

    @Override
    public byte[] bytes(String name) {
      throw new AssertionError(name);
    }

    @Override
    public String value(String name) {
      return values.get(name);
    }

    @Override
    public long longValue(String name) {
      return Long.parseLong(value(name));
    }

    @Override
    public double doubleValue(String name) {
      throw new AssertionError(name);
    }

    @Override
    public boolean booleanValue(String name) {
      throw new AssertionError(name);
    }
  }

  private void restore(Map<String, String> values, boolean betweenEpochs)
      throws CheckpointException {
    epochs.restore(new Values(values), betweenEpochs).run();
  }

  private static Map<String, String> saved(long own, long before) {
    return Map.of(
        "iterator_epochs", String.valueOf(own), "iterator_before_epochs", String.valueOf(before));
  }

  @Test
  void anOldSnapshotIsOfOneIteratorForAllEpochs() throws CheckpointException {
    restore(Map.of(), false);
    assertThat(epochs.at(MIDDLE)).isEqualTo(3);
    assertThat(epochs.savedAtItsEnd()).isFalse();
    assertThat(epochs.handedOver())
        .hasValueSatisfying(
            warning -> assertThat(warning).contains("resumed with at step 34 (epoch 3, batch 4)"));
  }

  @Test
  void anOldSnapshotBetweenEpochsIsToo() throws CheckpointException {
    restore(Map.of(), true);
    assertThat(epochs.at(BETWEEN)).isEqualTo(3);
    assertThat(epochs.handedOver()).isPresent();
    assertThat(epochs.handedOver()).isEmpty();
  }

  @Test
  void afterTheFirstEpochItIsTakenForTheSameAndAnotherOneIsWarnedOf() throws CheckpointException {
    restore(saved(1, 0), true);
    assertThat(epochs.at(new Progress(10, 1, 0))).isEqualTo(1);
    assertThat(epochs.handedOver())
        .contains(
            "Training goes on with another iterator. The one that it resumed with at step 10 (epoch"
                + " 1, batch 0) was taken for one that serves in all epochs, and reset as often as"
                + " there were epochs before, for the snapshot does not tell: it is of the end of"
                + " the first epoch, or of an earlier version of Cairn. If reset() puts the data"
                + " into another order, what was trained since then had another order than without"
                + " the interruption.");
  }

  @Test
  void inTheMiddleItIsTheOneOfTheSnapshot() throws CheckpointException {
    restore(saved(2, 1), false);
    assertThat(epochs.at(MIDDLE)).isEqualTo(2);
    assertThat(epochs.handedOver()).isEmpty();
  }

  @Test
  void betweenEpochsItIsANewOneIfTheOneBeforeServedNoLonger() throws CheckpointException {
    restore(saved(1, 1), true);
    assertThat(epochs.savedAtItsEnd()).isTrue();
    assertThat(epochs.at(BETWEEN)).isZero();
    assertThat(epochs.savedAtItsEnd()).isFalse();
    assertThat(epochs.handedOver()).isEmpty();
  }

  @Test
  void betweenEpochsItIsTheSameIfThatHasServedForLonger() throws CheckpointException {
    restore(saved(2, 1), true);
    assertThat(epochs.savedAtItsEnd()).isFalse();
    assertThat(epochs.at(BETWEEN)).isEqualTo(2);
  }
}
