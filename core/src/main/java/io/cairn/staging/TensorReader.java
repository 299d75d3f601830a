// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.format.StoredPart;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/**
 * Reads tensors of one part, each against its digest: while a block of the file is copied to where
 * it goes, the next one is read and digested beside it. Used by one thread.
 */
final class TensorReader {
  private final ByteSource source;
  private final StoredPart part;
  private ByteBuffer reading = ByteBuffer.allocateDirect(0);
  private ByteBuffer copying = ByteBuffer.allocateDirect(0);
  private Digest.Crc32c crc = new Digest.Crc32c();

  TensorReader(ByteSource source, StoredPart part) {
    this.source = source;
    this.part = part;
  }

  /**
   * Copies tensors to where they go.
   *
   * @throws CorruptSnapshotException if one is not what its digest says; some may be copied
   */
  void copy(List<SectionRestore.Target> targets) throws CheckpointException {
    Iterator<ReadPlan.Block> blocks = ReadPlan.of(part, targets).iterator();
    long bytes = targets.stream().mapToLong(target -> target.entry().spec().byteSize()).sum();
    try (SideThread side = SideThread.forBytes(bytes)) {
      SideThread.Result<ReadPlan.Block> coming = start(side, blocks);
      while (coming != null) {
        ReadPlan.Block block = coming.await();
        ByteBuffer content = reading;
        reading = copying;
        copying = content;
        coming = start(side, blocks);
        write(block, content);
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("Reading fails with a CheckpointException", e);
    }
  }

  private SideThread.Result<ReadPlan.Block> start(
      SideThread side, Iterator<ReadPlan.Block> blocks) {
    if (!blocks.hasNext()) {
      return null;
    }
    ReadPlan.Block block = blocks.next();
    if (reading.capacity() < block.bytes()) {
      reading = ByteBuffer.allocateDirect(block.bytes());
    }
    ByteBuffer target = reading.clear().limit(block.bytes());
    return side.start(() -> read(block, target));
  }

  private ReadPlan.Block read(ReadPlan.Block block, ByteBuffer target) throws CheckpointException {
    try {
      source.readFully(block.position(), target);
    } catch (IOException e) {
      String name = block.pieces().get(0).target().fullName();
      throw changed(name, "could not be read again: " + e.getMessage(), e);
    }
    for (ReadPlan.Piece piece : block.pieces()) {
      if (piece.isFirst()) {
        crc = new Digest.Crc32c();
      }
      crc.update(target.limit(piece.at() + piece.bytes()).position(piece.at()));
      if (piece.isLast()) {
        requireDigest(piece.target(), crc.digest());
      }
    }
    return block;
  }

  private static void requireDigest(SectionRestore.Target target, Digest found)
      throws CorruptSnapshotException {
    Digest expected = target.entry().digest();
    if (!found.equals(expected)) {
      throw changed(target.fullName(), "has digest " + found + ", expected " + expected, null);
    }
  }

  private static void write(ReadPlan.Block block, ByteBuffer content) {
    for (ReadPlan.Piece piece : block.pieces()) {
      content.limit(piece.at() + piece.bytes()).position(piece.at());
      piece.target().memory().write(piece.offset(), content);
    }
  }

  private static CorruptSnapshotException changed(String name, String what, IOException cause) {
    return new CorruptSnapshotException(
        "Tensor '"
            + name
            + "' "
            + what
            + ", after the whole file had been verified: the file changed while it was loaded."
            + " The training's state is now partly overwritten; start the process again",
        cause);
  }
}
