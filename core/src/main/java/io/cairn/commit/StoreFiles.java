// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.ByteSource;
import io.cairn.store.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Store files as the format sees them. */
final class StoreFiles {
  private StoreFiles() {}

  static ByteSource source(ReadableFile file) {
    return new ByteSource() {
      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void readFully(long position, ByteBuffer target) throws IOException {
        file.readFully(position, target);
      }

      @Override
      public boolean isConcurrent() {
        return file.isRandomAccess();
      }
    };
  }
}
