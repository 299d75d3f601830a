// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.io.IOException;
import java.util.Optional;

/** A tensor changed between its capture and its way to the file. The file must not be published. */
public final class TornStateException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The tensor is not known if it changed back since. */
  TornStateException(Optional<String> tensor) {
    super(
        "The captured bytes of "
            + tensor.map(name -> "tensor '" + name + "'").orElse("a tensor")
            + " changed before they were written: something wrote into the staging memory, or the"
            + " machine's memory is failing. The snapshot is not published");
  }
}
