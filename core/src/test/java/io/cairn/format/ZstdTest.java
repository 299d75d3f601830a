// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdInputStream;
import io.cairn.model.CorruptSnapshotException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdTest {
  private static final int FRAME = ZstdSink.FRAME_BYTES;
  private static final int TABLE_BYTES_OF_ONE_FRAME = 25;
  private static final int ENTRY_BYTES = 8;

  private final Random random = new Random(Long.getLong("cairn.test.seed", 1));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 12_345})
  void bytes_come_back(int size) throws IOException {
    byte[] plain = halfRandom(size);
    byte[] compressed = compress(plain);

    try (ZstdSource source = ZstdSource.open(MemoryFile.of(compressed), "x.zst")) {
      assertThat(source.size()).isEqualTo(size);
      assertThat(read(source, 0, ByteBuffer.allocate(size))).isEqualTo(plain);
      assertThat(read(source, 0, ByteBuffer.allocateDirect(size))).isEqualTo(plain);
    }
  }

  @Test
  void any_range_is_read_alone() throws IOException {
    byte[] plain = halfRandom(2 * FRAME + 777);
    try (ZstdSource source = ZstdSource.open(MemoryFile.of(compress(plain)), "x.zst")) {
      for (int round = 0; round < 50; round++) {
        int start = random.nextInt(plain.length);
        int length = random.nextInt(plain.length - start) >> random.nextInt(24);
        ByteBuffer target =
            random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
        assertThat(read(source, start, target))
            .isEqualTo(Arrays.copyOfRange(plain, start, start + length));
      }
    }
  }

  @Test
  void how_it_was_written_does_not_matter() throws IOException {
    byte[] plain = halfRandom(2 * FRAME + 5);
    MemoryFile pieces = new MemoryFile();
    try (ZstdSink sink = new ZstdSink(pieces)) {
      int at = 0;
      while (at < plain.length) {
        int count = Math.min(1 + random.nextInt(3 << 20), plain.length - at);
        sink.write(ByteBuffer.wrap(plain, at, count));
        at += count;
      }
      sink.finish();
    }
    MemoryFile direct = new MemoryFile();
    try (ZstdSink sink = new ZstdSink(direct)) {
      sink.write(ByteBuffer.allocateDirect(plain.length).put(plain).flip());
      sink.finish();
    }

    assertThat(pieces.content()).isEqualTo(compress(plain));
    assertThat(direct.content()).isEqualTo(compress(plain));
  }

  /** This decoder does not know skippable frames, so it gets the frames without the table. */
  @Test
  void an_independent_decoder_reads_it() throws IOException {
    byte[] plain = halfRandom(FRAME + 100_000);
    byte[] compressed = compress(plain);
    int framesEnd = compressed.length - TABLE_BYTES_OF_ONE_FRAME - ENTRY_BYTES;

    try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(compressed, 0, framesEnd))) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }
  }

  @Test
  void the_zstd_command_reads_it(@TempDir Path folder) throws IOException {
    byte[] plain = halfRandom(FRAME + 100_000);
    Path compressed = folder.resolve("x.safetensors.zst");
    Files.write(compressed, compress(plain));

    Tool.run("zstd", "-q", "-t", compressed.toString());
    Tool.run("zstd", "-q", "-d", compressed.toString());

    assertThat(folder.resolve("x.safetensors")).hasBinaryContent(plain);
  }

  @Test
  void a_read_beyond_the_end_says_so() throws IOException {
    try (ZstdSource source = ZstdSource.open(MemoryFile.of(compress(new byte[10])), "x.zst")) {
      for (long position : new long[] {-1, 9, 11, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> source.readFully(position, ByteBuffer.allocate(2)))
            .isInstanceOf(EOFException.class)
            .hasMessage("x.zst: expected 2 bytes at " + position + ", but there are only 10");
      }
    }
  }

  /** Work on a frame whose memory was freed says so. */
  @Test
  void closing_frees_all_memory_even_if_a_frame_lacked_some() throws IOException {
    List<ZstdSink.Work> works = new ArrayList<>();
    ZstdSink sink =
        new ZstdSink(
            new MemoryFile(),
            2,
            work -> {
              works.add(work);
              return new LackOfMemory();
            });
    sink.write(ByteBuffer.allocateDirect(2 * FRAME));

    sink.close();

    assertThat(works).hasSize(2);
    assertThat(works)
        .allSatisfy(
            work ->
                assertThatThrownBy(work::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Compression context is closed"));
  }

  private static final class LackOfMemory implements ZstdSink.Started {
    @Override
    public boolean isDone() {
      return true;
    }

    @Override
    public void help() {}

    @Override
    public void await() {
      throw new OutOfMemoryError("no memory for a frame");
    }
  }

  @Test
  void nothing_is_written_after_the_end() throws IOException {
    try (ZstdSink sink = new ZstdSink(new MemoryFile())) {
      sink.finish();
      assertThatThrownBy(() -> sink.write(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The compressed file was finished or closed before");
      assertThatThrownBy(sink::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void every_truncation_is_noticed() throws IOException {
    byte[] whole = compress(halfRandom(300));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> readAll(cut))
          .isInstanceOf(CorruptSnapshotException.class)
          .hasMessageStartingWith("x.zst: the seek table is damaged: ");
    }
  }

  @Test
  void every_flipped_byte_of_the_seek_table_is_noticed() throws IOException {
    byte[] bytes = compress(halfRandom(300));
    for (int at = bytes.length - TABLE_BYTES_OF_ONE_FRAME; at < bytes.length; at++) {
      for (int mask = 1; mask < 256; mask++) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) mask;
        assertThatThrownBy(() -> readAll(damaged))
            .as("byte %s mask %s", at, mask)
            .isInstanceOf(CorruptSnapshotException.class)
            .hasMessageStartingWith("x.zst: the ");
      }
    }
  }

  @Test
  void every_flipped_byte_of_a_frame_gives_an_error_or_the_same_bytes() throws IOException {
    byte[] plain = halfRandom(300);
    byte[] bytes = compress(plain);
    int damage = 0;
    for (int at = 0; at < bytes.length - TABLE_BYTES_OF_ONE_FRAME; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      try {
        assertThat(readAll(damaged)).isEqualTo(plain);
      } catch (CorruptSnapshotException e) {
        assertThat(e).hasMessageStartingWith("x.zst: the zstd frame at byte 0 is damaged: ");
        damage++;
      }
    }
    assertThat(damage).isGreaterThan(100);
  }

  @Test
  void a_damaged_frame_is_not_kept() throws IOException {
    byte[] plain = halfRandom(FRAME + 10);
    byte[] bytes = compress(plain);
    bytes[1000] ^= 1;
    try (ZstdSource source = ZstdSource.open(MemoryFile.of(bytes), "x.zst")) {
      byte[] end = Arrays.copyOfRange(plain, FRAME, FRAME + 10);
      assertThat(read(source, FRAME, ByteBuffer.allocate(10))).isEqualTo(end);
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> read(source, 0, ByteBuffer.allocate(10)))
            .isInstanceOf(CorruptSnapshotException.class)
            .hasMessageContaining("the zstd frame at byte 0 is damaged: decompressing it failed");
      }
      assertThat(read(source, FRAME, ByteBuffer.allocate(10))).isEqualTo(end);
    }
  }

  @Test
  void a_table_of_more_frames_than_the_file_can_have_is_refused_without_memory() {
    SeekTable table = new SeekTable();
    ByteBuffer bytes = table.encode();
    for (int count : new int[] {1, SeekTable.MAX_FRAMES + 1, -1}) {
      bytes.putInt(bytes.limit() - 9, count);
      assertThatThrownBy(() -> SeekTable.read(MemoryFile.of(bytes.duplicate()), "x.zst"))
          .isInstanceOf(CorruptSnapshotException.class)
          .hasMessageContaining(
              "a file of 17 bytes cannot have " + Integer.toUnsignedString(count) + " frames");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, SeekTable.MAX_FRAME_BYTES + 1})
  void a_frame_beyond_the_limits_is_refused_without_memory(int plainBytes) {
    SeekTable table = new SeekTable();
    table.add(10, plainBytes);
    MemoryFile file = MemoryFile.of(new byte[10]);
    file.write(table.encode());

    assertThatThrownBy(() -> SeekTable.read(file, "x.zst"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "x.zst: the seek table is damaged: frame 0 cannot hold "
                + Integer.toUnsignedString(plainBytes)
                + " bytes in 10; a frame holds 1 to 8388608");
  }

  private byte[] halfRandom(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    // Half can be compressed, half cannot.
    for (int at = 0; at + 64 < size; at += 128) {
      Arrays.fill(bytes, at, at + 64, (byte) at);
    }
    return bytes;
  }

  private static byte[] compress(byte[] plain) throws IOException {
    MemoryFile file = new MemoryFile();
    try (ZstdSink sink = new ZstdSink(file)) {
      sink.write(ByteBuffer.wrap(plain));
      sink.finish();
    }
    return file.content();
  }

  private static byte[] readAll(byte[] compressed) throws IOException {
    try (ZstdSource source = ZstdSource.open(MemoryFile.of(compressed), "x.zst")) {
      // Damage can make the table claim more, but never more than a frame.
      return read(source, 0, ByteBuffer.allocate((int) source.size()));
    }
  }

  private static byte[] read(ByteSource source, long position, ByteBuffer target)
      throws IOException {
    source.readFully(position, target);
    assertThat(target.hasRemaining()).isFalse();
    byte[] bytes = new byte[target.capacity()];
    target.flip().get(bytes);
    return bytes;
  }
}
