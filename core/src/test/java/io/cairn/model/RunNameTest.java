// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that nobody named has the name of the model, or one that no other model has. */
class RunNameTest {

  private static String runOf(String model) {
    return RunName.of(model).value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "vgg-1-0", "7_"})
  void aRunNameStaysAsItIs(String model) {
    assertThat(runOf(model)).isEqualTo(model);
  }

  @Test
  void theLongestRunNameStaysAsItIs() {
    assertThat(runOf("x".repeat(63))).isEqualTo("x".repeat(63));
  }

  /** The digits are those of {@code printf %s NAME | sha256sum}. */
  @ParameterizedTest
  @CsvSource({
    "vgg-1.0, vgg-1-0-d739966d",
    "_mlp, mlp-539a63b9",
    "\u6a21\u578b\u4e00, training-1eadccb2"
  })
  void anotherTextGetsADigest(String model, String run) {
    assertThat(runOf(model)).isEqualTo(run);
  }

  @Test
  void aLongTextIsCut() {
    assertThat(runOf("x".repeat(64))).isEqualTo("x".repeat(54) + "-7ce10097");
  }

  @Test
  void noTextIsNoName() {
    assertThat(runOf("")).isEqualTo("training");
  }

  @Test
  void twoTextsAreTwoRuns() {
    Stream<String> texts =
        Stream.of(
            "vgg-1.0",
            "vgg 1.0",
            "vgg-1-0",
            "-vgg-1-0",
            "\u6a21\u578b\u4e00",
            "\u6a21\u578b\u4e8c",
            "x".repeat(64),
            "x".repeat(65));
    Set<String> runs = texts.map(RunNameTest::runOf).collect(Collectors.toSet());
    assertThat(runs).hasSize(8).doesNotContain("training");
  }
}
