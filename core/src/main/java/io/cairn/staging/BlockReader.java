// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.format.DirectMemory;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads and digests one block after the other into the same memory. Used by one thread at once. */
final class BlockReader {
  private final ByteSource source;
  private ByteBuffer bytes = DirectMemory.allocate(0);

  BlockReader(ByteSource source) {
    this.source = source;
  }

  /**
   * Reads a block.
   *
   * @return the digests of its pieces
   * @throws CheckpointException if it cannot be read
   */
  List<Digest> read(ReadPlan.Block block) throws CheckpointException {
    if (bytes.capacity() < block.bytes()) {
      bytes = DirectMemory.allocate(block.bytes());
    }
    String first = block.pieces().get(0).target().fullName();
    try {
      source.readFully(block.position(), bytes.clear().limit(block.bytes()));
    } catch (CheckpointException | EOFException e) {
      throw changed(first, "could not be read again: " + Reason.of(e), e);
    } catch (IOException e) {
      throw unreadable(first, e);
    }
    List<Digest> digests = new ArrayList<>(block.pieces().size());
    for (ReadPlan.Piece piece : block.pieces()) {
      digests.add(Digest.of(bytes(piece)));
    }
    return digests;
  }

  /** Copies a block to where it goes: the one that was read last. */
  void write(ReadPlan.Block block) {
    for (ReadPlan.Piece piece : block.pieces()) {
      piece.target().memory().write(piece.offset(), bytes(piece));
    }
  }

  private ByteBuffer bytes(ReadPlan.Piece piece) {
    return bytes.limit(piece.at() + piece.bytes()).position(piece.at());
  }

  /** Says nothing about the file: it may be as it was. */
  private static CheckpointException unreadable(String name, IOException cause) {
    return new CheckpointException(
        "Tensor '"
            + name
            + "' could not be read again, after the whole file had been verified: "
            + Reason.of(cause)
            + ". The training's state is now partly overwritten; start the process again",
        cause);
  }

  /** The file is not as it was when it was verified. */
  static CorruptSnapshotException changed(String name, String what, IOException cause) {
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
