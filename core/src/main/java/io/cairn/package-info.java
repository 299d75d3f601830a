// SPDX-License-Identifier: Apache-2.0
/**
 * The doorway: {@link io.cairn.Checkpointer} saves and resumes a training, {@link
 * io.cairn.CheckpointerBuilder} sets it up, {@link io.cairn.CheckpointEvents} tells what happens.
 */
package io.cairn;
