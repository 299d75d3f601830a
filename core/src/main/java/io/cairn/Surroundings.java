// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.sagemaker.CheckpointSettings;
import io.cairn.sagemaker.ContainerConfig;
import io.cairn.store.Folders;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the job around the training means for its snapshots.
 *
 * @param synced whether SageMaker keeps the folder in step with S3
 * @param warnings why snapshots may be lost, each in one line
 */
record Surroundings(boolean synced, List<String> warnings) {

  /**
   * Compares what the job says with what was chosen.
   *
   * @param store where snapshots are kept
   * @param chosen whether code chose that place
   * @param mirrored whether snapshots are uploaded by us
   */
  static Surroundings of(
      ContainerConfig container,
      CheckpointSettings told,
      Store store,
      boolean chosen,
      boolean mirrored) {
    Optional<Path> folder = container.checkpointFolder();
    boolean synced = folder.filter(path -> isSame(store, path)).isPresent();
    List<String> warnings = new ArrayList<>();
    if (folder.isPresent() && !synced && !mirrored) {
      warnings.add(
          "Snapshots go to "
              + store
              + ", but SageMaker uploads only what is in "
              + folder.get()
              + " (LocalPath of checkpointconfig.json): all are lost with the machine. Remove the"
              + " place from the code, or set LocalPath to it");
    }
    told.localPath()
        .filter(path -> !chosen && folder.isPresent() && !isSame(store, path))
        .ifPresent(
            path ->
                warnings.add(
                    "checkpoint_local_path "
                        + path
                        + " is not used: LocalPath of checkpointconfig.json is "
                        + folder.get()
                        + ". Remove the hyperparameter"));
    unwritable(store)
        .ifPresent(
            path ->
                warnings.add(
                    "Snapshots cannot be saved in "
                        + store
                        + ": "
                        + path
                        + " is not writable for this process. Mount it writable, run as a user who"
                        + " may write there, or choose another place (checkpoint_local_path)"));
    if (folder.isEmpty() && !mirrored && !chosen && container.jobName().isPresent()) {
      warnings.add(
          "Training job "
              + container.jobName().get()
              + " has no checkpoint configuration: SageMaker uploads no snapshot, all are lost with"
              + " the machine, and a spot job that is interrupted starts from the beginning. Give"
              + " the estimator a checkpoint_s3_uri (CheckpointConfig.S3Uri), or set the"
              + " hyperparameter of that name");
    }
    return new Surroundings(synced, List.copyOf(warnings));
  }

  /** The same, with one more warning. */
  Surroundings and(Optional<String> warning) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(warning.stream().toList());
    return new Surroundings(synced, List.copyOf(all));
  }

  /** The folder, or what is there of the path to it, if nothing can be made in it. */
  private static Optional<Path> unwritable(Store store) {
    if (!(store instanceof LocalStore)) {
      return Optional.empty();
    }
    Path there = Path.of(store.toString());
    while (there != null && Files.notExists(there)) {
      there = there.getParent();
    }
    return Optional.ofNullable(there).filter(path -> !Files.isWritable(path));
  }

  private static boolean isSame(Store store, Path folder) {
    return store instanceof LocalStore
        ? Folders.areSame(Path.of(store.toString()), folder)
        : store.toString().equals(LocalStore.in(folder).toString());
  }
}
