// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.format.ByteSource;
import io.cairn.format.PartHeader;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.Rank;
import io.cairn.model.SectionSource;
import io.cairn.model.Sharing;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.testkit.Meeting;
import io.cairn.testkit.Repro;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnorderedReadTest {
  private static final int LARGE_BYTES = 8 << 20;
  private static final int SMALL_BYTES = 333;

  private final Random random = Repro.random("unordered");
  private final byte[] large = randomBytes(LARGE_BYTES);
  private final byte[] small = randomBytes(SMALL_BYTES);
  private final Set<Thread> writers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger writing = new AtomicInteger();

  private byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Tells who writes it. */
  private class Told implements TensorMemory {
    private final byte[] bytes;
    private final boolean concurrent;

    Told(int size, boolean concurrent) {
      this.bytes = new byte[size];
      this.concurrent = concurrent;
    }

    @Override
    public long byteSize() {
      return bytes.length;
    }

    @Override
    public boolean isConcurrent() {
      return concurrent;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(long offset, ByteBuffer source) {
      writing.incrementAndGet();
      writers.add(Thread.currentThread());
      TensorMemory.of(bytes).write(offset, source);
      writing.decrementAndGet();
    }
  }

  private byte[] file() throws IOException {
    StateCapture capture = new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS);
    capture.section("a").bytes("large", large).bytes("small", small);
    return StagingTest.written(capture.copyInto(new StagingBuffer(1L << 28)));
  }

  private static ByteSource concurrent(byte[] file) {
    return concurrent(file, Integer.MAX_VALUE);
  }

  /** As of a file in a folder, several threads may read; after so many reads it is unreadable. */
  private static ByteSource concurrent(byte[] file, int readable) {
    AtomicInteger reads = new AtomicInteger();
    return new ByteSource() {
      @Override
      public long size() {
        return file.length;
      }

      @Override
      public boolean isConcurrent() {
        return true;
      }

      @Override
      public void readFully(long position, ByteBuffer target) throws IOException {
        if (reads.incrementAndGet() > readable) {
          throw new AccessDeniedException("/c/x");
        }
        StagingTest.source(file).readFully(position, target);
      }
    };
  }

  private static void restore(byte[] verified, ByteSource source, Told large, Told small)
      throws IOException {
    restore(2, verified, source, large, small);
  }

  private static void restore(
      int threads, byte[] verified, ByteSource source, Told large, Told small) throws IOException {
    try (Copiers copiers = new Copiers(threads)) {
      StateRestore restore = new StateRestore(copiers);
      restore.addShared(PartHeader.decode(StagingTest.source(verified), "file"), source);
      SectionSource section = restore.section("a");
      section.tensor(new TensorSpec("large", DType.U8, List.of((long) LARGE_BYTES)), large);
      section.tensor(new TensorSpec("small", DType.U8, List.of((long) SMALL_BYTES)), small);
      restore.apply();
    }
  }

  @Test
  void severalThreadsWriteAtTheSameTime() throws Exception {
    Meeting both = new Meeting(2);
    Told memory =
        new Told(LARGE_BYTES, true) {
          @Override
          public void write(long offset, ByteBuffer source) {
            both.join();
            super.write(offset, source);
          }
        };
    Told rest = new Told(SMALL_BYTES, false);
    byte[] file = file();

    restore(file, concurrent(file), memory, rest);

    assertThat(memory.bytes).isEqualTo(large);
    assertThat(rest.bytes).isEqualTo(small);
    assertThat(writers).hasSize(2).contains(Thread.currentThread());
  }

  @Test
  void onlyTheTrainingThreadWritesWhatOneMayWrite() throws Exception {
    byte[] file = file();
    Told memory = new Told(LARGE_BYTES, false);
    restore(file, concurrent(file), memory, new Told(SMALL_BYTES, false));
    assertThat(memory.bytes).isEqualTo(large);

    Told again = new Told(LARGE_BYTES, true);
    restore(file, StagingTest.source(file), again, new Told(SMALL_BYTES, true));
    assertThat(again.bytes).isEqualTo(large);

    Told alone = new Told(LARGE_BYTES, true);
    restore(1, file, concurrent(file), alone, new Told(SMALL_BYTES, true));
    assertThat(alone.bytes).isEqualTo(large);

    assertThat(writers).containsExactly(Thread.currentThread());
  }

  @Test
  void moreThreadsThanBlocksAreFine() throws Exception {
    byte[] file = file();
    Told memory = new Told(LARGE_BYTES, true);

    restore(32, file, concurrent(file), memory, new Told(SMALL_BYTES, true));

    assertThat(memory.bytes).isEqualTo(large);
  }

  @Test
  void aTensorThatChangedSinceItWasVerifiedIsNamed() throws Exception {
    byte[] file = file();
    for (int at : new int[] {file.length - 1, file.length - SMALL_BYTES - LARGE_BYTES / 2}) {
      byte[] changed = file.clone();
      changed[at] ^= 1;
      assertThatThrownBy(
              () ->
                  restore(
                      file,
                      concurrent(changed),
                      new Told(LARGE_BYTES, true),
                      new Told(SMALL_BYTES, true)))
          .isInstanceOf(CorruptSnapshotException.class)
          .hasMessageStartingWith(
              at == file.length - 1 ? "Tensor 'a/small' has" : "Tensor 'a/large' has")
          .hasMessageContaining("the file changed while it was loaded");
    }
  }

  @Test
  void whenOneFailsNobodyWritesAnyMore() throws Exception {
    byte[] file = file();
    AtomicInteger writes = new AtomicInteger();
    Told memory =
        new Told(LARGE_BYTES, true) {
          @Override
          public void write(long offset, ByteBuffer source) {
            writes.incrementAndGet();
            super.write(offset, source);
          }
        };

    assertThatThrownBy(
            () -> restore(file, concurrent(file, 5), memory, new Told(SMALL_BYTES, true)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Tensor 'a/large' could not be read again, after the whole file had been verified:"
                + " java.nio.file.AccessDeniedException: /c/x. The training's state is now partly"
                + " overwritten; start the process again");
    assertThat(writing).hasValue(0);
    assertThat(writes.get()).isLessThanOrEqualTo(5);
  }
}
