// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks: ours, the peers' and the physical limit in one run. */
package io.cairn.benchmarks;
