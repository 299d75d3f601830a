// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

/**
 * What the normalizer of the training data measured: a resumed training goes on with the same
 * statistics, whatever a fit at its start found.
 */
final class NormalizerSection implements StateSection {
  private static final String NAME = "normalizer";

  private final Object preProcessor;
  private final Map<String, INDArray> statistics;

  NormalizerSection(TrainingData<?> data) {
    this.preProcessor = data.preProcessor().orElse(null);
    this.statistics = statistics(preProcessor);
  }

  private static Map<String, INDArray> statistics(Object normalizer) {
    try {
      return measured(normalizer);
    } catch (NullPointerException e) {
      throw new IllegalStateException(
          "The training data has a "
              + normalizer.getClass().getSimpleName()
              + " that has not measured the data yet. Call normalizer.fit(data) before training.",
          e);
    }
  }

  private static Map<String, INDArray> measured(Object normalizer) {
    Map<String, INDArray> found = new LinkedHashMap<>();
    if (normalizer instanceof NormalizerStandardize standardize) {
      found.put("mean", standardize.getMean());
      found.put("std", standardize.getStd());
      if (standardize.isFitLabel()) {
        found.put("label_mean", standardize.getLabelMean());
        found.put("label_std", standardize.getLabelStd());
      }
    } else if (normalizer instanceof NormalizerMinMaxScaler scaler) {
      found.put("min", scaler.getMin());
      found.put("max", scaler.getMax());
      if (scaler.isFitLabel()) {
        found.put("label_min", scaler.getLabelMin());
        found.put("label_max", scaler.getLabelMax());
      }
    }
    return found;
  }

  /** The kind alone belongs to the identity. */
  void describe(Fingerprint.Builder facts) {
    if (preProcessor instanceof DataNormalization) {
      facts.identity("normalizer", preProcessor.getClass().getSimpleName());
    }
  }

  @Override
  public void capture(StateSink sink) {
    if (!statistics.isEmpty()) {
      SectionSink section = sink.section(NAME);
      statistics.forEach((name, array) -> section.tensor(spec(name, array), memory(array)));
    }
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    if (!statistics.isEmpty() && source.hasSection(NAME)) {
      SectionSource section = source.section(NAME);
      statistics.forEach((name, array) -> section.tensor(spec(name, array), memory(array)));
      source.afterwards(this::forgetRange);
    }
  }

  /** A scaler that was used before keeps the range it had then, but not when it is given stats. */
  private void forgetRange() {
    if (preProcessor instanceof NormalizerMinMaxScaler scaler) {
      setStats(statistics.get("min"), statistics.get("max"), scaler::setFeatureStats);
      if (scaler.isFitLabel()) {
        setStats(statistics.get("label_min"), statistics.get("label_max"), scaler::setLabelStats);
      }
    }
  }

  /** What is set may be widened, a second time if rounded, and must be what was saved. */
  private static void setStats(INDArray min, INDArray max, BiConsumer<INDArray, INDArray> setter) {
    INDArray saved = max.dup();
    setter.accept(min, max);
    max.assign(saved);
  }

  private static TensorSpec spec(String name, INDArray array) {
    return new TensorSpec(
        name, ArraySlice.dtype(array), Arrays.stream(array.shape()).boxed().toList());
  }

  private static ArraySlice memory(INDArray array) {
    return ArraySlice.whole(array);
  }
}
