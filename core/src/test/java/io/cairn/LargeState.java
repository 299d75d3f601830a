// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import java.util.List;

/** One large array. */
final class LargeState implements TrainingState {
  private final byte[] values;
  private final TensorSpec spec;

  LargeState(int bytes) {
    this.values = new byte[bytes];
    this.spec = new TensorSpec("values", DType.U8, List.of((long) bytes));
  }

  /** The array itself. */
  byte[] values() {
    return values;
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.NONE;
  }

  @Override
  public void capture(StateSink sink) {
    sink.section("model").tensor(spec, TensorMemory.of(values));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    source.section("model").tensor(spec, TensorMemory.of(values));
  }
}
