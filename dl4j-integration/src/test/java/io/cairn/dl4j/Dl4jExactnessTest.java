// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kind of training is ended in the middle of an epoch in one process and resumed in another;
 * it must end with the bits of DL4J alone in a third: parameters, moments, counters, score and
 * random state.
 */
class Dl4jExactnessTest {
  private static final int HALTED = 137;

  private static Map<String, String> plain;
  private static List<String> resumed;

  @BeforeAll
  static void run(@TempDir Path folder) throws Exception {
    plain = Scripts.plainBits(folder);
    try (ForkedJvm jvm = Scripts.start("halt", folder)) {
      assertThat(jvm.waitFor(Scripts.LONG))
          .as(() -> String.join("\n", jvm.lines()))
          .isEqualTo(HALTED);
    }
    resumed = Scripts.run("resume", folder);
  }

  static Iterable<String> names() {
    return Trainings.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void endsWithTheBitsOfATrainingThatWasNeverInterrupted(String name) {
    assertThat(Scripts.bits(resumed).get(name)).isNotNull().isEqualTo(plain.get(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void trainsOnlyWhatIsLeft(String name) {
    assertThat(resumed).contains("steps " + name + " " + (name.equals("tbptt") ? 64 : 16));
  }
}
