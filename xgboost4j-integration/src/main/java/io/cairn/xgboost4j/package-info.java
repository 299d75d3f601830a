// SPDX-License-Identifier: Apache-2.0
/** Checkpointed training for XGBoost4J. */
package io.cairn.xgboost4j;
