// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import io.cairn.model.SectionSink;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What DJL writes of a model, without the bytes of parameters, and where those belong. It does not
 * change in training: the blocks are asked once, when training begins.
 */
final class ParameterFrame {
  /** DJL has a parameter on the heap up to three times while it writes it. */
  private static final int SHARE_OF_HEAP = 8;

  private final String model;
  private final String type;
  private final byte[] inputs;
  private final FrameRecorder blocks;

  private ParameterFrame(Model model, FrameRecorder blocks) throws IOException {
    this.model = Optional.ofNullable(model.getName()).orElse("model");
    this.type = model.getDataType().name();
    this.inputs = inputs(model.getBlock());
    this.blocks = blocks;
  }

  /** Empty if a block writes in a way of its own, or a parameter is too large to be written. */
  static Optional<ParameterFrame> of(Model model, LiveParameters parameters) {
    if (largest(parameters) > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP) {
      return Optional.empty();
    }
    try (FrameRecorder recorder = new FrameRecorder(parameters)) {
      recorder.mark();
      model.getBlock().saveParameters(recorder);
      return recorder.isWhole()
          ? Optional.of(new ParameterFrame(model, recorder))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // no training needs it, and 'export' says what is missing
    }
  }

  private static long largest(LiveParameters parameters) {
    return parameters.names().stream()
        .mapToLong(name -> new NDArrayMemory(parameters.ownArray(name)).byteSize())
        .max()
        .orElse(0);
  }

  private static byte[] inputs(Block block) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    PairList<String, Shape> inputs = block.describeInput();
    out.writeInt(inputs.size());
    for (Pair<String, Shape> input : inputs) {
      out.writeUTF(Optional.ofNullable(input.getKey()).orElse(""));
      out.write(input.getValue().getEncoded());
    }
    return bytes.toByteArray();
  }

  void capture(SectionSink section) {
    section.value("model", model).value("type", type).bytes("inputs", inputs);
    blocks.capture(section);
  }
}
