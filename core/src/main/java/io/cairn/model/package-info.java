// SPDX-License-Identifier: Apache-2.0
/**
 * The values everything else speaks in, what a training implements to be saved ({@link
 * io.cairn.model.TrainingState}), and the errors. Imports nothing else of Cairn.
 */
package io.cairn.model;
