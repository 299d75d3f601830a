// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.RunName;
import java.util.Optional;

/** Whether this Java runtime has a flight recorder; some are made without. */
final class FlightRecording {
  private static final String MODULE = "jdk.jfr";

  private FlightRecording() {}

  /** A listener that puts events into whatever flight recording runs. */
  static Optional<CheckpointEvents> events(RunName run) {
    return ModuleLayer.boot().findModule(MODULE).map(module -> new FlightRecorderEvents(run));
  }
}
