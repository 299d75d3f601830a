// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.DType;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The metric of each watched data set after each round, also kept in the caller's array. Saved by
 * name: a {@code Map.of} has its watches in another order in each process.
 */
final class EvaluationHistory {
  private static final String SCORES_OF = "scores/";

  private final List<String> watches;
  private final Optional<float[][]> mirror;
  private final List<float[]> rounds = new ArrayList<>();

  /**
   * @param watches the names of the data sets that are watched
   * @param mirror the caller's array, by watch and round
   */
  EvaluationHistory(List<String> watches, Optional<float[][]> mirror) {
    this.watches = watches;
    this.mirror = mirror;
  }

  void add(float[] scores) {
    rounds.add(scores);
    mirror.ifPresent(array -> copyInto(array, rounds.size() - 1));
  }

  private void copyInto(float[][] array, int round) {
    for (int watch = 0; watch < watches.size(); watch++) {
      array[watch][round] = rounds.get(round)[watch];
    }
  }

  void capture(SectionSink section) {
    if (rounds.isEmpty()) {
      return;
    }
    for (int watch = 0; watch < watches.size(); watch++) {
      section.tensor(spec(watch, rounds.size()), TensorMemory.of(scoresOf(watch)));
    }
  }

  void restore(StateSource source, SectionSource section) {
    int count = savedRounds(section);
    if (count == 0) {
      return;
    }
    float[][] scores = new float[watches.size()][count];
    for (int watch = 0; watch < scores.length; watch++) {
      section.tensor(spec(watch, count), TensorMemory.of(scores[watch]));
    }
    source.afterwards(() -> refill(scores, count));
  }

  private static int savedRounds(SectionSource section) {
    return section.tensors().stream()
        .filter(tensor -> tensor.name().startsWith(SCORES_OF))
        .mapToInt(tensor -> tensor.shape().isEmpty() ? 0 : Math.toIntExact(tensor.shape().get(0)))
        .findFirst()
        .orElse(0);
  }

  private void refill(float[][] scores, int count) {
    rounds.clear();
    for (int round = 0; round < count; round++) {
      float[] all = new float[scores.length];
      for (int watch = 0; watch < all.length; watch++) {
        all[watch] = scores[watch][round];
      }
      rounds.add(all);
    }
    mirror.ifPresent(this::copyAllInto);
  }

  /** An array for fewer rounds than were trained before takes what it has room for. */
  private void copyAllInto(float[][] array) {
    for (int watch = 0; watch < watches.size(); watch++) {
      for (int round = 0; round < Math.min(rounds.size(), array[watch].length); round++) {
        array[watch][round] = rounds.get(round)[watch];
      }
    }
  }

  private float[] scoresOf(int watch) {
    float[] scores = new float[rounds.size()];
    for (int round = 0; round < scores.length; round++) {
      scores[round] = rounds.get(round)[watch];
    }
    return scores;
  }

  private TensorSpec spec(int watch, int count) {
    return new TensorSpec(SCORES_OF + watches.get(watch), DType.F32, List.of((long) count));
  }
}
