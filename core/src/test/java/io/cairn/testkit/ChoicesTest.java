// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoicesTest {

  @Test
  void everySequenceIsMetOnceEvenIfLaterChoicesDependOnEarlierOnes() throws Exception {
    List<String> met = new ArrayList<>();
    int runs =
        Choices.every(
            100,
            choices -> {
              String first = choices.pick(List.of("a", "b"));
              met.add(first.equals("a") ? first : first + choices.next(3));
            });
    assertThat(met).containsExactly("a", "b0", "b1", "b2");
    assertThat(runs).isEqualTo(4);
  }

  @Test
  void aFailureNamesItsChoices() {
    assertThatThrownBy(
            () ->
                Choices.every(
                    100, choices -> assertThat(choices.next(2) + choices.next(3)).isLessThan(3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("With choices [1, 2]: ");
  }

  @Test
  void aSearchThatIsNotExhaustiveFails() {
    assertThatThrownBy(() -> Choices.every(5, choices -> choices.next(6)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not exhaustive");
  }
}
