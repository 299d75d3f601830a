// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
  private final Random random = new Random(Long.getLong("cairn.test.seed", 1));

  @Test
  void numbers_are_compared_by_value_and_all_else_by_character() {
    List<String> sorted =
        List.of(
            "",
            "0",
            "00",
            "0a",
            "01",
            "1",
            "2",
            "10",
            "99999999999999999999999",
            "100000000000000000000000",
            "layer",
            "layer.2.bias",
            "layer.2.weight",
            "layer.10.bias",
            "layer2",
            "layer2/1",
            "layer2/10",
            "layer10",
            "layer10b",
            "layers",
            "\u0661\u0660", // 10, but not in the digits 0 to 9
            "\u0662");
    List<String> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, random);

    shuffled.sort(NaturalOrder.INSTANCE);

    assertThat(shuffled).isEqualTo(sorted);
  }

  @Test
  void it_is_a_total_order_that_agrees_with_equals() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      names.add(randomName());
    }
    for (String a : names) {
      for (String b : names) {
        int order = NaturalOrder.INSTANCE.compare(a, b);
        assertThat(order == 0).as("%s, %s", a, b).isEqualTo(a.equals(b));
        assertThat(NaturalOrder.INSTANCE.compare(b, a)).isEqualTo(-order);
        for (String c : names) {
          if (order < 0 && NaturalOrder.INSTANCE.compare(b, c) < 0) {
            assertThat(NaturalOrder.INSTANCE.compare(a, c)).as("%s, %s, %s", a, b, c).isNegative();
          }
        }
      }
    }
  }

  private String randomName() {
    StringBuilder name = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      name.append("0012/:a".charAt(random.nextInt(7)));
    }
    return name.toString();
  }
}
