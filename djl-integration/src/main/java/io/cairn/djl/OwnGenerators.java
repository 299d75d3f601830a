// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Pipeline;
import ai.djl.translate.Transform;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random generators in fields of a user's own classes that give training data: a dataset, those it
 * is made of, their samplers and transforms. No snapshot has their state, and nobody seeds them.
 */
final class OwnGenerators {
  private static final List<Class<?>> OPENED =
      List.of(
          Dataset.class, Sampler.class, Sampler.SubSampler.class, Pipeline.class, Transform.class);

  /** Looked at in a list or an array: transforms are few, rows are many. */
  private static final int MOST_ELEMENTS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(OwnGenerators.class);

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<String> found = new ArrayList<>();

  private OwnGenerators() {}

  /** Each as the field it is in; of classes that cannot be looked into, none. */
  static List<String> in(Dataset data) {
    OwnGenerators generators = new OwnGenerators();
    try {
      generators.add(data);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.debug("The training data was not wholly searched for random generators", e);
    }
    return generators.found;
  }

  private void add(Object part) {
    if (OPENED.stream().anyMatch(kind -> kind.isInstance(part)) && seen.add(part)) {
      if (part instanceof Pipeline pipeline) {
        pipeline.getTransforms().forEach(this::add);
      }
      fields(part).forEach(field -> add(field, Internals.get(field, part)));
    }
  }

  private void add(Field field, Object value) {
    if (value instanceof RandomGenerator) {
      found.add(
          "field '"
              + field.getName()
              + "' ("
              + field.getType().getTypeName()
              + ") of "
              + field.getDeclaringClass().getName());
    } else if (value instanceof Collection<?> many) {
      many.stream().limit(MOST_ELEMENTS).forEach(element -> add(field, element));
    } else if (value instanceof Object[] many) {
      Arrays.stream(many).limit(MOST_ELEMENTS).forEach(element -> add(field, element));
    } else {
      add(value);
    }
  }

  /**
   * Those that can be read. Those of DJL are of interest for the user's parts in them only; static
   * ones, and what an inner class has of its surroundings, for the generators.
   */
  private static List<Field> fields(Object part) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> type = part.getClass();
        type != null && type.getClassLoader() != null;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        boolean ofInterest =
            UnknownState.isDjls(field)
                ? !Modifier.isStatic(field.getModifiers())
                : !field.getType().isPrimitive();
        if (ofInterest && field.trySetAccessible()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }
}
