// SPDX-License-Identifier: Apache-2.0
/**
 * Looking at snapshots without the training that wrote them: what is there, whether it is sound,
 * what is in it, what changed. Only reads; damage is a result, not an exception.
 */
package io.cairn.inspect;
