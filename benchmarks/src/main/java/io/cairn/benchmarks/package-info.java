// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks: ours, the peers' and the physical limit in one run. One class a question; {@link
 * io.cairn.benchmarks.Benchmarks} runs them and holds the figures against the goals.
 */
package io.cairn.benchmarks;
