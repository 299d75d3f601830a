// SPDX-License-Identifier: Apache-2.0
/**
 * The quickstart: {@link io.cairn.djl.quickstart.BankTraining} is a training script as a user would
 * write it, {@link io.cairn.djl.quickstart.Quickstart} runs it as SageMaker would, kills it, and
 * compares.
 */
package io.cairn.djl.quickstart;
