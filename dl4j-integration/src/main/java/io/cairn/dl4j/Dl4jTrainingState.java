// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.updater.UpdaterBlock;

/** The whole state of a DL4J training between two batches. */
final class Dl4jTrainingState implements TrainingState {
  private final Position position;
  private final Randomness randomness = new Randomness();
  private final DataPosition dataPosition = new DataPosition();
  private final OwnState own;
  private final List<StateSection> sections;
  private final Fingerprint fingerprint;

  /**
   * Finds everything there is to save.
   *
   * @param trained an initialized network
   * @param data what it is trained on
   * @param stopping what ends it early
   */
  Dl4jTrainingState(NeuralNetwork trained, TrainingData<?> data, Optional<EarlyStopping> stopping) {
    Network network = Network.of(trained);
    this.position = new Position(network);
    NormalizerSection normalizer = new NormalizerSection(data);
    List<Object> others = new ArrayList<>(network.listeners());
    stopping.ifPresent(early -> others.addAll(early.parts()));
    this.own = new OwnState(others, dataPosition.iterator(), data);
    Supplier<NamedTensors> parameters = () -> NamedTensors.parameters(network);
    Supplier<NamedTensors> moments = () -> NamedTensors.moments(network);
    this.sections =
        new ArrayList<>(
            List.of(
                new TensorSection("model", parameters),
                new TensorSection("updater", moments),
                new VectorsSection(parameters, moments),
                new LearningRates("learning_rates", network, LearningRates.configured(network)),
                position,
                randomness,
                dataPosition,
                normalizer,
                own));
    stopping.ifPresent(sections::add);
    sections.add(new ConfigurationSection(network.configurationJson()));
    this.fingerprint = describe(network, normalizer);
  }

  /**
   * Finds everything there is to save.
   *
   * @param graph a graph with updaters
   * @param data what it is trained on
   */
  Dl4jTrainingState(SameDiffGraph graph, TrainingData<?> data) {
    this.position = new Position(graph);
    NormalizerSection normalizer = new NormalizerSection(data);
    this.own = new OwnState(List.copyOf(graph.listeners()), dataPosition.iterator(), data);
    this.sections =
        List.of(
            new ArraySection("model", graph::variables),
            new ArraySection("updater", graph::moments),
            position,
            randomness,
            dataPosition,
            normalizer,
            own,
            new ConfigurationSection(graph.configurationJson()));
    Fingerprint.Builder facts =
        Fingerprint.builder()
            .identity("framework", "samediff")
            .identity("updater", graph.config().getUpdater().getClass().getSimpleName());
    normalizer.describe(facts);
    EnvironmentFacts.describe(facts);
    this.fingerprint = facts.build();
  }

  /** Opens a checkpointer, and stands where it resumed. */
  Checkpointer open(CheckpointerBuilder settings) throws CheckpointException {
    Checkpointer checkpointer = settings.open(this);
    position.resumeAt(checkpointer.resumedAt());
    return checkpointer;
  }

  /**
   * When the loop goes on with another iterator.
   *
   * @return what there is to warn of
   */
  Optional<String> handedOver(TrainingData<?> data) {
    randomness.epochBegins();
    own.iterator(data);
    return dataPosition.handedOver();
  }

  /** When the loop takes another iterator, and has read nothing of the one it had. */
  void replaced(TrainingData<?> data) {
    own.requireNotRestored();
    own.iterator(data);
  }

  Position position() {
    return position;
  }

  Randomness randomness() {
    return randomness;
  }

  DataPosition dataPosition() {
    return dataPosition;
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public void capture(StateSink sink) {
    sections.forEach(section -> section.capture(sink));
  }

  /** The configuration comes last, for its differences end the comparison. */
  @Override
  public void restore(StateSource source) throws CheckpointException {
    for (StateSection section : sections) {
      section.restore(source);
    }
  }

  /**
   * The seed is no fact: without one in the script DL4J takes the clock's, another in each attempt.
   * It makes the initial weights and the first random state, and both are replaced by saved ones.
   */
  private static Fingerprint describe(Network network, NormalizerSection normalizer) {
    Fingerprint.Builder facts =
        Fingerprint.builder()
            .identity("framework", "dl4j")
            .identity("network", network.kind())
            .identity("updater", updaters(network))
            .environment("data type", network.params().dataType());
    normalizer.describe(facts);
    EnvironmentFacts.describe(facts);
    return facts.build();
  }

  /** The kinds of updaters, in the order of layers; running statistics have none. */
  private static String updaters(Network network) {
    return network.updater().getUpdaterBlocks().stream()
        .map(UpdaterBlock::getGradientUpdater)
        .map(updater -> updater.getConfig().getClass().getSimpleName())
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
