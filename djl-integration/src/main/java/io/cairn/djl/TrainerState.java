// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.Trainer;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import io.cairn.CheckpointedSections;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.List;

/** What one trainer has of a training's state: its model, optimizer, metrics and listeners. */
final class TrainerState implements StateSection {
  private final Optimizer optimizer;
  private final List<StateSection> sections;

  TrainerState(Trainer trainer) {
    this.optimizer = LiveParameters.optimizerOf(trainer);
    LiveParameters parameters = new LiveParameters(trainer);
    SymbolBlocks.warn(trainer.getModel().getBlock());
    OwnFields.warn(trainer, optimizer);
    this.sections =
        List.of(
            new ParameterSection(parameters),
            new ParameterFileSection(trainer, parameters),
            new OptimizerSection(optimizer, parameters),
            new MetricsSection(trainer),
            new ListenerSection(trainer),
            own(trainer, optimizer));
  }

  /**
   * What is the user's own, and asked for its state. Two of one name are told apart by their order,
   * so what is inside of others comes after all that stand alone.
   */
  private static CheckpointedSections own(Trainer trainer, Optimizer optimizer) {
    CheckpointedSections own = new CheckpointedSections();
    trainer.notifyListeners(own::add);
    trainer.getEvaluators().forEach(own::add);
    own.add(optimizer);
    own.add(trainer.getLoss());
    Parts.of(optimizer, ParameterTracker.class).forEach(own::add);
    trainer.getEvaluators().forEach(each -> Parts.of(each, Evaluator.class).forEach(own::add));
    Parts.of(trainer.getLoss(), Evaluator.class).forEach(own::add);
    addBlocks(trainer.getModel().getBlock(), own);
    return own;
  }

  private static void addBlocks(Block block, CheckpointedSections own) {
    own.add(block);
    if (!(block instanceof SymbolBlock)) {
      block.getChildren().values().forEach(child -> addBlocks(child, own));
    }
  }

  void describe(Fingerprint.Builder facts) {
    new OptimizerState(optimizer).describe(facts);
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
}
