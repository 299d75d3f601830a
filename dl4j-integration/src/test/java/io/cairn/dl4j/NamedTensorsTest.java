// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class NamedTensorsTest {

  private static Map<String, String> types(NamedTensors tensors) {
    Map<String, String> types = new LinkedHashMap<>();
    tensors.forEach((spec, memory) -> types.put(spec.name(), spec.typeAndShape()));
    return types;
  }

  @Test
  void parametersHaveTheNamesDl4jGivesThem() {
    NamedTensors tensors =
        NamedTensors.parameters(Network.of(Trainings.of("batch-norm").network()));
    assertThat(types(tensors))
        .containsEntry("0_W", "F32 [4, 1, 2, 2]")
        .containsEntry("0_b", "F32 [4]")
        .containsEntry("1_mean", "F32 [4]")
        .containsKeys("1_gamma", "1_beta", "2_W", "2_b", "3_W", "3_b");
  }

  @Test
  void momentsAreNamedAfterTheirParameter() {
    NamedTensors tensors = NamedTensors.moments(Network.of(Trainings.of("batch-norm").network()));
    assertThat(types(tensors))
        .containsEntry("M/0_W", "F32 [4, 1, 2, 2]")
        .containsEntry("V/0_b", "F32 [4]")
        .containsEntry("V/1_gamma", "F32 [4]")
        .doesNotContainKeys("M/1_gamma", "M/1_mean");
  }

  @Test
  void updatersWithoutMomentsHaveNone() {
    assertThat(
            types(
                NamedTensors.moments(
                    Network.of(Trainings.dense(conf -> conf.updater(new Sgd(0.1)))))))
        .isEmpty();
  }

  @Test
  void matricesAreWrittenRowByRowWithTheDimensionsOfTheTransposed() {
    MultiLayerNetwork network = Trainings.dense(conf -> conf);
    NamedTensors.parameters(Network.of(network))
        .forEach(
            (spec, memory) -> {
              if (spec.name().equals("0_W")) {
                assertThat(spec.typeAndShape()).isEqualTo("F32 [10, 6]");
                ByteBuffer bytes = ByteBuffer.allocate((int) spec.byteSize());
                memory.read(0, bytes);
                float second = bytes.order(ByteOrder.LITTLE_ENDIAN).getFloat(4);
                assertThat(second).isEqualTo(network.getParam("0_W").getFloat(1, 0));
              }
            });
  }

  /** The order of a graph's names is not the order of its vector. */
  @Test
  void everyTensorOfAGraphHasItsOwnValues() {
    ComputationGraph network = (ComputationGraph) Trainings.of("graph").network();
    NamedTensors.parameters(Network.of(network))
        .forEach(
            (spec, memory) -> {
              ByteBuffer bytes = ByteBuffer.allocate(4);
              memory.read(0, bytes);
              assertThat(bytes.order(ByteOrder.LITTLE_ENDIAN).getFloat(0))
                  .as(spec.name())
                  .isEqualTo(network.getParam(spec.name()).dup('f').data().getFloat(0));
            });
  }
}
