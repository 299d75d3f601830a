// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.function.Supplier;

/**
 * A section of tensors and nothing else.
 *
 * @param name the section's
 * @param tensors the tensors where they are now: DL4J moves the moments when a learning rate is set
 */
record TensorSection(String name, Supplier<NamedTensors> tensors) implements StateSection {

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(name);
    tensors.get().forEach(section::tensor);
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(name);
    tensors.get().forEach(section::tensor);
  }
}
