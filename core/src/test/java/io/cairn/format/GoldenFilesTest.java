// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Files of version 1 stay readable, and the same state gives the same bytes. Never write the golden
 * files again: a change of the format is a new version, with files of its own.
 */
class GoldenFilesTest {

  @Test
  void the_data_file_is_written_byte_for_byte() throws IOException {
    assertThat(Golden.dataFile()).isEqualTo(Golden.bytes(Golden.DATA));
  }

  @Test
  void the_data_file_is_read() throws IOException {
    StoredPart part = PartHeader.decode(MemoryFile.of(Golden.bytes(Golden.DATA)), Golden.DATA);

    assertThat(part.header()).isEqualTo(Golden.header());
    assertThat(part.dataBytes()).isEqualTo(Golden.data().remaining());
    assertThat(part.dataStart() % SafetensorsHeader.ALIGNMENT).isZero();
  }

  /** May fail when zstd is updated: then only this test may go, the file must still be read. */
  @Test
  void the_compressed_file_is_written_byte_for_byte() throws IOException {
    assertThat(Golden.compressedFile()).isEqualTo(Golden.bytes(Golden.COMPRESSED));
  }

  @Test
  void the_compressed_file_is_read() throws IOException {
    ByteSource file = MemoryFile.of(Golden.bytes(Golden.COMPRESSED));
    try (ZstdSource plain = ZstdSource.open(file, Golden.COMPRESSED)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) plain.size());
      plain.readFully(0, bytes);
      assertThat(bytes.array()).isEqualTo(Golden.bytes(Golden.DATA));
    }
  }

  @Test
  void the_manifest_is_written_byte_for_byte() throws IOException {
    assertThat(ManifestCodec.encode(Golden.manifest())).isEqualTo(Golden.bytes(Golden.MANIFEST));
  }

  @Test
  void the_manifest_is_read() throws IOException {
    assertThat(ManifestCodec.decode(Golden.bytes(Golden.MANIFEST), Golden.MANIFEST))
        .isEqualTo(Golden.manifest());
  }
}
