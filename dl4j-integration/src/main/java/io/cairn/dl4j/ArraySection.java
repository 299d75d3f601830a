// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorSpec;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A section of arrays, each with memory of its own.
 *
 * @param name the section's
 * @param arrays the arrays as they are now, by name
 */
record ArraySection(String name, Supplier<Map<String, INDArray>> arrays) implements StateSection {

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(name);
    arrays
        .get()
        .forEach((tensor, array) -> section.tensor(spec(tensor, array), ArraySlice.whole(array)));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(name);
    arrays
        .get()
        .forEach((tensor, array) -> section.tensor(spec(tensor, array), ArraySlice.whole(array)));
  }

  static TensorSpec spec(String tensor, INDArray array) {
    requireNoGaps(tensor, array);
    return new TensorSpec(tensor, ArraySlice.dtype(array), NamedTensors.shape(array));
  }

  private static void requireNoGaps(String tensor, INDArray array) {
    long[] shape = array.shape();
    long[] stride = array.stride();
    long[] dense = Nd4j.getStrides(shape, array.ordering());
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] > 1 && stride[i] != dense[i]) {
        throw new IllegalStateException(
            "The array of "
                + tensor
                + " is a view with gaps, and only arrays with memory of their own can be saved."
                + " Make the variable of array.dup().");
      }
    }
  }
}
