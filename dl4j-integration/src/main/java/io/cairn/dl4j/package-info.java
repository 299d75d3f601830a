// SPDX-License-Identifier: Apache-2.0
/** Checkpoint listeners for Deeplearning4j. */
package io.cairn.dl4j;
