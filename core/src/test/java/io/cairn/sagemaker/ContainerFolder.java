// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a container, for tests. */
record ContainerFolder(ContainerPaths paths) {

  static ContainerFolder in(Path base) {
    return new ContainerFolder(new ContainerPaths(base));
  }

  ContainerFolder hyperparameters(String json) throws IOException {
    return write(paths.hyperparameters(), json);
  }

  ContainerFolder resourceConfig(String json) throws IOException {
    return write(paths.resourceConfig(), json);
  }

  ContainerFolder checkpointConfig(String json) throws IOException {
    return write(paths.checkpointConfig(), json);
  }

  private ContainerFolder write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }
}
