// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.CheckpointedSections;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.List;

/**
 * The state of listeners, of what ends the training early, and of the iterator, if these are {@link
 * Checkpointed}. The iterator is always the newest, for a loop may make one for each epoch.
 */
final class OwnState implements StateSection {
  private final List<?> others;
  private final IteratorEpochs epochs;
  private Object iterator;
  private boolean restored;

  OwnState(List<?> others, IteratorEpochs epochs, TrainingData<?> data) {
    this.others = others;
    this.epochs = epochs;
    iterator(data);
  }

  /** Takes another iterator, if its name is one. */
  void iterator(TrainingData<?> data) {
    iterator = data.iterator();
    all();
  }

  void requireNotRestored() {
    if (restored) {
      throw new IllegalStateException(
          "Saved state was put into the "
              + iterator.getClass().getName()
              + " that resume was given first, but nothing was read of it, and now resume is given"
              + " another iterator, which does not have that state. Train on the first one; a loop"
              + " that makes its data anew asks for the next after network.fit.");
    }
  }

  private CheckpointedSections ofOthers() {
    CheckpointedSections sections = new CheckpointedSections();
    others.forEach(sections::add);
    return sections;
  }

  private CheckpointedSections all() {
    CheckpointedSections sections = ofOthers();
    sections.add(iterator);
    return sections;
  }

  @Override
  public void capture(StateSink sink) {
    all().capture(sink);
  }

  /** What is made for a new epoch does not go on from the end of the one before. */
  @Override
  public void restore(StateSource source) throws CheckpointException {
    if (epochs.savedAtItsEnd()) {
      ofOthers().restore(source);
    } else {
      all().restore(source);
      source.afterwards(() -> restored = iterator instanceof Checkpointed);
    }
  }
}
