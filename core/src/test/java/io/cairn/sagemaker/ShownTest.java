// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {

  @Test
  void aTextIsOneShortLine() {
    assertThat(Shown.of("as it is")).isEqualTo("as it is");
    assertThat(Shown.of("two\r\nlines\u0000and\u001b[1m")).isEqualTo("two lines and [1m");
    assertThat(Shown.of("x".repeat(81))).isEqualTo("x".repeat(80) + "...");
  }
}
