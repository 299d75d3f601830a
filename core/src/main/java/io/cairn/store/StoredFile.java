// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

/**
 * A published file.
 *
 * @param name its plain name
 * @param bytes its size
 */
public record StoredFile(String name, long bytes) {}
