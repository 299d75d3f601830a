// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.store.ReadableFile;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Somebody writes into the staging memory while it is written to a file. */
public final class TornStates {
  private TornStates() {}

  /** Flips a bit of the staged tensors as soon as the file was created, and again never. */
  public static LocalStore changingWhenWritten(Disk disk, StagedState state) {
    return new LocalStore(new Changing(disk, state));
  }

  static void flip(StagedState state, long offset) {
    state.buffer().forEachPiece(offset, 1, (at, piece) -> piece.put(0, (byte) (piece.get(0) ^ 1)));
  }

  /**
   * Tensors are digested before their first byte is written: the change comes after the digests.
   */
  private record Changing(Disk disk, StagedState state) implements Disk {
    @Override
    public List<StoredFile> list() throws IOException {
      return disk.list();
    }

    @Override
    public ReadableFile open(String name) throws IOException {
      return disk.open(name);
    }

    @Override
    public OpenFile create(String name) throws IOException {
      OpenFile file = disk.create(name);
      return new OpenFile() {
        private boolean changed;

        @Override
        public void write(ByteBuffer source) throws IOException {
          file.write(source);
          if (!changed) {
            changed = true;
            flip(state, 8);
          }
        }

        @Override
        public void reserve(int bytes) {
          file.reserve(bytes);
        }

        @Override
        public void fill(ByteBuffer beginning) throws IOException {
          file.fill(beginning);
        }

        @Override
        public void force() throws IOException {
          file.force();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      disk.delete(name);
    }

    @Override
    public void forceFolder() throws IOException {
      disk.forceFolder();
    }
  }
}
