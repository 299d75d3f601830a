// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of a training container are.
 *
 * @param base the folder above all of them; {@value #DEFAULT_BASE} in a container
 */
public record ContainerPaths(Path base) {

  /** The base folder in every container. */
  public static final String DEFAULT_BASE = "/opt/ml";

  /** The environment variable that moves the base folder. */
  public static final String BASE_VARIABLE = "SAGEMAKER_BASE_DIR";

  /**
   * The paths under the right base folder.
   *
   * @param base the base folder if the program names one
   * @param environment the environment variables
   * @return the paths under that folder, else under that of {@value #BASE_VARIABLE}, else under
   *     {@value #DEFAULT_BASE}
   */
  public static ContainerPaths locate(Optional<Path> base, Map<String, String> environment) {
    String variable = environment.getOrDefault(BASE_VARIABLE, "");
    return new ContainerPaths(
        base.orElseGet(() -> Path.of(variable.isBlank() ? DEFAULT_BASE : variable.strip())));
  }

  /**
   * The job's hyperparameters.
   *
   * @return {@code input/config/hyperparameters.json}
   */
  public Path hyperparameters() {
    return config("hyperparameters.json");
  }

  /**
   * The job's machines.
   *
   * @return {@code input/config/resourceconfig.json}
   */
  public Path resourceConfig() {
    return config("resourceconfig.json");
  }

  /**
   * The job's checkpoint configuration; exists only if the job has one.
   *
   * @return {@code input/config/checkpointconfig.json}
   */
  public Path checkpointConfig() {
    return config("checkpointconfig.json");
  }

  /**
   * The folder for checkpoints unless something else is configured.
   *
   * @return {@code checkpoints}
   */
  public Path checkpoints() {
    return base.resolve("checkpoints");
  }

  /**
   * The file whose text becomes the job's failure reason.
   *
   * @return {@code output/failure}
   */
  public Path failure() {
    return base.resolve("output").resolve("failure");
  }

  private Path config(String name) {
    return base.resolve("input").resolve("config").resolve(name);
  }
}
