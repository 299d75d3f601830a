// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {
  @TempDir Path folder;

  private Optional<String> vectors(String cpuinfo) throws IOException {
    return Processor.vectors(Files.writeString(folder.resolve("cpuinfo"), cpuinfo));
  }

  private Optional<String> vectorsOf(String line) throws IOException {
    return vectors(
        "processor\t: 0\nmodel name\t: Some Processor @ 2.50GHz\n"
            + line
            + "\nbugs\t\t: spectre_v1\n\nprocessor\t: 1\n");
  }

  @ParameterizedTest
  @CsvSource({
    "flags\t\t: fpu sse2 sse4_2 avx f16c avx2 avx512f avx512_bf16, avx512f",
    "flags\t\t: fpu sse2 sse4_2 avx f16c avx2, avx2",
    "flags\t\t: fpu sse2 sse4_2 avx, avx",
    "flags\t\t: fpu sse2 sse4_2, sse4_2",
    "Features\t: fp asimd sve sve2, sve2",
    "Features\t: fp asimd sve, sve",
    "Features\t: fp asimd aes, asimd"
  })
  void theWidestVectorsAreFound(String line, String widest) throws Exception {
    assertThat(vectorsOf(line)).contains(widest);
  }

  @Test
  void nothingIsFoundWhereNothingIsSaid() throws Exception {
    assertThat(vectorsOf("isa\t\t: rv64imafdc")).isEmpty();
    assertThat(vectorsOf("flags\t\t: fpu sse2")).isEmpty();
    assertThat(vectorsOf("flags")).isEmpty();
    assertThat(vectorsOf("flags\t\t:")).isEmpty();
    assertThat(vectors("")).isEmpty();
    assertThat(Processor.vectors(folder.resolve("none"))).isEmpty();
    assertThat(Processor.vectors(folder)).isEmpty();
  }

  private static Fingerprint on(String vectors) {
    return Fingerprint.builder().processor(Optional.ofNullable(vectors)).build();
  }

  @Test
  void otherVectorsAreADifference() {
    assertThat(on("avx2").environmentDifferences(on("avx512f")))
        .containsExactly("cpu vectors: snapshot has 'avx512f', this training has 'avx2'");
    assertThat(on("avx2").environmentDifferences(on("avx2"))).isEmpty();
  }

  /** Snapshots taken before the fact was known are as exact as they were. */
  @Test
  void vectorsThatAreNotKnownAreNoDifference() {
    assertThat(on(null).environment()).containsOnlyKeys("cpu");
    assertThat(on("avx2").environmentDifferences(on(null))).isEmpty();
    assertThat(on(null).environmentDifferences(on("avx2"))).isEmpty();
    assertThat(on(null).environmentDifferences(on(null))).isEmpty();
    assertThat(on("avx2").environmentDifferences(Fingerprint.NONE))
        .as("other facts still are")
        .containsExactly(
            "cpu: snapshot has nothing, this training has '" + System.getProperty("os.arch") + "'");
  }

  @Test
  void thisMachineHasAnArchitecture() {
    assertThat(Fingerprint.builder().processor().build().environment())
        .containsEntry("cpu", System.getProperty("os.arch"));
  }
}
