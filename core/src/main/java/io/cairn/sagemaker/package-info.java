// SPDX-License-Identifier: Apache-2.0
/**
 * What a SageMaker training container promises and expects: where its files are ({@link
 * io.cairn.sagemaker.ContainerPaths}), what they say ({@link io.cairn.sagemaker.ContainerConfig},
 * {@link io.cairn.sagemaker.Hyperparameters}), which worker this is ({@link
 * io.cairn.sagemaker.RankDetector}), what its sync agent is doing ({@link
 * io.cairn.sagemaker.SyncMarkers}), and how a failure is told ({@link
 * io.cairn.sagemaker.FailureFile}). Works without SageMaker, too: absent files mean defaults.
 */
package io.cairn.sagemaker;
