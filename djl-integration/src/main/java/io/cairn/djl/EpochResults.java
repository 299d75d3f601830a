// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import java.util.Map;
import java.util.TreeMap;

/** The evaluators' averages over the last epoch, by DJL's names: {@code validate_loss}. */
final class EpochResults {

  private EpochResults() {}

  /** The numbers among the results; an evaluator without validation data has none. */
  static Map<String, Double> of(Trainer trainer) {
    Map<String, Double> results = new TreeMap<>();
    Map<String, Float> latest = trainer.getTrainingResult().getEvaluations();
    if (latest != null) {
      latest.forEach(
          (name, value) -> {
            if (Float.isFinite(value)) {
              results.put(name, Double.valueOf(value.toString()));
            }
          });
    }
    return results;
  }
}
