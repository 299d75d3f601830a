// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FingerprintTest {

  @Test
  void aFactHasOneValue() {
    Fingerprint.Builder builder =
        Fingerprint.builder().identity("seed", 5).identity("seed", 5).environment("seed", 6);

    assertThatThrownBy(() -> builder.identity("seed", 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The fingerprint has one fact named 'seed', but it was told as '5' and as '7'; give the"
                + " second another name, or a snapshot could be taken for one of this training that"
                + " is not");
    assertThatThrownBy(() -> builder.environment("seed", 7)).hasMessageContaining("as '6' and as");
    assertThat(builder.build().identity()).containsEntry("seed", "5");
    assertThat(builder.build().environment()).containsEntry("seed", "6");
  }
}
