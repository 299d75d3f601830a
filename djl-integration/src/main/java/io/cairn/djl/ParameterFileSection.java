// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.util.Pair;
import io.cairn.model.SectionSink;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What DJL's own parameter file has besides the bytes of parameters, which it does not name as the
 * snapshot does. Nothing is restored from it; {@code cairn export} makes that file with it.
 */
final class ParameterFileSection implements StateSection {
  private static final String NAME = "params_file";

  private final Model model;
  private final Optional<ParameterFrame> frame;

  ParameterFileSection(Trainer trainer, LiveParameters parameters) {
    this.model = trainer.getModel();
    this.frame = ParameterFrame.of(model.getBlock(), parameters);
  }

  @Override
  public void capture(StateSink sink) {
    frame.ifPresent(
        present -> {
          SectionSink section = sink.section(NAME);
          section.value("model", Optional.ofNullable(model.getName()).orElse("model"));
          section.value("type", model.getDataType().name());
          section.bytes("inputs", inputs());
          present.capture(section);
        });
  }

  private byte[] inputs() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(model.getBlock().describeInput().size());
      for (Pair<String, Shape> input : model.getBlock().describeInput()) {
        out.writeUTF(Optional.ofNullable(input.getKey()).orElse(""));
        out.write(input.getValue().getEncoded());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not in memory
    }
    return bytes.toByteArray();
  }

  @Override
  public void restore(StateSource source) {}
}
