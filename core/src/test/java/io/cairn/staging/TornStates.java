// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.testkit.OtherDisk;
import java.io.IOException;
import java.nio.ByteBuffer;

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
  private static final class Changing extends OtherDisk {
    private final StagedState state;

    Changing(Disk disk, StagedState state) {
      super(disk);
      this.state = state;
    }

    @Override
    public OpenFile create(String name) throws IOException {
      OpenFile file = super.create(name);
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
  }
}
