// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A training whose whole state is float32 tensors in direct memory, as native engines have it. */
final class FloatTraining implements TrainingState {
  private static final float DECAY = 0.9999f;

  private final TensorSpec[] specs;
  private final ByteBuffer[] tensors;

  private FloatTraining(long bytes, int count) {
    specs = new TensorSpec[count];
    tensors = new ByteBuffer[count];
    int each = Math.toIntExact(bytes / count);
    ByteBuffer pattern = Data.weights(Math.min(each, 1 << 20), new Random(7));
    for (int i = 0; i < count; i++) {
      specs[i] = new TensorSpec("tensor-" + i, DType.F32, List.of((long) each / Float.BYTES));
      tensors[i] = filled(each, pattern);
    }
  }

  /** As many tensors of the same size, of random weights. */
  static FloatTraining of(long bytes, int count) {
    return new FloatTraining(bytes, count);
  }

  private static ByteBuffer filled(int bytes, ByteBuffer pattern) {
    ByteBuffer tensor = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (tensor.hasRemaining()) {
      tensor.put(pattern.slice(0, Math.min(pattern.capacity(), tensor.remaining())));
    }
    return tensor.clear();
  }

  /** All processors change all of the state, as in a step; what they do next begins warm. */
  void train() {
    Arrays.stream(tensors).parallel().map(ByteBuffer::duplicate).forEach(FloatTraining::change);
  }

  private static void change(ByteBuffer tensor) {
    FloatBuffer values = tensor.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, values.get(i) * DECAY);
    }
  }

  /** The memory itself. */
  List<ByteBuffer> tensors() {
    return List.of(tensors);
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.NONE;
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink model = sink.section("model");
    for (int i = 0; i < specs.length; i++) {
      model.tensor(specs[i], TensorMemory.of(tensors[i]));
    }
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource model = source.section("model");
    for (int i = 0; i < specs.length; i++) {
      model.tensor(specs[i], TensorMemory.of(tensors[i]));
    }
  }
}
