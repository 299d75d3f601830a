// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

/**
 * A part as it lies in a data file.
 *
 * @param header what the file says about itself
 * @param dataStart the first byte of the data region in the (not compressed) file
 * @param dataBytes the size of the data region, which ends the file
 */
public record StoredPart(PartHeader header, long dataStart, long dataBytes) {

  /**
   * Where a tensor lies.
   *
   * @param tensor a tensor of this part
   * @return its first byte in the (not compressed) file
   */
  public long position(TensorEntry tensor) {
    return Math.addExact(dataStart, tensor.offset());
  }
}
