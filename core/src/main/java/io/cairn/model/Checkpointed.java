// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.function.Consumer;

/**
 * Implemented by an object of the user's (a listener, an evaluator, an iterator, ...) whose state
 * is to be part of every snapshot; the integrations say which objects they ask.
 *
 * <pre>{@code
 * class BestScore implements Checkpointed {
 *   private double best = Double.MAX_VALUE;
 *
 *   public void capture(SectionSink sink) {
 *     sink.value("best", best);
 *   }
 *
 *   public void restore(SectionSource source, Consumer<Runnable> afterwards)
 *       throws CheckpointException {
 *     double saved = source.doubleValue("best");
 *     afterwards.accept(() -> best = saved);
 *   }
 * }
 * }</pre>
 */
public interface Checkpointed {

  /**
   * The name of the section that holds the state; equal in every attempt. Two objects of the same
   * name are told apart by their order.
   *
   * @return 1 to 48 letters, digits, {@code -}, {@code _} or {@code .}; by default the simple name
   *     of the class
   */
  default String checkpointName() {
    return getClass().getSimpleName();
  }

  /**
   * Names the state, between two steps. It is copied before training goes on.
   *
   * @param sink takes tensors and values
   */
  void capture(SectionSink sink);

  /**
   * Says where saved state goes, without changing anything yet. Not called when the snapshot was
   * taken by a training without this object.
   *
   * @param source gives tensors and values; tensors are filled when the whole snapshot was found to
   *     fit
   * @param afterwards takes what there is to change beside the tensors; done last
   * @throws CheckpointException if the saved state does not fit
   */
  void restore(SectionSource source, Consumer<Runnable> afterwards) throws CheckpointException;
}
