// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NothingToTrainTest {
  private static final String NEXT_STEP =
      " To train again, use another run name (checkpoint_run, or Checkpointer.builder().run) or"
          + " move the snapshots away.";

  @Test
  void saysWhyAndWhatToDo() {
    assertThat(NothingToTrain.complete(4, 4, "epochs"))
        .isEqualTo(
            "Nothing to train: 4 of 4 epochs are complete in the snapshots of this run."
                + NEXT_STEP);
    assertThat(NothingToTrain.complete(6, 3, "epochs"))
        .isEqualTo(
            "Nothing to train: 6 epochs are complete in the snapshots of this run, and 3 are asked"
                + " for."
                + NEXT_STEP);
    assertThat(NothingToTrain.endedBy("MaxEpochs(40)"))
        .isEqualTo(
            "Nothing to train: the snapshots of this run are of a training that was ended by"
                + " MaxEpochs(40)."
                + NEXT_STEP);
  }
}
