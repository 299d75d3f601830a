// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.sagemaker.CheckpointSettings;
import io.cairn.sagemaker.ContainerConfig;
import io.cairn.sagemaker.ContainerPaths;
import io.cairn.sagemaker.Hyperparameters;
import io.cairn.sagemaker.Quotes;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import io.cairn.store.s3.S3Store;
import io.cairn.store.s3.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the place that an argument names. The only class that knows which kinds there are. */
final class StoreLocator {
  private static final String S3 = "s3://";
  private static final String JOB = "sagemaker:";

  private final Map<String, String> environment;

  StoreLocator(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Where the job of this container keeps its snapshots. */
  String defaultPlace() {
    return usualPlace(ContainerPaths.locate(Optional.empty(), environment));
  }

  /** Where a job keeps its snapshots. */
  String usualPlace(ContainerPaths paths) {
    List<String> ignored = new ArrayList<>();
    ContainerConfig container = ContainerConfig.read(paths, environment, ignored);
    CheckpointSettings settings = Hyperparameters.read(container.hyperparameters(), ignored);
    return settings.folder(container, paths).toString();
  }

  /**
   * Opens a place.
   *
   * @throws CliException if it is not there
   */
  Store open(String place) throws CliException {
    if (isS3(place)) {
      return s3(place);
    }
    Path folder = path(place);
    if (!Files.isDirectory(folder)) {
      throw new CliException(
          Files.exists(folder)
              ? "'" + place + "' is no folder and no file of a snapshot"
              : "there is no folder '" + place + "'");
    }
    return LocalStore.in(folder);
  }

  /**
   * Opens a place that files are to be written to.
   *
   * @throws CliException if it cannot be one
   */
  Store create(String place) throws CliException {
    if (isS3(place)) {
      return s3(place);
    }
    Path folder = path(place);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new CliException("'" + place + "' is no folder");
    }
    return LocalStore.in(folder);
  }

  private static Store s3(String place) throws CliException {
    try {
      return S3Store.at(place.startsWith(JOB) ? placeOf(place.substring(JOB.length())) : place);
    } catch (IllegalArgumentException | IOException e) {
      throw new CliException(e.getMessage());
    } catch (NoClassDefFoundError e) {
      throw new CliException(
          place
              + " needs the AWS SDK, which is not on the class path; use the jar that ends in"
              + " -cli.jar, or add software.amazon.awssdk:s3 and url-connection-client");
    }
  }

  private static String placeOf(String job) throws CliException, IOException {
    return TrainingJob.snapshotsUri(job)
        .map(uri -> Quotes.strip(uri).strip())
        .orElseThrow(
            () ->
                new CliException(
                    "training job '"
                        + job
                        + "' has neither a checkpoint configuration nor the hyperparameter"
                        + " checkpoint_s3_uri: it keeps no snapshots in S3"));
  }

  /** Whether a place is in S3: {@code s3://bucket/prefix} or {@code sagemaker:job}. */
  static boolean isS3(String place) {
    return place.startsWith(S3) || place.startsWith(JOB);
  }

  /** The local file an argument names, if it does. */
  static Optional<Path> file(String place) {
    try {
      Path path = Path.of(place);
      return Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  static boolean isFolder(String place) {
    try {
      return Files.isDirectory(Path.of(place));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path path(String place) throws CliException {
    try {
      return Path.of(place);
    } catch (InvalidPathException e) {
      throw new CliException("'" + place + "' cannot be a path: " + e.getReason());
    }
  }
}
