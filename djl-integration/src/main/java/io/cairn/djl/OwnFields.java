// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import io.cairn.model.Checkpointed;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fields of a user's own listeners, evaluators, losses, optimizers and trackers that training may
 * change and no snapshot has, as these are not {@link Checkpointed}: a sum, or the best result so
 * far. They are warned of. (Where nothing else can be meant, an optimizer or tracker is refused.)
 */
final class OwnFields {
  private static final Logger LOG = LoggerFactory.getLogger(OwnFields.class);

  private OwnFields() {}

  static void warn(Trainer trainer, Optimizer optimizer) {
    List<String> found = List.of();
    try {
      found = in(trainer, optimizer);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.debug("The fields of listeners and evaluators were not wholly looked at", e);
    }
    if (!found.isEmpty()) {
      LOG.warn(
          "No snapshot has what these fields hold, so they begin anew when training is resumed: {}."
              + " If a training changes them, and goes by them, let their class implement {}",
          String.join(", ", found),
          Checkpointed.class.getName());
    }
  }

  /** Each as class and field. */
  static List<String> in(Trainer trainer, Optimizer optimizer) {
    List<Object> owners = new ArrayList<>();
    trainer.notifyListeners(owners::add);
    for (Evaluator evaluator : trainer.getEvaluators()) {
      owners.add(evaluator);
      owners.addAll(Parts.of(evaluator, Evaluator.class));
    }
    owners.add(trainer.getLoss());
    owners.addAll(Parts.of(trainer.getLoss(), Evaluator.class));
    if (!(optimizer instanceof Checkpointed)) {
      owners.add(optimizer);
      owners.addAll(
          Parts.of(optimizer, ParameterTracker.class, part -> !(part instanceof Checkpointed)));
    }
    return owners.stream()
        .filter(owner -> !(owner instanceof Checkpointed))
        .flatMap(owner -> suspect(owner).stream())
        .map(OwnFields::name)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  private static List<Field> suspect(Object owner) {
    return Parts.fields(owner).stream()
        .filter(field -> UnknownState.isSuspect(field) && !isKnown(field))
        .filter(field -> !holdsSavedOnly(field, owner))
        .toList();
  }

  /** Parts that are asked for their state, as those of a composite. */
  private static boolean holdsSavedOnly(Field field, Object owner) {
    if (!field.trySetAccessible()) {
      return false;
    }
    Object value = Internals.get(field, owner);
    if (value instanceof Map<?, ?> map && !Parts.isOrdered(map)) {
      return false;
    }
    Collection<?> parts =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof Object[] array
                ? Arrays.asList(array)
                : value instanceof Collection<?> many ? many : Collections.singleton(value);
    return !parts.isEmpty() && parts.stream().allMatch(part -> part instanceof Checkpointed);
  }

  private static boolean isKnown(Field field) {
    return OptimizerState.isMoment(field)
        || field.getDeclaringClass() == DjlCheckpointListener.class;
  }

  private static String name(Field field) {
    return TrackerFacts.className(field.getDeclaringClass())
        + "."
        + field.getName()
        + " ("
        + field.getType().getTypeName()
        + ")";
  }
}
