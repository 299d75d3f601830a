// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * What a training implements to be saved and resumed: it names its state, and Cairn copies it. All
 * methods are called on the training thread, between two steps.
 *
 * <pre>{@code
 * public void capture(StateSink sink) {
 *   sink.section("model").tensor(new TensorSpec("weights", DType.F64, List.of(10L)),
 *       TensorMemory.of(weights)).value("bias", bias);
 * }
 *
 * public void restore(StateSource source) throws CheckpointException {
 *   SectionSource model = source.section("model");
 *   model.tensor(new TensorSpec("weights", DType.F64, List.of(10L)), TensorMemory.of(weights));
 *   double savedBias = model.doubleValue("bias");
 *   source.afterwards(() -> bias = savedBias);
 * }
 * }</pre>
 */
public interface TrainingState {

  /**
   * What makes snapshots compatible with this training.
   *
   * @return the facts; asked once, before the restore
   */
  Fingerprint fingerprint();

  /**
   * Whether ranks hold state of their own.
   *
   * @return by default, that everything is the same on all ranks
   */
  default Sharing sharing() {
    return Sharing.SAME_ON_ALL_RANKS;
  }

  /**
   * Names the whole state, section by section. The copy is made right after this method returned
   * and before training goes on; the memory named must stay as it is until then.
   *
   * @param sink takes the sections
   */
  void capture(StateSink sink);

  /**
   * Says where the state of a snapshot goes. The snapshot's digests were all checked before. This
   * method must not change the training itself: tensors are only named here, and are copied when
   * the method has returned and everything was found to fit; what else there is to change is done
   * by actions handed to {@link StateSource#afterwards}. So a snapshot that does not fit changes
   * nothing.
   *
   * @param source gives the sections
   * @throws CheckpointException if the snapshot does not fit this training
   */
  void restore(StateSource source) throws CheckpointException;
}
