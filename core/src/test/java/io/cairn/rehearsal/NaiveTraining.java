// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A training that saves by its own means, well or badly. */
final class NaiveTraining {
  private final Path state;
  private long step;
  private long value;

  private NaiveTraining(Path base) {
    state = base.resolve("checkpoints/state.txt");
  }

  /** How it treats its state. */
  enum Manner {
    /** Saves nothing. */
    FORGETS,
    /** Saves, and never loads. */
    BEGINS_ANEW,
    /** Loads the step, and not the value. */
    LOSES_THE_VALUE,
    /** Ends with status 3 when there is something to load. */
    FAILS,
    /** Saves and loads all. */
    RESUMES
  }

  /**
   * Trains to the end.
   *
   * @param arguments the manner, steps, milliseconds of each, the base folder
   */
  public static void main(String[] arguments) throws Exception {
    Path base = Path.of(arguments[3]);
    NaiveTraining training = new NaiveTraining(base);
    Manner manner = Manner.valueOf(arguments[0]);
    training.load(manner);
    while (training.step < Long.parseLong(arguments[1])) {
      Thread.sleep(Long.parseLong(arguments[2]));
      training.step++;
      training.value = training.value * 31 + training.step;
      System.out.println("finished step " + training.step);
      if (manner != Manner.FORGETS) {
        training.save();
      }
    }
    Files.writeString(base.resolve("model/value.txt"), String.valueOf(training.value));
  }

  private void load(Manner manner) throws Exception {
    if (!Files.exists(state) || manner == Manner.BEGINS_ANEW) {
      return;
    }
    if (manner == Manner.FAILS) {
      System.out.println("There should be nothing here");
      System.exit(3);
    }
    String[] saved = Files.readString(state).split(" ", -1);
    step = Long.parseLong(saved[0]);
    value = manner == Manner.LOSES_THE_VALUE ? 0 : Long.parseLong(saved[1]);
  }

  private void save() throws Exception {
    Path temporary = state.resolveSibling("state.txt.sagemaker-ignore");
    Files.writeString(temporary, step + " " + value);
    Files.move(temporary, state, StandardCopyOption.ATOMIC_MOVE);
  }
}
