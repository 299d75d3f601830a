// SPDX-License-Identifier: Apache-2.0
/**
 * The rehearsal of an interruption: {@link io.cairn.rehearsal.Rehearsal} runs any training command
 * in a model of what SageMaker promises (folders, configuration, sync agent, spot interruption, new
 * machines filled from S3 alone) and says whether it survived. For tests and the command line.
 */
package io.cairn.rehearsal;
