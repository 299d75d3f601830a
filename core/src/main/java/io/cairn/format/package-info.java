// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes to values and back: data files ({@link io.cairn.format.PartHeader}, plain or compressed by
 * {@link io.cairn.format.ZstdSink}), manifests ({@link io.cairn.format.ManifestCodec}) and strict
 * JSON ({@link io.cairn.format.Json}). Knows no paths, no threads and no clock. The specification
 * is {@code docs/FORMAT.md}; tests hold it against this code.
 */
package io.cairn.format;
