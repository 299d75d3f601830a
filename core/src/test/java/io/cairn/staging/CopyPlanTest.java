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
import io.cairn.testkit.Meeting;
import io.cairn.testkit.Repro;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyPlanTest {
  private static final int PIECE = CopyPlan.LEAST_PIECE_BYTES;
  private static final long PLENTY = 1L << 28;

  private final Random random = Repro.random("copy");
  private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytesRead = new AtomicLong();

  private byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static StateCapture capture() {
    return new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS);
  }

  private static TensorSpec spec(String name, TensorMemory memory) {
    return new TensorSpec(name, DType.U8, List.of(memory.byteSize()));
  }

  private static StagedState copied(StateCapture capture, int count) throws IOException {
    try (Copiers copiers = new Copiers(count, PIECE)) {
      return capture.copyInto(new StagingBuffer(PLENTY, 1 << 20), copiers);
    }
  }

  /** Tells who reads it. */
  private class Told implements TensorMemory {
    private final TensorMemory bytes;
    private final boolean concurrent;

    Told(byte[] bytes, boolean concurrent) {
      this.bytes = TensorMemory.of(bytes);
      this.concurrent = concurrent;
    }

    @Override
    public long byteSize() {
      return bytes.byteSize();
    }

    @Override
    public boolean isConcurrent() {
      return concurrent;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      readers.add(Thread.currentThread());
      bytesRead.addAndGet(target.remaining());
      bytes.read(offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer source) {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void severalThreadsCopyWhatOneCopies(int threads) throws Exception {
    StateCapture one = capture();
    StateCapture several = capture();
    for (String name : List.of("a", "b")) {
      SectionSink section = one.section(name);
      SectionSink again = several.section(name);
      for (int i = 0; i < 3_000; i++) {
        boolean large = i % 1000 == 0;
        byte[] bytes = randomBytes(large ? 2 * PIECE + random.nextInt(9) : random.nextInt(3_000));
        Told memory = new Told(bytes, i % 100 != 3);
        section.tensor(spec("tensor-" + i, memory), memory);
        again.tensor(spec("tensor-" + i, memory), memory);
      }
    }
    byte[] expected = StagingTest.written(one.copyInto(new StagingBuffer(PLENTY, 1 << 20)));
    assertThat(readers).containsExactly(Thread.currentThread());

    bytesRead.set(0);
    StagedState state = copied(several, threads);

    assertThat(bytesRead).hasValue(state.dataBytes());
    assertThat(StagingTest.written(state)).isEqualTo(expected);
  }

  @Test
  void theOthersReadOnlyWhatSeveralMayRead() throws Exception {
    Told own = new Told(randomBytes(8 * PIECE), false);
    StateCapture capture = capture();
    capture.section("a").tensor(spec("own", own), own).bytes("shared", randomBytes(16 * PIECE));

    StagedState state = copied(capture, 4);

    assertThat(state.dataBytes()).isEqualTo(24L * PIECE);
    assertThat(readers).containsExactly(Thread.currentThread());
  }

  @Test
  void threadsCopyAtTheSameTime() throws Exception {
    TensorMemory memory = meeting(new Meeting(2));
    StateCapture capture = capture();
    capture.section("a").tensor(spec("tensor", memory), memory);

    copied(capture, 2);

    assertThat(readers).hasSize(2).contains(Thread.currentThread());
  }

  /** A new thread would begin when a small state is copied already. */
  @Test
  void theSameThreadsCopyTheNextState() throws Exception {
    StagingBuffer buffer = new StagingBuffer(PLENTY);
    try (Copiers copiers = new Copiers(2, PIECE)) {
      for (int i = 0; i < 3; i++) {
        TensorMemory memory = meeting(new Meeting(2));
        StateCapture capture = capture();
        capture.section("a").tensor(spec("tensor", memory), memory);
        capture.copyInto(buffer, copiers);
      }
    }
    assertThat(readers).hasSize(2);
    readers.remove(Thread.currentThread());
    Thread helper = readers.iterator().next();
    helper.join(60_000); // it ends with what kept it
    assertThat(helper.isAlive()).isFalse();
  }

  @Test
  void smallStatesAreNotWorthAHelper() throws Exception {
    try (Copiers copiers = new Copiers(4)) {
      assertThat(copiers.helpersToCopy(0)).isZero();
      assertThat(copiers.helpersToCopy(64L << 20)).isZero();
      assertThat(copiers.helpersToCopy((64L << 20) + 1)).isOne();
      assertThat(copiers.helpersToCopy(200L << 20)).isEqualTo(3);
      assertThat(copiers.helpersToCopy(1L << 50)).isEqualTo(3);
    }
    assertThat(new Copiers(1).helpersToCopy(1L << 40)).isZero();
  }

  @Test
  void smallFilesAreNotWorthAHelper() throws Exception {
    try (Copiers copiers = new Copiers(4)) {
      assertThat(copiers.helpersToRead((4L << 20) - 1)).isZero();
      assertThat(copiers.helpersToRead(4L << 20)).isOne();
      assertThat(copiers.helpersToRead(8L << 20)).isEqualTo(2);
      assertThat(copiers.helpersToRead(1L << 50)).isEqualTo(3);
    }
  }

  /** Two threads have to read it at the same time, again and again. */
  private TensorMemory meeting(Meeting both) {
    return new Told(randomBytes(16 * PIECE), true) {
      @Override
      public void read(long offset, ByteBuffer target) {
        both.join();
        super.read(offset, target);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whenOneFailsNobodyReadsAnyMore(boolean concurrent) throws Exception {
    AtomicInteger reading = new AtomicInteger();
    TensorMemory slow =
        new Told(randomBytes(16 * PIECE), true) {
          @Override
          public void read(long offset, ByteBuffer target) {
            reading.incrementAndGet();
            super.read(offset, target);
            reading.decrementAndGet();
          }
        };
    TensorMemory broken =
        new Told(randomBytes(PIECE), concurrent) {
          @Override
          public void read(long offset, ByteBuffer target) {
            throw new IllegalStateException("gone");
          }
        };
    StateCapture capture = capture();
    capture.section("a").tensor(spec("broken", broken), broken).tensor(spec("slow", slow), slow);

    assertThatThrownBy(() -> copied(capture, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("gone");
    assertThat(reading).hasValue(0);
  }
}
