// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.model.ConfigurationException;
import io.cairn.model.Rank;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds out which worker this is. Asks, in this order: the explicit setting, torchrun, Open MPI,
 * PMI, MVAPICH2, Slurm, LSF, Kubernetes, DMLC, the job's machines; who tells nothing is passed
 * over. If none tells anything, there is one worker.
 */
public final class RankDetector {
  private static final String WAY_OUT =
      "; start every worker by the launcher, or remove its variables, or set checkpoint_rank and"
          + " checkpoint_world_size";

  private final Map<String, String> environment;
  private final Optional<ResourceConfig> resources;

  /**
   * A detector of one process.
   *
   * @param environment the environment variables
   * @param resources the job's machines, where they are known
   */
  public RankDetector(Map<String, String> environment, Optional<ResourceConfig> resources) {
    this.environment = Map.copyOf(environment);
    this.resources = resources;
  }

  /**
   * The variables by which launchers tell a process its rank.
   *
   * @return their names
   */
  public static Set<String> launcherVariables() {
    return Arrays.stream(Launcher.values())
        .flatMap(launcher -> Stream.of(launcher.rankVariable, launcher.sizeVariable))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Which worker this is.
   *
   * @param rank the explicit rank; needs the explicit world size
   * @param worldSize the explicit world size; alone it completes what tells a rank only, and must
   *     agree with what tells both
   * @return the worker, and what said so
   * @throws ConfigurationException if a launcher's variables are half set or malformed, or
   *     contradict the explicit world size
   */
  public DetectedRank detect(OptionalInt rank, OptionalInt worldSize) {
    if (rank.isPresent()) {
      return explicit(rank.getAsInt(), worldSize);
    }
    DetectedRank detected = detect(worldSize);
    if (worldSize.isPresent() && detected.rank().worldSize() != worldSize.getAsInt()) {
      throw problem(
          "checkpoint_world_size is "
              + worldSize.getAsInt()
              + ", but this is "
              + detected
              + "; set checkpoint_rank, too, or leave both out");
    }
    return detected;
  }

  private static DetectedRank explicit(int rank, OptionalInt worldSize) {
    if (worldSize.isEmpty()) {
      throw problem("checkpoint_rank is " + rank + ", but checkpoint_world_size is not set");
    }
    try {
      return new DetectedRank(new Rank(rank, worldSize.getAsInt()), "the settings");
    } catch (IllegalArgumentException outOfRange) {
      throw problem(outOfRange.getMessage());
    }
  }

  private DetectedRank detect(OptionalInt worldSize) {
    for (Launcher launcher : Launcher.values()) {
      if (launcher.isPresent(environment, worldSize)) {
        return launched(launcher, worldSize);
      }
    }
    return resources
        .map(RankDetector::host)
        .orElseGet(() -> new DetectedRank(Rank.SINGLE, "no launcher and no resource config"));
  }

  private DetectedRank launched(Launcher launcher, OptionalInt worldSize) {
    String rankText = launcher.rank(environment);
    String sizeText = launcher.worldSize(environment, worldSize);
    try {
      Rank rank = new Rank(Integer.parseInt(rankText), Integer.parseInt(sizeText));
      return new DetectedRank(rank, launcher.toString());
    } catch (IllegalArgumentException malformed) {
      throw problem(
          launcher.label
              + " must set "
              + launcher.rankVariable
              + " and "
              + launcher.sizeVariable
              + " to numbers with 0 <= rank < world size <= "
              + Rank.MAX_WORLD_SIZE
              + ", but they are "
              + shown(rankText)
              + " and "
              + shown(sizeText)
              + WAY_OUT);
    }
  }

  private static DetectedRank host(ResourceConfig resources) {
    List<String> hosts = resources.trainingHosts();
    Rank rank = new Rank(hosts.indexOf(resources.currentHost()), hosts.size());
    String scope =
        resources.isGrouped() ? "instance group " + resources.currentGroup().orElseThrow() : "job";
    return new DetectedRank(
        rank, resources.currentHost() + " among the sorted hosts of the " + scope);
  }

  private static String shown(String value) {
    return value.isEmpty() ? "unset" : "'" + Shown.of(value) + "'";
  }

  private static ConfigurationException problem(String line) {
    return new ConfigurationException(List.of(line));
  }
}
