// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.io.IOException;

/** A tensor changed between its capture and its way to the file. The file must not be published. */
public final class TornStateException extends IOException {
  private static final long serialVersionUID = 1L;

  TornStateException(String tensor) {
    super(
        "The captured bytes of tensor '"
            + tensor
            + "' changed before they were written: something wrote into the staging memory, or the"
            + " machine's memory is failing. The snapshot is not published");
  }
}
