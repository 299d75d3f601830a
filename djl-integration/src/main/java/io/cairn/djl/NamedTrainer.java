// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;

/** Another trainer of the same training: its sections and facts carry its name. */
final class NamedTrainer implements StateSection {
  private final String prefix;
  private final TrainerState state;

  NamedTrainer(String name, Trainer trainer) {
    this.prefix = name + ".";
    this.state = new TrainerState(trainer);
  }

  void describe(Fingerprint.Builder facts) {
    Fingerprint.Builder unnamed = Fingerprint.builder();
    state.describe(unnamed);
    Fingerprint own = unnamed.build();
    own.identity().forEach((fact, value) -> facts.identity(prefix + fact, value));
    own.environment().forEach((fact, value) -> facts.environment(prefix + fact, value));
  }

  @Override
  public void capture(StateSink sink) {
    state.capture(
        new StateSink() {
          @Override
          public SectionSink section(String name) {
            return sink.section(prefix + name);
          }

          @Override
          public SectionSink ownSection(String name) {
            return sink.ownSection(prefix + name);
          }
        });
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    state.restore(
        new StateSource() {
          @Override
          public boolean hasSection(String name) {
            return source.hasSection(prefix + name);
          }

          @Override
          public SectionSource section(String name) throws IncompatibleSnapshotException {
            return source.section(prefix + name);
          }

          @Override
          public void afterwards(Runnable action) {
            source.afterwards(action);
          }
        });
  }
}
