// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.Optional;

/**
 * What DJL's own parameter file has besides the bytes of parameters, which it does not name as the
 * snapshot does. Nothing is restored from it; {@code cairn export} makes that file with it.
 */
final class ParameterFileSection implements StateSection {
  private static final String NAME = "params_file";

  private final Optional<ParameterFrame> frame;

  ParameterFileSection(Trainer trainer, LiveParameters parameters) {
    this.frame = ParameterFrame.of(trainer.getModel(), parameters);
  }

  @Override
  public void capture(StateSink sink) {
    frame.ifPresent(present -> present.capture(sink.section(NAME)));
  }

  @Override
  public void restore(StateSource source) {}
}
