// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.EarlyStoppingListener;
import ai.djl.training.listener.EpochTrainingListener;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.LoggingTrainingListener;
import ai.djl.training.listener.SaveModelTrainingListener;
import ai.djl.training.listener.TrainingListener;
import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What DJL's own listeners and evaluators count. They are found again by class or name, so that
 * listeners may be added and removed between two attempts.
 */
final class ListenerSection implements StateSection {
  private static final String NAME = "listeners";

  /** The fields that count; all others are settings, or times of this process. */
  private static final Map<Class<? extends TrainingListener>, List<String>> COUNTED =
      new LinkedHashMap<>();

  static {
    COUNTED.put(EpochTrainingListener.class, List.of("numEpochs"));
    COUNTED.put(LoggingTrainingListener.class, List.of("numEpochs"));
    COUNTED.put(SaveModelTrainingListener.class, List.of("epoch"));
    COUNTED.put(EvaluatorTrainingListener.class, List.of("progressCounter", "latestEvaluations"));
    COUNTED.put(
        EarlyStoppingListener.class,
        List.of("prevMetricValue", "numberOfEpochsWithoutImprovements"));
  }

  private final List<Counters> counters = new ArrayList<>();
  private final List<TrainingClock> clocks = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();

  ListenerSection(Trainer trainer) {
    trainer.notifyListeners(this::add);
    trainer.getEvaluators().forEach(this::add);
  }

  private void add(TrainingListener listener) {
    COUNTED.forEach(
        (type, fields) -> {
          if (type.isInstance(listener)) {
            String name = unique(type.getSimpleName());
            for (String field : fields) {
              counters.add(new Counters(name, listener, Internals.field(type, field)));
            }
            if (listener instanceof EarlyStoppingListener stopping) {
              clocks.add(TrainingClock.of(name, stopping));
            }
          }
        });
  }

  private void add(Evaluator evaluator) {
    counters.addAll(Accumulators.of(unique(evaluator.getName()), evaluator));
  }

  private String unique(String name) {
    return name + "#" + names.merge(name, 1, Integer::sum);
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(NAME);
    counters.forEach(each -> each.capture(section));
    clocks.forEach(each -> each.capture(section));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    if (source.hasSection(NAME)) {
      SectionSource section = source.section(NAME);
      for (Counters each : counters) {
        each.restore(source, section);
      }
      for (TrainingClock each : clocks) {
        each.restore(source, section);
      }
    }
  }
}
