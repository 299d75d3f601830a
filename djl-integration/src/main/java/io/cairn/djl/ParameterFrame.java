// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.nn.Block;
import io.cairn.model.SectionSink;
import java.io.IOException;
import java.util.Optional;

/**
 * What a block writes of itself, without the bytes of parameters, and where those belong. It does
 * not change in training: the block is asked once, when training begins.
 */
final class ParameterFrame {
  /** DJL has a parameter on the heap up to three times while it writes it. */
  private static final int SHARE_OF_HEAP = 8;

  private final byte[] bytes;
  private final byte[] tensors;

  /**
   * A frame.
   *
   * @param bytes all but the parameters' bytes
   * @param tensors a line for each place where they belong: an offset into the bytes, and the name
   */
  ParameterFrame(byte[] bytes, byte[] tensors) {
    this.bytes = bytes;
    this.tensors = tensors;
  }

  /** Empty if a block writes in a way of its own, or a parameter is too large to be written. */
  static Optional<ParameterFrame> of(Block block, LiveParameters parameters) {
    if (largest(parameters) > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP) {
      return Optional.empty();
    }
    try (FrameRecorder recorder = new FrameRecorder(parameters)) {
      block.saveParameters(recorder);
      return recorder.frame();
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

  void capture(SectionSink section) {
    section.bytes("frame", bytes).bytes("tensors", tensors);
  }
}
