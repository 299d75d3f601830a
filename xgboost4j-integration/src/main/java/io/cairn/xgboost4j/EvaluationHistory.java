// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The metric of each watched data set after each round, also kept in the caller's array. */
final class EvaluationHistory {
  private static final String SCORES = "scores";

  private final int watches;
  private final Optional<float[][]> mirror;
  private final List<float[]> rounds = new ArrayList<>();

  /**
   * @param watches how many data sets are watched
   * @param mirror the caller's array, by watch and round
   */
  EvaluationHistory(int watches, Optional<float[][]> mirror) {
    this.watches = watches;
    this.mirror = mirror;
  }

  void add(float[] scores) {
    rounds.add(scores);
    mirror.ifPresent(array -> copyInto(array, rounds.size() - 1));
  }

  private void copyInto(float[][] array, int round) {
    for (int watch = 0; watch < watches; watch++) {
      array[watch][round] = rounds.get(round)[watch];
    }
  }

  void capture(SectionSink section) {
    if (!rounds.isEmpty()) {
      section.tensor(spec(rounds.size()), TensorMemory.of(flat()));
    }
  }

  void restore(StateSource source, SectionSource section) throws CheckpointException {
    Optional<TensorSpec> saved =
        section.tensors().stream().filter(tensor -> tensor.name().equals(SCORES)).findFirst();
    if (saved.isEmpty()) {
      return;
    }
    List<Long> shape = saved.get().shape();
    int count = shape.isEmpty() ? 0 : Math.toIntExact(shape.get(0));
    float[] scores = new float[count * watches];
    section.tensor(spec(count), TensorMemory.of(scores));
    source.afterwards(() -> refill(scores));
  }

  private void refill(float[] scores) {
    rounds.clear();
    for (int from = 0; from < scores.length; from += watches) {
      rounds.add(Arrays.copyOfRange(scores, from, from + watches));
    }
    mirror.ifPresent(this::copyAllInto);
  }

  /** An array for fewer rounds than were trained before takes what it has room for. */
  private void copyAllInto(float[][] array) {
    for (int watch = 0; watch < watches; watch++) {
      for (int round = 0; round < Math.min(rounds.size(), array[watch].length); round++) {
        array[watch][round] = rounds.get(round)[watch];
      }
    }
  }

  private float[] flat() {
    float[] scores = new float[rounds.size() * watches];
    for (int round = 0; round < rounds.size(); round++) {
      System.arraycopy(rounds.get(round), 0, scores, round * watches, watches);
    }
    return scores;
  }

  private TensorSpec spec(int count) {
    return new TensorSpec(SCORES, DType.F32, List.of((long) count, (long) watches));
  }
}
