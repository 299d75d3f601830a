// SPDX-License-Identifier: Apache-2.0
/**
 * Checkpointed training for Deeplearning4j. Thin: it says what the whole state of a DL4J training
 * is and where its steps end; when, where and how snapshots are saved is the core's.
 */
package io.cairn.dl4j;
