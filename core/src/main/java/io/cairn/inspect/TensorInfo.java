// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.TensorSpec;

/**
 * A tensor of a snapshot.
 *
 * @param part the part it lies in
 * @param section the section it belongs to
 * @param spec its name in the section, type and shape
 * @param digest of its bytes, as the file says
 */
public record TensorInfo(int part, String section, TensorSpec spec, String digest) {

  /**
   * The name that is unique in its part.
   *
   * @return as in {@code model/weights}
   */
  public String fullName() {
    return section + "/" + spec.name();
  }
}
