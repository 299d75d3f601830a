// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cairn.model.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RankDetectorTest {
  private static final OptionalInt OPEN = OptionalInt.empty();
  private static final Optional<ResourceConfig> NO_RESOURCES = Optional.empty();

  @Test
  void withoutAnyHintThereIsOneWorker() {
    assertThat(detect(Map.of())).hasToString("rank 0/1 (from no launcher and no resource config)");
  }

  @Test
  void theExplicitRankWinsOverAll() {
    RankDetector detector =
        new RankDetector(Map.of("RANK", "0", "WORLD_SIZE", "8"), Optional.of(hosts("algo-1")));

    assertThat(detector.detect(OptionalInt.of(2), OptionalInt.of(4)))
        .hasToString("rank 2/4 (from the settings)");
  }

  @ParameterizedTest
  @CsvSource({
    "RANK, WORLD_SIZE, torchrun",
    "OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE, Open MPI",
    "PMI_RANK, PMI_SIZE, 'PMI (MPICH, Intel MPI)'",
    "MV2_COMM_WORLD_RANK, MV2_COMM_WORLD_SIZE, MVAPICH2",
    "SLURM_PROCID, SLURM_NTASKS, Slurm",
    "JSM_NAMESPACE_RANK, JSM_NAMESPACE_SIZE, LSF",
    "DMLC_TASK_ID, DMLC_NUM_WORKER, DMLC (XGBoost)"
  })
  void eachLauncherIsBelieved(String rank, String size, String launcher) {
    assertThat(detect(Map.of(rank, "3", size, "8")))
        .hasToString("rank 3/8 (from " + launcher + ": " + rank + ", " + size + ")");
  }

  @Test
  void launchersAreAskedInTheirOrder() {
    Map<String, String> environment = new HashMap<>();
    Launcher[] launchers = Launcher.values();
    for (int i = launchers.length - 1; i >= 0; i--) {
      environment.put(launchers[i].rankVariable, Integer.toString(i));
      environment.put(launchers[i].sizeVariable, "9");
      DetectedRank detected =
          new RankDetector(environment, NO_RESOURCES).detect(OPEN, OptionalInt.of(9));

      assertThat(detected.source()).isEqualTo(launchers[i].toString());
      assertThat(detected.rank().index()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SLURM", "KUBERNETES"},
      mode = EnumSource.Mode.EXCLUDE)
  void halfSetVariablesAreAProblem(Launcher launcher) {
    assertProblem(
        Map.of(launcher.rankVariable, "0"),
        launcher.label
            + " must set "
            + launcher.rankVariable
            + " and "
            + launcher.sizeVariable
            + " to numbers with 0 <= rank < world size <= 99999, but they are '0' and unset; start"
            + " every worker by the launcher, or remove its variables, or set checkpoint_rank and"
            + " checkpoint_world_size");
    assertProblem(Map.of(launcher.sizeVariable, "2"), "but they are unset and '2'; start");
  }

  @ParameterizedTest
  @CsvSource({"x, 2", "-1, 2", "2, 2", "0, 0", "0, 100000", "0, 1e1", "99999999999, 2"})
  void malformedVariablesAreAProblem(String rank, String size) {
    assertProblem(
        Map.of("RANK", rank, "WORLD_SIZE", size),
        "but they are '" + rank + "' and '" + size + "'; start");
  }

  @Test
  void blankVariablesAreUnset() {
    assertThat(detect(Map.of("RANK", "", "WORLD_SIZE", " ")).rank()).hasToString("0/1");
  }

  @ParameterizedTest
  @CsvSource({"bash", "interactive"})
  void anInteractiveShellOfSlurmHasNoRank(String jobName) {
    assertThat(
            detect(Map.of("SLURM_JOB_NAME", jobName, "SLURM_PROCID", "0", "SLURM_NTASKS", "4"))
                .rank())
        .hasToString("0/1");
  }

  @Test
  void aSlurmAllocationWithoutTasksHasNoRank() {
    assertThat(detect(Map.of("SLURM_NTASKS", "4")).rank()).hasToString("0/1");
  }

  @Test
  void aKubernetesIndexCountsOnlyWithAWorldSize() {
    RankDetector detector = new RankDetector(Map.of("JOB_COMPLETION_INDEX", "2"), NO_RESOURCES);

    assertThat(detector.detect(OPEN, OPEN).rank()).hasToString("0/1");
    assertThat(detector.detect(OPEN, OptionalInt.of(3)))
        .hasToString("rank 2/3 (from Kubernetes: JOB_COMPLETION_INDEX, checkpoint_world_size)");
  }

  @Test
  void aWorldSizeAloneMustAgreeWithWhatIsFound() {
    RankDetector detector = new RankDetector(Map.of("RANK", "1", "WORLD_SIZE", "2"), NO_RESOURCES);

    assertThat(detector.detect(OPEN, OptionalInt.of(2)).rank()).hasToString("1/2");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> detector.detect(OPEN, OptionalInt.of(4)))
        .withMessageContaining(
            "checkpoint_world_size is 4, but this is rank 1/2 (from torchrun: RANK, WORLD_SIZE);"
                + " set checkpoint_rank, too, or leave both out");
  }

  @Test
  void anExplicitRankNeedsAWorldSizeItFits() {
    RankDetector detector = new RankDetector(Map.of(), NO_RESOURCES);

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> detector.detect(OptionalInt.of(1), OPEN))
        .withMessageContaining("checkpoint_rank is 1, but checkpoint_world_size is not set");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> detector.detect(OptionalInt.of(2), OptionalInt.of(2)))
        .withMessageContaining("but is rank 2 of 2");
  }

  @Test
  void hostsAreSortedAsText() {
    String[] hosts = IntStream.rangeClosed(1, 12).mapToObj(i -> "algo-" + i).toArray(String[]::new);

    assertThat(detectHost("algo-1", hosts)).isEqualTo("0/12");
    assertThat(detectHost("algo-10", hosts)).isEqualTo("1/12");
    assertThat(detectHost("algo-2", hosts)).isEqualTo("4/12");
  }

  @Test
  void theOrderOfTheFileDoesNotMatter() {
    assertThat(detectHost("algo-3", "algo-3", "algo-1")).isEqualTo("1/2");
    assertThat(detectHost("algo-1", "algo-3", "algo-1")).isEqualTo("0/2");
  }

  @Test
  void aHostSaysItsSource() {
    ResourceConfig resources = hosts("algo-2", "algo-1");

    assertThat(new RankDetector(Map.of(), Optional.of(resources)).detect(OPEN, OPEN))
        .hasToString("rank 1/2 (from algo-2 among the sorted hosts of the job)");
  }

  @Test
  void onlyTheHostsOfTheInstanceGroupCount() {
    ResourceConfig resources =
        new ResourceConfig(
            "algo-3",
            List.of("algo-1", "algo-2", "algo-3"),
            Optional.of("gpu"),
            Map.of("cpu", List.of("algo-2"), "gpu", List.of("algo-3", "algo-1")));

    assertThat(new RankDetector(Map.of(), Optional.of(resources)).detect(OPEN, OPEN))
        .hasToString("rank 1/2 (from algo-3 among the sorted hosts of the instance group gpu)");
  }

  @Test
  void aGroupThatDoesNotHoldThisHostIsPassedOver() {
    ResourceConfig resources =
        new ResourceConfig(
            "algo-2",
            List.of("algo-1", "algo-2"),
            Optional.of("gpu"),
            Map.of("gpu", List.of("algo-1")));

    assertThat(resources.trainingHosts()).containsExactly("algo-1", "algo-2");
  }

  @Test
  void aLauncherWinsOverTheHosts() {
    RankDetector detector =
        new RankDetector(
            Map.of("OMPI_COMM_WORLD_RANK", "5", "OMPI_COMM_WORLD_SIZE", "8"),
            Optional.of(hosts("algo-1", "algo-2")));

    assertThat(detector.detect(OPEN, OPEN).rank()).hasToString("5/8");
  }

  private static DetectedRank detect(Map<String, String> environment) {
    return new RankDetector(environment, NO_RESOURCES).detect(OPEN, OPEN);
  }

  private static String detectHost(String current, String... hosts) {
    ResourceConfig resources =
        new ResourceConfig(current, List.of(hosts), Optional.empty(), Map.of());
    return new RankDetector(Map.of(), Optional.of(resources)).detect(OPEN, OPEN).rank().toString();
  }

  /** The first is the current one. */
  private static ResourceConfig hosts(String... hosts) {
    return new ResourceConfig(hosts[0], List.of(hosts), Optional.empty(), Map.of());
  }

  private static void assertProblem(Map<String, String> environment, String part) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> detect(environment))
        .withMessageContaining(part);
  }
}
