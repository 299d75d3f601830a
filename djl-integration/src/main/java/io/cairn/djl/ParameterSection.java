// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;

/** All parameters of the model, trained or not: running statistics are parameters, too. */
final class ParameterSection implements StateSection {
  private static final String NAME = "model";

  private final LiveParameters parameters;

  ParameterSection(LiveParameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(NAME);
    forEach(
        (name, array) -> section.tensor(TensorTypes.specOf(name, array), new NDArrayMemory(array)));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    forEach(
        (name, array) -> section.tensor(TensorTypes.specOf(name, array), new NDArrayMemory(array)));
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
