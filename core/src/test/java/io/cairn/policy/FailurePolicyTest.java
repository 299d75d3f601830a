// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FailurePolicyTest {

  @Test
  void tolerateBearsSoManyInARowAndNotOneMore() {
    FailurePolicy policy = FailurePolicy.tolerate(2);

    assertThat(policy.shouldStop(0)).isFalse();
    assertThat(policy.shouldStop(2)).isFalse();
    assertThat(policy.shouldStop(3)).isTrue();
    assertThat(policy).hasToString("stop after 3 failures in a row");
  }

  @Test
  void strictStopsAtTheFirst() {
    assertThat(FailurePolicy.strict().shouldStop(0)).isFalse();
    assertThat(FailurePolicy.strict().shouldStop(1)).isTrue();
    assertThat(FailurePolicy.strict()).hasToString("stop at the first failure");
  }

  @Test
  void aNegativeLimitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FailurePolicy.tolerate(-1))
        .withMessage("tolerate needs a number of failures >= 0, but is -1");
  }

  @Test
  void choicesReadAsTheirSettings() {
    assertThat(WhenBusy.values()).extracting(WhenBusy::toString).contains("skip", "wait");
    assertThat(WhenDifferent.values()).extracting(WhenDifferent::toString).contains("refuse");
    assertThat(WhenTerminated.values()).extracting(WhenTerminated::toString).contains("handle");
    assertThat(Goal.values()).extracting(Goal::toString).containsExactly("min", "max");
  }
}
