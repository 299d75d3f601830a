// SPDX-License-Identifier: Apache-2.0
/**
 * Checkpointed training for the Deep Java Library. Thin: it says what the whole state of a DJL
 * training is and where its steps end; when, where and how snapshots are saved is the core's.
 * Nothing here depends on a particular engine.
 */
package io.cairn.djl;
