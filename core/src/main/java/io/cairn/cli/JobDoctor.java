// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static io.cairn.cli.Diagnosis.note;
import static io.cairn.cli.Diagnosis.problem;
import static io.cairn.cli.Diagnosis.warning;

import io.cairn.commit.Catalog;
import io.cairn.commit.SetAttempt;
import io.cairn.inspect.RunListing;
import io.cairn.model.ConfigurationException;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.sagemaker.CheckpointSettings;
import io.cairn.sagemaker.ContainerConfig;
import io.cairn.sagemaker.ContainerPaths;
import io.cairn.sagemaker.DetectedRank;
import io.cairn.sagemaker.Hyperparameters;
import io.cairn.sagemaker.RankDetector;
import io.cairn.store.Folders;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what is wrong with a job's configuration. */
final class JobDoctor {
  private final ContainerPaths paths;
  private final Map<String, String> environment;
  private final Optional<Path> folder;
  private final List<Diagnosis> diagnoses = new ArrayList<>();

  /** The configuration under a base folder, for a job whose snapshots are looked for in another. */
  JobDoctor(ContainerPaths paths, Map<String, String> environment, Optional<Path> folder) {
    this.paths = paths;
    this.environment = environment;
    this.folder = folder;
  }

  /**
   * Looks at the configuration.
   *
   * @param looked the folder that was looked at, if it is there
   */
  List<Diagnosis> diagnose(Optional<Selector.Folder> looked) throws IOException {
    if (!Files.isDirectory(paths.hyperparameters().getParent())) {
      diagnoses.add(note("there is no job's configuration under " + paths.base(), ""));
      return diagnoses;
    }
    List<String> problems = new ArrayList<>();
    ContainerConfig container = ContainerConfig.read(paths, environment, problems);
    CheckpointSettings settings = Hyperparameters.read(container.hyperparameters(), problems);
    Optional<DetectedRank> worker = rank(container, settings, problems);
    if (settings.reuseFiles().orElse(false)) {
      container.whyNoReuse().ifPresent(problems::add);
    }
    if (worker.isPresent() && looked.isPresent()) {
      attempt(settings, worker.get().rank(), looked.get(), problems);
    }
    for (String problem : problems) {
      diagnoses.add(problem("the job stops at its start: " + problem, "correct it"));
    }
    worker.ifPresent(
        detected ->
            diagnoses.add(
                note("this is rank " + detected.rank() + " (from " + detected.source() + ")", "")));
    place(container, settings);
    run(settings, looked.map(open -> open.catalog().runs()).orElse(List.of()));
    return diagnoses;
  }

  private Optional<DetectedRank> rank(
      ContainerConfig container, CheckpointSettings settings, List<String> problems) {
    try {
      return Optional.of(
          new RankDetector(environment, container.resources())
              .detect(settings.rank(), settings.worldSize()));
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  /** Whether the number that is set for the attempt can be used, by what lies in the folder. */
  private void attempt(
      CheckpointSettings settings, Rank rank, Selector.Folder open, List<String> problems)
      throws IOException {
    List<RunName> runs =
        settings
            .run()
            .map(List::of)
            .orElseGet(() -> open.catalog().runs().stream().map(RunListing::run).toList());
    if (settings.attempt().isEmpty()) {
      return;
    }
    boolean isRunKnown = settings.run().isPresent() || runs.equals(List.of(RunName.UNNAMED));
    for (RunName run : runs) {
      SetAttempt attempt = new SetAttempt(run, rank, settings.attempt().getAsInt());
      Optional<String> why = unusable(attempt, open.store());
      if (why.isPresent() && isRunKnown) {
        problems.add(why.get());
      } else if (why.isPresent()) { // the code may name any of them
        diagnoses.add(
            warning(
                "if the job's run is '" + run + "', it stops at its start: " + why.get(),
                "correct it, or set checkpoint_run if it is another"));
      }
    }
  }

  private static Optional<String> unusable(SetAttempt attempt, Store store) throws IOException {
    Catalog catalog = Catalog.read(store, attempt.run());
    List<String> abandoned = store.abandoned();
    return attempt
        .usedBefore(catalog, abandoned, store)
        .or(() -> attempt.over(catalog.highestAttempt(abandoned), store));
  }

  private void place(ContainerConfig container, CheckpointSettings settings) {
    Path used = settings.folder(container, paths);
    if (folder.isPresent() && !Folders.areSame(used, folder.get())) {
      diagnoses.add(
          warning(
              "the job keeps its snapshots in " + used + ", but this looked at " + folder.get(),
              "look there: cairn doctor " + used));
    }
    if (container.checkpointFolder().isEmpty() && settings.s3Uri().isEmpty()) {
      diagnoses.add(
          warning(
              "the job has no checkpoint configuration: SageMaker uploads no snapshot, and all are"
                  + " lost with the machine",
              "give the estimator a checkpoint_s3_uri (CheckpointConfig.S3Uri), or set the"
                  + " hyperparameter of that name"));
    } else if (container.checkpointFolder().isPresent()
        && settings.localPath().filter(path -> !Folders.areSame(path, used)).isPresent()) {
      diagnoses.add(
          warning(
              "checkpoint_local_path "
                  + settings.localPath().get()
                  + " is not used: LocalPath is "
                  + used,
              "remove the hyperparameter"));
    }
  }

  private void run(CheckpointSettings settings, List<RunListing> runs) {
    settings
        .run()
        .filter(name -> !runs.isEmpty())
        .filter(name -> runs.stream().noneMatch(run -> run.run().equals(name)))
        .ifPresent(
            name ->
                diagnoses.add(
                    warning(
                        "the job's run '" + name + "' has no snapshots here, other runs have",
                        "if it should go on with one of those, correct checkpoint_run")));
  }
}
