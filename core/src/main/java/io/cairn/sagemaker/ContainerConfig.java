// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a training container says of its job, read once. Outside of a container all of it is empty.
 *
 * @param hyperparameters the job's hyperparameters: the values as plain texts, freed of the quotes
 *     that some versions of the SageMaker SDK put around them
 * @param resources the job's machines
 * @param checkpointFolder the folder that SageMaker keeps in step with S3; present only if the job
 *     has a checkpoint configuration
 * @param jobName the training job's name
 */
public record ContainerConfig(
    SortedMap<String, String> hyperparameters,
    Optional<ResourceConfig> resources,
    Optional<Path> checkpointFolder,
    Optional<String> jobName) {

  /**
   * Copies the hyperparameters.
   *
   * @param hyperparameters the job's hyperparameters
   * @param resources the job's machines
   * @param checkpointFolder the folder that SageMaker keeps in step with S3
   * @param jobName the training job's name
   */
  public ContainerConfig {
    hyperparameters = Collections.unmodifiableSortedMap(new TreeMap<>(hyperparameters));
  }

  /**
   * Reads all files. A file that is absent is no problem, one that cannot be used is; then what it
   * would have said is empty.
   *
   * @param paths where the files are
   * @param environment the environment variables
   * @param problems receives one line for each problem, which names the file
   * @return what could be read
   */
  public static ContainerConfig read(
      ContainerPaths paths, Map<String, String> environment, List<String> problems) {
    return new ContainerConfig(
        hyperparameters(ConfigFile.read(paths.hyperparameters(), problems).orElse(Map.of())),
        ResourceConfigReader.read(paths.resourceConfig(), problems),
        checkpointFolder(paths, problems),
        variable("TRAINING_JOB_NAME", environment));
  }

  private static SortedMap<String, String> hyperparameters(Map<?, ?> members) {
    SortedMap<String, String> texts = new TreeMap<>();
    members.forEach(
        (name, value) -> {
          if (value != null) {
            texts.put(name.toString(), Quotes.strip(value.toString()));
          }
        });
    return texts;
  }

  private static Optional<Path> checkpointFolder(ContainerPaths paths, List<String> problems) {
    Path file = paths.checkpointConfig();
    Optional<Map<?, ?>> members = ConfigFile.read(file, problems);
    if (members.isEmpty()) {
      return Optional.empty();
    }
    Object localPath = members.get().get("LocalPath");
    if (localPath == null) {
      return Optional.of(paths.checkpoints());
    }
    if (localPath instanceof String text && !text.isBlank()) {
      try {
        return Optional.of(Path.of(text));
      } catch (InvalidPathException invalid) {
        // Said below.
      }
    }
    problems.add(
        file + ": LocalPath must be a path, but is '" + Shown.of(localPath.toString()) + "'");
    return Optional.empty();
  }

  /**
   * Why the job cannot have new files written over dropped ones.
   *
   * @return what is wrong if the setting asks for it; empty if nobody else reads the folder
   */
  public Optional<String> whyNoReuse() {
    return checkpointFolder.map(
        folder ->
            "checkpoint_reuse_files is true, but the job has a checkpoint configuration:"
                + " SageMaker's sync agent may still be reading a file that is written over; leave"
                + " it out");
  }

  private static Optional<String> variable(String name, Map<String, String> environment) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
