// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parameters of the model, trained or not, and which of them are frozen: running statistics are
 * parameters, too.
 */
final class ParameterSection implements StateSection {
  private static final Logger LOG = LoggerFactory.getLogger(ParameterSection.class);
  private static final String NAME = "model";
  private static final String FROZEN = "frozen";

  private final LiveParameters parameters;

  ParameterSection(LiveParameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(NAME);
    forEach(
        (name, array) -> section.tensor(TensorTypes.specOf(name, array), new NDArrayMemory(array)));
    List<String> frozen = parameters.names().stream().filter(parameters::isFrozen).toList();
    section.value(FROZEN, frozen.size());
    frozen.forEach(name -> section.value(FROZEN + "/" + name, true));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    forEach(
        (name, array) -> section.tensor(TensorTypes.specOf(name, array), new NDArrayMemory(array)));
    Set<String> saved = new HashSet<>(section.valueNames());
    if (saved.contains(FROZEN)) {
      source.afterwards(() -> freeze(saved));
    }
  }

  /**
   * Training may have frozen or freed layers since it began; a script may have been changed, too.
   */
  private void freeze(Set<String> saved) {
    List<String> changed = new ArrayList<>();
    for (String name : parameters.names()) {
      boolean frozen = saved.contains(FROZEN + "/" + name);
      if (frozen != parameters.isFrozen(name)) {
        parameters.freeze(name, frozen);
        changed.add((frozen ? "frozen " : "trained ") + name);
      }
    }
    if (!changed.isEmpty()) {
      LOG.warn(
          "Parameters are frozen or not as they were when the snapshot was taken, and were otherwise"
              + " at this start: {}",
          changed);
    }
  }

  private void forEach(ArrayAction action) {
    for (String name : parameters.names()) {
      for (int device = 0; device < parameters.deviceCount(); device++) {
        action.accept(LiveParameters.onDevice(name, device), parameters.array(name, device));
      }
    }
  }

  @FunctionalInterface
  private interface ArrayAction {
    void accept(String name, NDArray array);
  }
}
