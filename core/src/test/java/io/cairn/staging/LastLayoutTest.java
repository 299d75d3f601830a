// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.DType;
import io.cairn.model.Rank;
import io.cairn.model.SectionSink;
import io.cairn.model.Sharing;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.testkit.Repro;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered from one snapshot to the next never shows in a file. */
class LastLayoutTest {
  private final Random random = Repro.random("last layout");

  /** A tensor of a section. */
  private record Named(String section, TensorSpec spec, TensorMemory memory) {}

  private static byte[] file(List<Named> state, LastLayout last, StagingBuffer buffer)
      throws IOException {
    StateCapture capture = new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS, last);
    for (String section : state.stream().map(Named::section).distinct().toList()) {
      SectionSink sink = capture.section(section);
      for (Named tensor : state) {
        if (tensor.section().equals(section)) {
          sink.tensor(tensor.spec(), tensor.memory());
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    capture
        .copyInto(buffer)
        .writeTo(
            "part",
            piece -> {
              byte[] bytes = new byte[piece.remaining()];
              piece.get(bytes);
              out.writeBytes(bytes);
            });
    return out.toByteArray();
  }

  private List<Named> randomState() {
    List<Named> state = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      DType type = random.nextBoolean() ? DType.U8 : DType.F64;
      TensorSpec spec = new TensorSpec("t" + i, type, List.of((long) random.nextInt(3)));
      byte[] bytes = new byte[(int) spec.byteSize()];
      random.nextBytes(bytes);
      state.add(new Named("s" + random.nextInt(2), spec, TensorMemory.of(bytes)));
    }
    Collections.shuffle(state, random);
    return state;
  }

  @Test
  void snapshotsThatFollowEachOtherAreWrittenAsIfEachWereTheFirst() throws Exception {
    LastLayout last = new LastLayout();
    StagingBuffer buffer = new StagingBuffer(1 << 20);
    List<Named> state = randomState();
    for (int i = 0; i < 2000; i++) {
      assertThat(file(state, last, buffer))
          .isEqualTo(file(state, new LastLayout(), new StagingBuffer(1 << 20)));
      if (random.nextInt(3) == 0) {
        state = randomState();
      }
    }
  }

  @Test
  void aLayoutThatFitsIsKept() throws Exception {
    LastLayout last = new LastLayout();
    List<Named> state =
        List.of(
            new Named(
                "s", new TensorSpec("t", DType.U8, List.of(3L)), TensorMemory.of(new byte[3])));
    file(state, last, new StagingBuffer(100));
    StateLayout first = last.get();
    List<Named> again =
        List.of(
            new Named(
                "s", new TensorSpec("t", DType.U8, List.of(3L)), TensorMemory.of(new byte[3])));
    file(again, last, new StagingBuffer(100));

    assertThat(last.get()).isSameAs(first);
  }

  @Test
  void whatIsNamedTwiceIsRefusedWhetherExpectedOrNot() throws Exception {
    LastLayout last = new LastLayout();
    TensorSpec a = new TensorSpec("a", DType.U8, List.of(1L));
    TensorSpec b = new TensorSpec("b", DType.U8, List.of(1L));
    file(
        List.of(
            new Named("s", a, TensorMemory.of(new byte[1])),
            new Named("s", b, TensorMemory.of(new byte[1]))),
        last,
        new StagingBuffer(100));
    StateCapture capture = new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS, last);
    SectionSink section = capture.section("s").tensor(a, TensorMemory.of(new byte[1]));

    assertThatThrownBy(() -> section.tensor(a, TensorMemory.of(new byte[1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'s/a' is captured twice");
    assertThatThrownBy(() -> capture.section("s2").tensor(a, TensorMemory.of(new byte[2])))
        .hasMessage("Tensor 's2/a' is U8 [1], 1 bytes, but its memory has 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, CopyPlan.LEAST_PIECE_BYTES + 1})
  void aMemoryOfAnotherSizeThanTheLastTimeIsRefused(int size) throws Exception {
    LastLayout last = new LastLayout();
    StagingBuffer buffer = new StagingBuffer(1 << 22);
    TensorSpec a = new TensorSpec("a", DType.U8, List.of((long) size));
    file(List.of(new Named("s", a, TensorMemory.of(new byte[size]))), last, buffer);
    StateCapture capture = new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS, last);
    capture.section("s").tensor(a, TensorMemory.of(new byte[size + 7]));

    assertThatThrownBy(() -> capture.copyInto(buffer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Tensor 's/a' is U8 [%d], %d bytes, but its memory has %d", size, size, size + 7);
  }
}
