// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.ByteSink;
import io.cairn.store.PendingFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a store as the format sees it. */
record PendingSink(PendingFile file) implements ByteSink {

  @Override
  public void write(ByteBuffer source) throws IOException {
    file.write(source);
  }

  @Override
  public boolean reserve(int bytes) {
    return file.reserve(bytes);
  }

  @Override
  public void fill(ByteBuffer beginning) throws IOException {
    file.fill(beginning);
  }
}
