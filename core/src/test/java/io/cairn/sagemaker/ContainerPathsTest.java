// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerPathsTest {

  @Test
  void theBaseIsTheProgramsElseTheVariablesElseTheContainers() {
    Map<String, String> moved = Map.of("SAGEMAKER_BASE_DIR", "/tmp/ml");

    assertThat(ContainerPaths.locate(Optional.of(Path.of("/here")), moved).base())
        .isEqualTo(Path.of("/here"));
    assertThat(ContainerPaths.locate(Optional.empty(), moved).base()).isEqualTo(Path.of("/tmp/ml"));
    assertThat(ContainerPaths.locate(Optional.empty(), Map.of("SAGEMAKER_BASE_DIR", "")).base())
        .isEqualTo(Path.of("/opt/ml"));
  }

  @Test
  void onALaptopCheckpointsGoToTheWorkingFolder(@TempDir Path folder) {
    Path absent = folder.resolve("ml");
    ContainerPaths laptop = ContainerPaths.locate(Optional.empty(), Map.of(), absent);
    assertThat(laptop.checkpoints()).isEqualTo(Path.of("checkpoints"));
    assertThat(laptop.failure()).isEqualTo(absent.resolve("output/failure"));
    assertThat(ContainerPaths.locate(Optional.empty(), Map.of(), folder).checkpoints())
        .isEqualTo(folder.resolve("checkpoints"));
    assertThat(ContainerPaths.locate(Optional.of(absent), Map.of(), folder).checkpoints())
        .as("a folder that somebody names is made")
        .isEqualTo(absent.resolve("checkpoints"));
  }

  @Test
  void filesAreWhereSageMakerPutsThem() {
    ContainerPaths paths = new ContainerPaths(Path.of("/opt/ml"));

    assertThat(paths.hyperparameters()).hasToString("/opt/ml/input/config/hyperparameters.json");
    assertThat(paths.resourceConfig()).hasToString("/opt/ml/input/config/resourceconfig.json");
    assertThat(paths.checkpointConfig()).hasToString("/opt/ml/input/config/checkpointconfig.json");
    assertThat(paths.checkpoints()).hasToString("/opt/ml/checkpoints");
    assertThat(paths.failure()).hasToString("/opt/ml/output/failure");
  }
}
