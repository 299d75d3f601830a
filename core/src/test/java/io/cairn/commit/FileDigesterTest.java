// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.format.Digest;
import io.cairn.staging.Copiers;
import io.cairn.store.LocalStore;
import io.cairn.store.ReadableFile;
import io.cairn.testkit.Meeting;
import io.cairn.testkit.Repro;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigesterTest {
  private static final int BLOCK = 1 << 20;

  @TempDir Path folder;
  private final Random random = Repro.random("file digester");
  private final Copiers readers = new Copiers(3);
  private final FileDigester digester = new FileDigester(readers);

  @AfterEach
  void end() {
    readers.close();
  }

  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Queue<Long> positions = new ConcurrentLinkedQueue<>();

  private ReadableFile file(byte[] bytes) throws Exception {
    Files.write(folder.resolve("f"), bytes);
    return LocalStore.in(folder).open("f");
  }

  @Test
  void filesOfAnySizeHaveTheDigestOfTheirBytes() throws Exception {
    int[] sizes = {20 * BLOCK + 17, 0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 16 * BLOCK, 16 * BLOCK - 1};
    for (int size : sizes) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      try (ReadableFile file = file(bytes)) {
        assertThat(digester.digest(file, size))
            .as("%d bytes", size)
            .isEqualTo(Digest.of(ByteBuffer.wrap(bytes)));
      }
    }
  }

  /** Tells who reads it. */
  private ReadableFile told(boolean randomAccess, int size, Meeting all) {
    return new ReadableFile() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public boolean isRandomAccess() {
        return randomAccess;
      }

      @Override
      public int read(long position, ByteBuffer target) throws IOException {
        if (threads.add(Thread.currentThread())) {
          all.join();
        }
        positions.add(position);
        int count = target.remaining();
        target.put(new byte[count]);
        return count;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void allThreadsReadALargeFileAndAllReadTheNext() throws Exception {
    Meeting all = new Meeting(3);
    digester.digest(told(true, 20 * BLOCK, all), 20 * BLOCK);
    Set<Thread> first = Set.copyOf(threads);
    threads.clear();
    digester.digest(told(true, 20 * BLOCK, all), 20 * BLOCK);
    assertThat(first).hasSize(3).contains(Thread.currentThread()).isEqualTo(threads);
  }

  /** Others would be in the way of what is fetched ahead. */
  @Test
  void oneThreadReadsFromFrontToBackWhatIsFetchedAhead() throws Exception {
    digester.digest(told(false, 20 * BLOCK, new Meeting(1)), 20 * BLOCK);
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(new ArrayList<>(positions)).isSorted();
  }

  /** Whichever thread meets the end first. */
  @Test
  void aFileThatIsCutWhileItIsReadEndsTheDigest() throws Exception {
    for (int size : new int[] {0, 5, 17 * BLOCK + 3}) {
      try (ReadableFile file = file(new byte[size])) {
        assertThatThrownBy(() -> digester.digest(file, size + 3L * BLOCK))
            .as("%d bytes", size)
            .isInstanceOf(EOFException.class)
            .hasMessageContaining("File ends at byte ");
      }
    }
  }
}
