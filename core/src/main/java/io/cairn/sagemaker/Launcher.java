// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** What starts workers and tells each its rank, in the order it is asked. */
enum Launcher {
  TORCHRUN("torchrun", "RANK", "WORLD_SIZE"),
  OPEN_MPI("Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
  PMI("PMI (MPICH, Intel MPI)", "PMI_RANK", "PMI_SIZE"),
  MVAPICH2("MVAPICH2", "MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"),
  SLURM("Slurm", "SLURM_PROCID", "SLURM_NTASKS") {
    /** An interactive shell and an allocation without tasks have no rank to tell. */
    @Override
    boolean isPresent(Map<String, String> environment, OptionalInt worldSize) {
      return has(rankVariable, environment)
          && has(sizeVariable, environment)
          && !SLURM_SHELLS.contains(environment.getOrDefault("SLURM_JOB_NAME", ""));
    }
  },
  LSF("LSF", "JSM_NAMESPACE_RANK", "JSM_NAMESPACE_SIZE"),
  KUBERNETES("Kubernetes", "JOB_COMPLETION_INDEX", "checkpoint_world_size") {
    /** An indexed job tells the index alone, also where nobody trains together. */
    @Override
    boolean isPresent(Map<String, String> environment, OptionalInt worldSize) {
      return has(rankVariable, environment) && worldSize.isPresent();
    }

    @Override
    String worldSize(Map<String, String> environment, OptionalInt worldSize) {
      return Integer.toString(worldSize.orElseThrow());
    }
  },
  DMLC("DMLC (XGBoost)", "DMLC_TASK_ID", "DMLC_NUM_WORKER");

  private static final Set<String> SLURM_SHELLS = Set.of("bash", "interactive");

  final String label;
  final String rankVariable;
  final String sizeVariable;

  Launcher(String label, String rankVariable, String sizeVariable) {
    this.label = label;
    this.rankVariable = rankVariable;
    this.sizeVariable = sizeVariable;
  }

  /** Whether it started this process: one of its variables is set. */
  boolean isPresent(Map<String, String> environment, OptionalInt worldSize) {
    return has(rankVariable, environment) || has(sizeVariable, environment);
  }

  /** The text of the rank; empty if it is not set. */
  final String rank(Map<String, String> environment) {
    return environment.getOrDefault(rankVariable, "").strip();
  }

  /** The text of the world size; empty if it is not set. */
  String worldSize(Map<String, String> environment, OptionalInt worldSize) {
    return environment.getOrDefault(sizeVariable, "").strip();
  }

  private static boolean has(String variable, Map<String, String> environment) {
    return !environment.getOrDefault(variable, "").isBlank();
  }

  @Override
  public String toString() {
    return label + ": " + rankVariable + ", " + sizeVariable;
  }
}
