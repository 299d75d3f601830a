// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.testkit.Repro;
import io.cairn.testkit.Tmpfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whichever way bytes take to the disk, they arrive, in order. */
class LocalFileTest {
  private static final int PAGE = 4096;
  private static final int LARGE = 1 << 20;

  @TempDir Path folder;
  private final Random random = Repro.random("local file");

  private byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer aligned(byte[] bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length + 2 * PAGE).alignedSlice(PAGE);
    return memory.put(bytes).flip();
  }

  /** On the heap, or direct and at the start of a page or not. */
  private ByteBuffer anyMemory(byte[] bytes) {
    if (random.nextInt(3) == 0) {
      return ByteBuffer.wrap(bytes);
    }
    if (random.nextBoolean()) {
      return aligned(bytes);
    }
    byte[] shifted = new byte[bytes.length + 8];
    System.arraycopy(bytes, 0, shifted, 8, bytes.length);
    return aligned(shifted).position(8);
  }

  private int anySize() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(100);
      case 1 -> PAGE * random.nextInt(4);
      case 2 -> LARGE + PAGE * random.nextInt(4);
      default -> LARGE + random.nextInt(2 * PAGE);
    };
  }

  /** A header on the heap may have 100 MB. */
  @Test
  void memoryOnTheHeapTakesLittleDirectMemory() throws Exception {
    byte[] bytes = randomBytes(16 * Pieces.HEAP_BYTES + 1);
    long before = directBytes();

    try (LocalFile file = LocalFile.create(folder.resolve("f"))) {
      file.reserve(bytes.length);
      file.fill(ByteBuffer.wrap(bytes));
      file.write(ByteBuffer.wrap(bytes));
      file.force();
    }
    ByteBuffer again = ByteBuffer.allocate(2 * bytes.length);
    try (ReadableFile file = LocalStore.in(folder).open("f")) {
      file.readFully(0, again);
      assertThat(file.read(again.capacity(), ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    assertThat(directBytes() - before).isLessThan(4L * Pieces.HEAP_BYTES);
    assertThat(again.flip().slice(0, bytes.length)).isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(again.slice(bytes.length, bytes.length)).isEqualTo(ByteBuffer.wrap(bytes));
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void anyPiecesArriveInOrder() throws Exception {
    for (int round = 0; round < 60; round++) {
      Path path = folder.resolve("f" + round);
      byte[] head = randomBytes(random.nextBoolean() ? PAGE : random.nextInt(3 * PAGE));
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      expected.writeBytes(head);
      try (LocalFile file = LocalFile.create(path)) {
        file.reserve(head.length);
        for (int i = random.nextInt(5); i > 0; i--) {
          byte[] bytes = randomBytes(anySize());
          expected.writeBytes(bytes);
          ByteBuffer piece = anyMemory(bytes);
          file.write(piece);
          assertThat(piece.hasRemaining()).isFalse();
        }
        file.fill(ByteBuffer.wrap(head));
        file.force();
      }
      assertThat(path).hasBinaryContent(expected.toByteArray());
      Files.delete(path);
    }
  }

  @Test
  void aFileSystemWithoutDirectWritesOrWithoutRoomSaysSoTheUsualWay() throws Exception {
    byte[] bytes = randomBytes(2 * LARGE);
    Path path = folder.resolve("f");
    Tmpfs tmpfs = Tmpfs.mount(folder, "3m");
    try (tmpfs) {
      try (LocalFile file = LocalFile.create(path)) {
        file.write(aligned(bytes));
        file.force();
        assertThat(path).hasBinaryContent(bytes);
        assertThatThrownBy(() -> file.write(aligned(bytes)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("No space left on device");
      }
    }
  }

  @Test
  void whatIsReservedIsFilledWhole() throws Exception {
    try (LocalFile file = LocalFile.create(folder.resolve("f"))) {
      file.reserve(3);
      assertThatThrownBy(() -> file.fill(ByteBuffer.allocate(2)))
          .hasMessage("3 bytes were reserved, but these are 2");
      file.write(ByteBuffer.allocate(1));
      assertThatThrownBy(() -> file.reserve(3)).hasMessage("Bytes were written before");
    }
  }
}
