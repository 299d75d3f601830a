// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Learning rates that were set while training, by layer. A rate that is still the configuration's
 * is the script's to give, and is not saved.
 *
 * @param name the section's
 * @param network whose rates they are
 * @param configured the updaters of its layers as the script configured them
 */
record LearningRates(String name, Network network, Map<String, IUpdater> configured)
    implements StateSection {

  /** The updaters of a network's layers, as they will be compared with. */
  static Map<String, IUpdater> configured(Network network) {
    Map<String, IUpdater> copies = new TreeMap<>();
    network.updaterOfLayers().forEach((layer, updater) -> copies.put(layer, updater.clone()));
    return copies;
  }

  @Override
  public void capture(StateSink sink) {
    Map<String, Double> changed = changed();
    if (!changed.isEmpty()) {
      SectionSink section = sink.section(name);
      changed.forEach((layer, rate) -> section.value(layer, rate));
    }
  }

  private Map<String, Double> changed() {
    Map<String, Double> rates = new TreeMap<>();
    network
        .updaterOfLayers()
        .forEach(
            (layer, updater) -> {
              if (!updater.equals(configured.get(layer))) {
                rates.put(layer, fixedRate(layer, updater));
              }
            });
    return rates;
  }

  private double fixedRate(String layer, IUpdater updater) {
    double rate = updater.getLearningRate(network.iterations(), network.epochs());
    IUpdater fixed = updater.clone();
    fixed.setLrAndSchedule(rate, null);
    if (!fixed.equals(updater)) {
      throw new IllegalStateException(
          "Layer "
              + layer
              + " was given another schedule of learning rates while training, and a snapshot can"
              + " hold plain rates only: "
              + updater
              + ". Give the schedule to the configuration before training begins, or set each rate"
              + " when it is due by network.setLearningRate(rate).");
    }
    return rate;
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    if (source.hasSection(name)) {
      SectionSource section = source.section(name);
      Map<String, Double> rates = new TreeMap<>();
      for (String layer : section.valueNames()) {
        rates.put(layer, section.doubleValue(layer));
      }
      source.afterwards(() -> network.learningRates(rates));
    }
  }
}
