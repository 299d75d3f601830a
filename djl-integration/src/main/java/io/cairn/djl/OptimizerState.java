// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import io.cairn.model.Checkpointed;
import io.cairn.model.Fingerprint;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state inside an optimizer, which DJL neither hands out nor takes back. Moments are all maps
 * from parameter to array that its class has.
 */
final class OptimizerState {
  private static final String MOMENTS =
      "java.util.Map<java.lang.String, java.util.Map<ai.djl.Device, ai.djl.ndarray.NDArray>>";

  private final Optimizer optimizer;
  private final Field updates;
  private final Field updateCounts;
  private final Map<String, Field> moments = new TreeMap<>();

  OptimizerState(Optimizer optimizer) {
    this.optimizer = optimizer;
    this.updates = Internals.field(Optimizer.class, "numUpdate");
    this.updateCounts = Internals.field(Optimizer.class, "updateCounts");
    for (Field field : ownFields(optimizer)) {
      if (isMoment(field)) {
        moments.put(field.getName(), Internals.open(field));
      } else {
        requireSetting(field);
      }
    }
    requireSettingsInTrackers();
  }

  /** Whether it holds what is saved of an optimizer, whoever wrote it. */
  static boolean isMoment(Field field) {
    return field.getGenericType().getTypeName().equals(MOMENTS);
  }

  /** The fields between the concrete class and DJL's base class. */
  private static List<Field> ownFields(Optimizer optimizer) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> type = optimizer.getClass();
        type != Optimizer.class;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  /** What is no moment must not change while training, or the optimizer must save it itself. */
  private void requireSetting(Field field) {
    boolean stateOfOtherKind =
        UnknownState.isDjls(field)
            ? Map.class.isAssignableFrom(field.getType())
            : UnknownState.mayBeIn(field);
    if (stateOfOtherKind && !(optimizer instanceof Checkpointed)) {
      throw UnknownState.refusal("optimizer", field);
    }
  }

  /** Nor may a learning rate tracker of the user's; what saves itself also saves its parts. */
  private void requireSettingsInTrackers() {
    if (!(optimizer instanceof Checkpointed)) {
      Parts.of(optimizer, ParameterTracker.class, part -> !(part instanceof Checkpointed)).stream()
          .filter(tracker -> !(tracker instanceof Checkpointed))
          .flatMap(tracker -> Parts.fields(tracker).stream())
          .filter(UnknownState::mayBeIn)
          .forEach(
              field -> {
                throw UnknownState.refusal("learning rate tracker", field);
              });
    }
  }

  int updates() {
    return (int) Internals.get(updates, optimizer);
  }

  void updates(int count) {
    Internals.set(updates, optimizer, count);
  }

  @SuppressWarnings("unchecked")
  Map<String, Integer> updateCounts() {
    return (Map<String, Integer>) Internals.get(updateCounts, optimizer);
  }

  /** The moments by field name: parameter id, device, array. */
  Map<String, Map<String, Map<Device, NDArray>>> moments() {
    Map<String, Map<String, Map<Device, NDArray>>> result = new TreeMap<>();
    moments.forEach((name, field) -> result.put(name, moment(field)));
    return result;
  }

  @SuppressWarnings("unchecked")
  private Map<String, Map<Device, NDArray>> moment(Field field) {
    return (Map<String, Map<Device, NDArray>>) Internals.get(field, optimizer);
  }

  /**
   * The kind of optimizer as identity: another kind needs other moments. Its numbers may be changed
   * on purpose between two attempts, but not unnoticed.
   */
  void describe(Fingerprint.Builder facts) {
    facts.identity("optimizer", optimizer.getClass().getName());
    for (Field field : ownFields(optimizer)) {
      describeNumber(facts, field);
      describeTracker(facts, field);
    }
    for (String setting : List.of("rescaleGrad", "clipGrad", "weightDecays", "beginNumUpdate")) {
      describeNumber(facts, Internals.field(Optimizer.class, setting));
    }
  }

  private void describeNumber(Fingerprint.Builder facts, Field field) {
    if (UnknownState.isDjls(field) && field.getType().isPrimitive()) {
      Object value = Internals.get(Internals.open(field), optimizer);
      facts.environment("optimizer." + field.getName(), value);
      if (field.getName().equals("momentum")) {
        facts.identity("optimizer.hasMomentum", ((Number) value).doubleValue() != 0);
      }
    }
  }

  private void describeTracker(Fingerprint.Builder facts, Field field) {
    if (UnknownState.isDjls(field) && ParameterTracker.class.isAssignableFrom(field.getType())) {
      Object tracker = Internals.get(Internals.open(field), optimizer);
      new TrackerFacts(facts).add("optimizer." + field.getName(), tracker);
    }
  }
}
