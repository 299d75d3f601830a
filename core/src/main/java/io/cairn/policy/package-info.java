// SPDX-License-Identifier: Apache-2.0
/**
 * When to save ({@link io.cairn.policy.SavePolicy}), what to keep ({@link
 * io.cairn.policy.RetentionPolicy}), what a failed save means ({@link
 * io.cairn.policy.FailurePolicy}): pure functions from small facts to a decision. No clock, no
 * files, no threads; the text of each policy is what logs say.
 */
package io.cairn.policy;
