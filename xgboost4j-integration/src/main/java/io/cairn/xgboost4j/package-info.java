// SPDX-License-Identifier: Apache-2.0
/**
 * Checkpointed training for XGBoost4J. Thin: it says what the whole state of a boosting is and
 * makes every boundary between two rounds a place to go on from with the same bits; when, where and
 * how snapshots are saved is the core's.
 */
package io.cairn.xgboost4j;
