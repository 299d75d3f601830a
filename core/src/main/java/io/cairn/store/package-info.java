// SPDX-License-Identifier: Apache-2.0
/**
 * The seam to durable places: a {@link io.cairn.store.Store} holds immutable files that appear
 * whole or not at all; {@link io.cairn.store.LocalStore} keeps them in a folder.
 */
package io.cairn.store;
