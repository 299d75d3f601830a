// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.TensorSpec;

/**
 * A tensor in a data file.
 *
 * @param spec its name in its section, type and shape
 * @param offset its first byte in the data region
 * @param digest the digest of its bytes, not compressed
 */
public record TensorEntry(TensorSpec spec, long offset, Digest digest) {}
