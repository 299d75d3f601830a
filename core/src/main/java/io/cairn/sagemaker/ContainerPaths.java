// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of a training container are.
 *
 * @param base the folder above all of them; {@value #DEFAULT_BASE} in a container
 * @param checkpoints the folder for checkpoints unless something else is configured
 */
public record ContainerPaths(Path base, Path checkpoints) {

  /** The base folder in every container. */
  public static final String DEFAULT_BASE = "/opt/ml";

  /** The environment variable that moves the base folder. */
  public static final String BASE_VARIABLE = "SAGEMAKER_BASE_DIR";

  private static final String CHECKPOINTS = "checkpoints";

  /**
   * The paths below a base folder.
   *
   * @param base the folder above all of them
   */
  public ContainerPaths(Path base) {
    this(base, base.resolve(CHECKPOINTS));
  }

  /**
   * The paths under the right base folder.
   *
   * @param base the base folder if the program names one
   * @param environment the environment variables
   * @return the paths under that folder, else under that of {@value #BASE_VARIABLE}, else under
   *     {@value #DEFAULT_BASE}; where there is none of these, as on a laptop, checkpoints go to
   *     {@code checkpoints} in the working folder
   */
  public static ContainerPaths locate(Optional<Path> base, Map<String, String> environment) {
    return locate(base, environment, Path.of(DEFAULT_BASE));
  }

  /** With another folder in place of the container's. */
  static ContainerPaths locate(
      Optional<Path> base, Map<String, String> environment, Path container) {
    Optional<Path> variable =
        Optional.ofNullable(environment.get(BASE_VARIABLE))
            .filter(text -> !text.isBlank())
            .map(text -> Path.of(text.strip()));
    Optional<Path> named = base.or(() -> variable);
    if (named.isPresent() || Files.isDirectory(container)) {
      return new ContainerPaths(named.orElse(container));
    }
    return new ContainerPaths(container, Path.of(CHECKPOINTS));
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
