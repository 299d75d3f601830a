// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parts of one of DL4J's flat vectors by name, so that a snapshot can be read, and compared,
 * layer by layer. Nothing is copied. DL4J keeps matrices column by column, files keep them row by
 * row: these have the dimensions of the transposed matrix.
 */
final class NamedTensors {
  private final INDArray flat;
  private final Map<String, Part> parts = new LinkedHashMap<>();

  /** Where a tensor lies in the vector. */
  private record Part(long first, List<Long> shape) {
    long length() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    Part at(long start) {
      return new Part(start, shape);
    }
  }

  private NamedTensors(INDArray flat) {
    this.flat = flat;
  }

  /** All parameters of a network, by DL4J's names, as in {@code 0_W}. */
  static NamedTensors parameters(Network network) {
    NamedTensors tensors = new NamedTensors(network.params());
    network
        .paramTable()
        .forEach(
            (name, view) ->
                tensors.parts.put(
                    name, new Part(view.offset() - tensors.flat.offset(), shape(view))));
    tensors.requireAll();
    return tensors;
  }

  /** As files have it: row by row. */
  static List<Long> shape(INDArray view) {
    List<Long> shape = new ArrayList<>(Arrays.stream(view.shape()).boxed().toList());
    if (view.ordering() == 'f') {
      Collections.reverse(shape);
    }
    return shape;
  }

  /** All moments of a network's updaters, as in {@code M/0_W}; none if updaters have no state. */
  static NamedTensors moments(Network network) {
    NamedTensors tensors = new NamedTensors(network.updater().getStateViewArray());
    if (tensors.flat != null) {
      Map<Long, String> names = new LinkedHashMap<>();
      NamedTensors parameters = parameters(network);
      parameters.parts.forEach((name, part) -> names.put(part.first, name));
      for (UpdaterBlock block : network.updater().getUpdaterBlocks()) {
        tensors.addMoments(block, parameters, names);
      }
      tensors.requireAll();
    }
    return tensors;
  }

  /** A block's state has each moment of all its parameters, one after the other. */
  @SuppressWarnings("unchecked")
  private void addMoments(UpdaterBlock block, NamedTensors parameters, Map<Long, String> names) {
    if (block.getUpdaterViewOffsetEnd() == block.getUpdaterViewOffsetStart()) {
      return;
    }
    Map<String, INDArray> moments = block.getGradientUpdater().getState();
    moments.forEach(
        (moment, view) -> {
          long start = view.offset() - flat.offset() - block.getParamOffsetStart();
          for (UpdaterBlock.ParamState each : block.getLayersAndVariablesInBlock()) {
            String name = names.get((long) each.getParamOffsetStart());
            Part parameter = parameters.parts.get(name);
            parts.put(moment + "/" + name, parameter.at(start + parameter.first));
          }
        });
  }

  /** Every element must belong to exactly one tensor, or something would be lost. */
  private void requireAll() {
    long next = 0;
    for (String name : order()) {
      Part part = parts.get(name);
      if (part.first != next) {
        break;
      }
      next += part.length();
    }
    if (next != flat.length()) {
      throw new IllegalStateException(
          "Expected DL4J's vector of "
              + flat.length()
              + " elements to be made of the tensors "
              + parts
              + ", but they do not fit together at element "
              + next
              + ". Please report this network's configuration.");
    }
  }

  /** The names as they follow each other in the vector. */
  List<String> order() {
    return parts.entrySet().stream()
        .sorted(Comparator.comparingLong(part -> part.getValue().first))
        .map(Map.Entry::getKey)
        .toList();
  }

  void forEach(BiConsumer<TensorSpec, TensorMemory> action) {
    parts.forEach(
        (name, part) ->
            action.accept(
                new TensorSpec(name, ArraySlice.dtype(flat), part.shape),
                new ArraySlice(flat, part.first, part.length())));
  }
}
