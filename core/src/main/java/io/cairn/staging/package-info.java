// SPDX-License-Identifier: Apache-2.0
/**
 * The copy of a training's state between training and files, both ways: {@link
 * io.cairn.staging.StateCapture} copies it into staged bytes, {@link io.cairn.staging.StateRestore}
 * copies verified bytes back. Not for import by users.
 */
package io.cairn.staging;
