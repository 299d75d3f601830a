// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's random generator of the thread that trains: dropout, noise, and data that is put into
 * order at random. Its state at the beginning of the epoch is kept, too: data that was put into
 * order then must be put into the same order when the training resumes in the middle.
 */
final class Randomness implements StateSection {
  private static final String NAME = "rng";
  private static final String NOW = "now";
  private static final String EPOCH = "epoch";

  private State epochStart = State.now();
  private State resumed = State.now();

  /** The two halves of a generator's state. */
  private record State(long root, long node) {

    static State now() {
      Random random = Nd4j.getRandom();
      return new State(random.rootState(), random.nodeState());
    }

    void set() {
      Nd4j.getRandom().setStates(root, node);
    }

    void capture(SectionSink section, String name) {
      section.value(name + "_root", root).value(name + "_node", node);
    }

    static State of(SectionSource section, String name) throws CheckpointException {
      return new State(section.longValue(name + "_root"), section.longValue(name + "_node"));
    }
  }

  /** Before the data of an epoch is put into order. */
  void epochBegins() {
    epochStart = State.now();
  }

  /** Goes back to the beginning of the epoch that was resumed. */
  void rewindToEpochStart() {
    epochStart.set();
  }

  /** Goes on from where the training was resumed. */
  void goOn() {
    resumed.set();
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section = sink.section(NAME);
    State.now().capture(section, NOW);
    epochStart.capture(section, EPOCH);
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    State now = State.of(section, NOW);
    State epoch = State.of(section, EPOCH);
    source.afterwards(
        () -> {
          now.set();
          resumed = now;
          epochStart = epoch;
        });
  }
}
