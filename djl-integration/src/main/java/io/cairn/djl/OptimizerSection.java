// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an optimizer remembers: its moments as tensors {@code means/01Linear_weight}, and how often
 * it updated each parameter, on which learning rate schedules depend. DJL keys both by ids that are
 * new in every process; the snapshot has the parameters' names instead. Several trainers may share
 * one optimizer: each has to do with its own parameters only.
 */
final class OptimizerSection implements StateSection {
  private static final String NAME = "optimizer";
  private static final String UPDATES = "updates";
  private static final String UPDATES_OF = "updates/";

  private final OptimizerState state;
  private final LiveParameters parameters;

  OptimizerSection(Optimizer optimizer, LiveParameters parameters) {
    this.state = new OptimizerState(optimizer);
    this.parameters = parameters;
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(NAME);
    section.value(UPDATES, state.updates());
    Map<String, Integer> counts = state.updateCounts();
    for (String name : parameters.names()) {
      Integer count = counts.get(parameters.id(name));
      if (count != null) {
        section.value(UPDATES_OF + name, count);
      }
    }
    state.moments().forEach((moment, arrays) -> captureMoment(section, moment, arrays));
  }

  private void captureMoment(
      SectionSink section, String moment, Map<String, Map<Device, NDArray>> arrays) {
    for (String name : parameters.names()) {
      Map<Device, NDArray> onDevices = arrays.getOrDefault(parameters.id(name), Map.of());
      for (int device = 0; device < parameters.deviceCount(); device++) {
        NDArray array = onDevices.get(parameters.device(device));
        if (array != null) {
          String tensor = tensorName(moment, name, device);
          section.tensor(TensorTypes.specOf(tensor, array), new NDArrayMemory(array));
        }
      }
    }
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    int updates = Math.toIntExact(section.longValue(UPDATES));
    Map<String, Integer> counts = savedCounts(section);
    source.afterwards(
        () -> {
          state.updates(updates);
          state.updateCounts().keySet().removeAll(parameters.ids());
          state.updateCounts().putAll(counts);
        });
    Set<String> saved = new HashSet<>(section.tensors().stream().map(TensorSpec::name).toList());
    state
        .moments()
        .forEach((moment, arrays) -> restoreMoment(source, section, saved, moment, arrays));
  }

  private Map<String, Integer> savedCounts(SectionSource section) throws CheckpointException {
    Map<String, Integer> counts = new ConcurrentHashMap<>();
    List<String> saved = section.valueNames();
    for (String name : parameters.names()) {
      if (saved.contains(UPDATES_OF + name)) {
        counts.put(parameters.id(name), Math.toIntExact(section.longValue(UPDATES_OF + name)));
      }
    }
    return counts;
  }

  /** DJL makes moments at the first update, so there are none yet: they are made here. */
  private void restoreMoment(
      StateSource source,
      SectionSource section,
      Set<String> saved,
      String moment,
      Map<String, Map<Device, NDArray>> arrays) {
    source.afterwards(() -> arrays.keySet().removeAll(parameters.ids()));
    for (String name : parameters.names()) {
      for (int device = 0; device < parameters.deviceCount(); device++) {
        String tensor = tensorName(moment, name, device);
        if (saved.contains(tensor)) {
          NewArray made = new NewArray(parameters.array(name, device));
          section.tensor(made.spec(tensor), made);
          String id = parameters.id(name);
          Device place = parameters.device(device);
          source.afterwards(() -> install(arrays, id, place, made.array()));
        }
      }
    }
  }

  /** Detached, as DJL does it: the optimizer may outlive the trainer. */
  private static void install(
      Map<String, Map<Device, NDArray>> arrays, String id, Device device, NDArray array) {
    array.detach();
    arrays.computeIfAbsent(id, key -> new ConcurrentHashMap<>()).put(device, array);
  }

  private static String tensorName(String moment, String parameter, int device) {
    return moment + "/" + LiveParameters.onDevice(parameter, device);
  }
}
