// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.listener.EarlyStoppingListener;
import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import java.lang.reflect.Field;

/**
 * How long a training has been going on for early stopping: the time between two attempts is not
 * counted.
 */
record TrainingClock(String name, EarlyStoppingListener listener, Field start) {

  static TrainingClock of(String name, EarlyStoppingListener listener) {
    Field start = Internals.field(EarlyStoppingListener.class, "startTimeMills");
    return new TrainingClock(name, listener, start);
  }

  void capture(SectionSink section) {
    section.value(valueName(), System.currentTimeMillis() - (long) Internals.get(start, listener));
  }

  void restore(StateSource source, SectionSource section) throws CheckpointException {
    if (section.valueNames().contains(valueName())) {
      long elapsed = section.longValue(valueName());
      source.afterwards(() -> Internals.set(start, listener, System.currentTimeMillis() - elapsed));
    }
  }

  private String valueName() {
    return name + ".elapsedMillis";
  }
}
