// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.format.Digest;
import io.cairn.store.LocalStore;
import io.cairn.store.ReadableFile;
import io.cairn.testkit.Repro;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigesterTest {
  private static final int BLOCK = 1 << 20;

  @TempDir Path folder;
  private final Random random = Repro.random("file digester");
  private final FileDigester digester = new FileDigester();

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
