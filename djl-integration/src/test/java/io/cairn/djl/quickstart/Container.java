// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder laid out as SageMaker lays out {@code /opt/ml} in a training container. */
record Container(Path base) {

  /** Writes the files that SageMaker would. */
  static Container create(Path base, int everySteps) throws IOException {
    Path config = Files.createDirectories(base.resolve("input/config"));
    Files.createDirectories(base.resolve("output"));
    Files.writeString(
        config.resolve("hyperparameters.json"),
        """
        {"checkpoint_every_steps": "%d", "checkpoint_keep_last": "4"}
        """
            .formatted(everySteps));
    Files.writeString(
        config.resolve("resourceconfig.json"),
        """
        {"current_host": "algo-1", "hosts": ["algo-1"], "network_interface_name": "eth0"}
        """);
    Container container = new Container(base);
    Files.writeString(
        config.resolve("checkpointconfig.json"),
        """
        {"LocalPath": "%s"}
        """
            .formatted(container.checkpoints()));
    return container;
  }

  Path checkpoints() {
    return base.resolve("checkpoints");
  }
}
