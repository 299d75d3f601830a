// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorLayoutTest {
  private static final List<DType> TYPES = List.of(DType.values());

  private final Random random = new Random(Long.getLong("cairn.test.seed", 1));

  @Test
  void every_tensor_is_aligned_to_its_own_type() {
    for (int round = 0; round < 100; round++) {
      TensorLayout layout = TensorLayout.of(randomSpecs());
      for (TensorLayout.Slot slot : layout.slots()) {
        int alignment = Math.max(1, slot.spec().dtype().bits() / 8);
        if (slot.spec().dtype().bits() % 8 == 0) {
          assertThat(slot.offset() % alignment).as(slot.toString()).isZero();
        }
      }
    }
  }

  @Test
  void the_order_given_does_not_matter() {
    List<TensorSpec> specs = randomSpecs();
    TensorLayout layout = TensorLayout.of(specs);
    Collections.shuffle(specs, random);

    assertThat(TensorLayout.of(specs)).isEqualTo(layout);
    assertThat(TensorLayout.ofSlots(shuffled(layout.slots()))).isEqualTo(layout);
  }

  @Test
  void numbered_tensors_lie_in_the_order_of_their_numbers() {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      specs.add(new TensorSpec("layer" + i + "/weight", DType.F32, List.of(2L)));
    }
    List<TensorSpec> shuffled = new ArrayList<>(specs);
    Collections.shuffle(shuffled, random);

    assertThat(TensorLayout.of(shuffled).slots())
        .extracting(TensorLayout.Slot::spec)
        .isEqualTo(specs);
  }

  @Test
  void tensors_beyond_two_gibibytes_have_exact_places() {
    TensorSpec large = new TensorSpec("a", DType.F32, List.of(3L << 30));
    TensorSpec larger = new TensorSpec("b", DType.F32, List.of(1L << 40));

    TensorLayout layout = TensorLayout.of(List.of(larger, large));

    assertThat(layout.slots().get(1).offset()).isEqualTo(3L << 32);
    assertThat(layout.dataBytes()).isEqualTo((3L << 32) + (1L << 42));
  }

  @Test
  void more_than_all_bytes_are_refused() {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      specs.add(new TensorSpec("t" + i, DType.U8, List.of(Long.MAX_VALUE / 8)));
    }

    assertThatThrownBy(() -> TensorLayout.of(specs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Tensor 't8' cannot lie at offset ");
  }

  @Test
  void a_name_twice_is_refused() {
    TensorSpec spec = new TensorSpec("a", DType.F32, List.of(1L));

    assertThatThrownBy(() -> TensorLayout.of(List.of(spec, spec)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are two tensors 'a'");
  }

  @Test
  void a_part_is_laid_out_in_the_order_of_its_file() {
    TensorSpec weights = new TensorSpec("layer/w", DType.F32, List.of(2L));
    TensorSpec counter = new TensorSpec("count", DType.I64, List.of());

    PartLayout layout =
        PartLayout.of(Map.of("model", List.of(weights), "optimizer", List.of(counter)));

    assertThat(layout.slots())
        .containsExactly(
            new PartLayout.Slot("optimizer", counter, 0, 8),
            new PartLayout.Slot("model", weights, 8, 8));
    assertThat(layout.dataBytes()).isEqualTo(16);
  }

  @Test
  void a_part_refuses_names_it_could_not_give_back() {
    TensorSpec spec = new TensorSpec("w\n", DType.F32, List.of());

    assertThatThrownBy(() -> PartLayout.of(Map.of("a/b", List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A section name is 1 to 64")
        .hasMessageEndingWith("'a/b'");
    assertThatThrownBy(() -> PartLayout.of(Map.of("a", List.of(spec))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The name of a tensor is 1 to 512 characters")
        .hasMessageEndingWith("'w?' (2 characters)");
  }

  private List<TensorSpec> randomSpecs() {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = random.nextInt(30); i >= 0; i--) {
      DType type = TYPES.get(random.nextInt(TYPES.size()));
      // A multiple of 4 elements fills whole bytes for every type.
      specs.add(new TensorSpec("t" + i, type, List.of(random.nextLong(5), 4L)));
    }
    return specs;
  }

  private List<TensorLayout.Slot> shuffled(List<TensorLayout.Slot> slots) {
    List<TensorLayout.Slot> shuffled = new ArrayList<>(slots);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }
}
