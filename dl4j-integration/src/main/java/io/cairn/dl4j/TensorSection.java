// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;

/** A section of tensors and nothing else. */
record TensorSection(String name, NamedTensors tensors) implements StateSection {

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(name);
    tensors.forEach(section::tensor);
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(name);
    tensors.forEach(section::tensor);
  }
}
