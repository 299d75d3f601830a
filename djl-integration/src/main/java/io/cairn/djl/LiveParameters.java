// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.LocalParameterServer;
import ai.djl.training.ParameterServer;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of a trainer by names that are the same in every attempt, and the arrays training
 * works on. On several devices every device has an array of its own; their contents may differ.
 */
final class LiveParameters {
  private final ParameterStore store;
  private final Device[] devices;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();

  LiveParameters(Trainer trainer) {
    this.store = storeOf(trainer);
    this.devices = trainer.getDevices();
    collect(trainer);
    requireSavable();
  }

  /** The optimizer a trainer updates its parameters with; the trainer does not tell. */
  static Optimizer optimizerOf(Trainer trainer) {
    ParameterServer server =
        Internals.get(
            ParameterStore.class, "parameterServer", storeOf(trainer), ParameterServer.class);
    requireLocal(server, trainer);
    return Internals.get(server.getClass(), "optimizer", server, Optimizer.class);
  }

  private static void requireLocal(ParameterServer server, Trainer trainer) {
    if (!(server instanceof LocalParameterServer)) {
      throw new UnsupportedOperationException(
          "Cannot save a training on engine "
              + trainer.getManager().getEngine().getEngineName()
              + " that keeps its parameters in a "
              + server.getClass().getName()
              + ". Start Java with -Dai.djl.use_local_parameter_server=true; on MXNet, that has an"
              + " effect.");
    }
  }

  private static ParameterStore storeOf(Trainer trainer) {
    return Internals.get(Trainer.class, "parameterStore", trainer, ParameterStore.class);
  }

  /** A parameter that is used in several places has several names; the first one counts. */
  private void collect(Trainer trainer) {
    Set<String> seen = new HashSet<>();
    for (Pair<String, Parameter> named : trainer.getModel().getBlock().getParameters()) {
      if (seen.add(named.getValue().getId())) {
        requireNew(byName.put(named.getKey(), named.getValue()), named.getKey());
      }
    }
  }

  private static void requireNew(Parameter before, String name) {
    if (before != null) {
      throw new IllegalStateException(
          "Cannot save this model: it has two parameters '"
              + name
              + "'. Give the blocks or parameters of your own block different names.");
    }
  }

  private void requireSavable() {
    List<String> missing = new ArrayList<>();
    byName.forEach(
        (name, parameter) -> {
          if (!parameter.isInitialized()) {
            missing.add(name);
          }
        });
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Cannot open a checkpoint for this trainer: parameters "
              + missing
              + " have no value yet. Call trainer.initialize(shape) first.");
    }
    byName.forEach((name, parameter) -> TensorTypes.specOf(name, parameter.getArray()));
  }

  Collection<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  int deviceCount() {
    return devices.length;
  }

  Device device(int index) {
    return devices[index];
  }

  String id(String name) {
    return byName.get(name).getId();
  }

  Set<String> ids() {
    return byName.values().stream().map(Parameter::getId).collect(Collectors.toSet());
  }

  /** Whether training leaves it as it is; running statistics always are. */
  boolean isFrozen(String name) {
    return !byName.get(name).requiresGradient();
  }

  void freeze(String name, boolean frozen) {
    byName.get(name).freeze(frozen);
  }

  /** The array the model has: what DJL saves. */
  NDArray ownArray(String name) {
    return byName.get(name).getArray();
  }

  /** The array training works on. */
  NDArray array(String name, int device) {
    return store.getValue(byName.get(name), devices[device], true);
  }

  /** The parameter's name on a device: plain on the first one. */
  static String onDevice(String name, int device) {
    return device == 0 ? name : name + "@" + device;
  }
}
