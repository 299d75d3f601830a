// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.training.Trainer;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The whole state of a DJL training between two steps. */
final class DjlTrainingState implements TrainingState {
  private final Trainer trainer;
  private final Collection<Trainer> others;
  private final Randomness randomness;
  private final DataPosition dataPosition;
  private final List<StateSection> sections = new ArrayList<>();
  private final Fingerprint fingerprint;

  /**
   * Finds everything there is to save.
   *
   * @param trainer an initialized trainer
   */
  DjlTrainingState(Trainer trainer) {
    this(trainer, Map.of());
  }

  /**
   * Finds everything there is to save of several trainers that are trained together.
   *
   * @param trainer the trainer that knows the epochs; initialized
   * @param others the others by name; initialized
   */
  DjlTrainingState(Trainer trainer, Map<String, Trainer> others) {
    this.trainer = trainer;
    this.others = List.copyOf(others.values());
    this.randomness = new Randomness(engine());
    this.dataPosition = new DataPosition(UserSeed.of(engine()).isPresent());
    Fingerprint.Builder facts = describe();
    TrainerState main = new TrainerState(trainer);
    main.describe(facts);
    sections.add(main);
    others.forEach((name, other) -> add(new NamedTrainer(name, other), facts));
    sections.add(randomness);
    sections.add(dataPosition);
    this.fingerprint = facts.build();
  }

  private void add(NamedTrainer other, Fingerprint.Builder facts) {
    other.describe(facts);
    sections.add(other);
  }

  /** Opens a checkpointer, with a run named after the model unless the settings name it. */
  Checkpointer open(CheckpointerBuilder settings) throws CheckpointException {
    String model = trainer.getModel().getName();
    Checkpointer opened = (model == null ? settings : settings.copy().defaultRun(model)).open(this);
    if (opened.resumedAt().step() > 0) {
      passGradientCheck(trainer);
      others.forEach(DjlTrainingState::passGradientCheck);
    }
    return opened;
  }

  /**
   * A trainer refuses its first step if all gradients add up to zero: nobody called backward. Later
   * steps may be like that, as where a loss has reached zero, and one of them is the first of a
   * resumed trainer.
   */
  private static void passGradientCheck(Trainer trainer) {
    Internals.setIfThere(Trainer.class, "gradientsChecked", trainer, true);
  }

  /** What makes the training's randomness a function of its position. */
  Randomness randomness() {
    return randomness;
  }

  /** What is known of the training data, and how much of it was read in this epoch. */
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

  @Override
  public void restore(StateSource source) throws CheckpointException {
    for (StateSection section : sections) {
      section.restore(source);
    }
  }

  private Engine engine() {
    return trainer.getManager().getEngine();
  }

  private Fingerprint.Builder describe() {
    Engine engine = engine();
    Fingerprint.Builder facts =
        Fingerprint.builder()
            .identity("framework", "djl")
            .environment("djl", Engine.getDjlVersion())
            .environment("engine", engine.getEngineName() + " " + engine.getVersion())
            .environment("devices", devices())
            .processor()
            .environment("prefetch", trainer.getExecutorService().isPresent());
    randomness.describe(facts);
    EngineFacts.describe(engine, facts);
    return facts;
  }

  private String devices() {
    return Arrays.stream(trainer.getDevices())
        .map(Device::toString)
        .collect(Collectors.joining(" "));
  }
}
