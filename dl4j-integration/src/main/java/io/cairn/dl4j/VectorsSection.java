// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * The order in which DL4J's vectors have their tensors, one name a line: files sort tensors by
 * name. Nothing is restored from it; {@code cairn export} makes DL4J's own files with it.
 *
 * @param parameters of the vector of parameters
 * @param moments of the vector of the updaters' state
 */
record VectorsSection(Supplier<NamedTensors> parameters, Supplier<NamedTensors> moments)
    implements StateSection {
  private static final String NAME = "vectors";

  @Override
  public void capture(StateSink sink) {
    sink.section(NAME)
        .bytes("parameters", lines(parameters.get().order()))
        .bytes("moments", lines(moments.get().order()));
  }

  @Override
  public void restore(StateSource source) {}

  private static byte[] lines(List<String> names) {
    return String.join("\n", names).getBytes(StandardCharsets.UTF_8);
  }
}
