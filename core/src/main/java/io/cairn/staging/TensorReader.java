// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.DirectMemory;
import io.cairn.format.StoredPart;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Reads tensors of one part, each against its digest: while a block of the file is copied to where
 * it goes, the next ones are read and digested beside it. Used by one thread.
 */
final class TensorReader {
  /** How many blocks are read before they are needed: no thread waits for the other each time. */
  private static final int AHEAD = 4;

  private final ByteSource source;
  private final StoredPart part;
  private DigestChain tensor = new DigestChain();

  TensorReader(ByteSource source, StoredPart part) {
    this.source = source;
    this.part = part;
  }

  /**
   * Copies tensors to where they go.
   *
   * @throws CorruptSnapshotException if one is not what its digest says; some may be copied
   * @throws CheckpointException if one cannot be read; some may be copied
   */
  void copy(List<SectionRestore.Target> targets) throws CheckpointException {
    List<ReadPlan.Block> blocks = ReadPlan.of(part, targets);
    long bytes = blocks.stream().mapToLong(ReadPlan.Block::bytes).sum();
    Deque<SideThread.Result<Content>> coming = new ArrayDeque<>();
    try (SideThread side = SideThread.forBytes(bytes)) {
      Iterator<ReadPlan.Block> next = blocks.iterator();
      while (next.hasNext() && coming.size() < AHEAD) {
        ReadPlan.Block block = next.next();
        coming.add(side.start(() -> read(block, DirectMemory.allocate(block.bytes()))));
      }
      while (!coming.isEmpty()) {
        helpUntilFirst(coming);
        Content content = coming.remove().await();
        write(content);
        if (next.hasNext()) {
          ReadPlan.Block block = next.next();
          coming.add(side.start(() -> read(block, content.bytesFor(block))));
        }
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("Reading fails with a CheckpointException", e);
    }
  }

  /** Copying takes less time than reading: who waits for a block may as well read another. */
  private void helpUntilFirst(Deque<SideThread.Result<Content>> coming) {
    Iterator<SideThread.Result<Content>> next = coming.iterator();
    while (source.isConcurrent() && next.hasNext() && !coming.element().isDone()) {
      next.next().help();
    }
  }

  /** A block that was read, and the digests of its pieces. */
  private record Content(ReadPlan.Block block, ByteBuffer bytes, List<Digest> digests) {

    ByteBuffer piece(ReadPlan.Piece piece) {
      return bytes.limit(piece.at() + piece.bytes()).position(piece.at());
    }

    /** The memory, for another block. */
    ByteBuffer bytesFor(ReadPlan.Block other) {
      return bytes.capacity() < other.bytes() ? DirectMemory.allocate(other.bytes()) : bytes;
    }
  }

  private Content read(ReadPlan.Block block, ByteBuffer target) throws CheckpointException {
    try {
      source.readFully(block.position(), target.clear().limit(block.bytes()));
    } catch (CheckpointException | EOFException e) {
      String name = block.pieces().get(0).target().fullName();
      throw changed(name, "could not be read again: " + Reason.of(e), e);
    } catch (IOException e) {
      throw unreadable(block.pieces().get(0).target().fullName(), e);
    }
    Content content = new Content(block, target, new ArrayList<>(block.pieces().size()));
    for (ReadPlan.Piece piece : block.pieces()) {
      content.digests.add(Digest.of(content.piece(piece)));
    }
    return content;
  }

  /** Blocks come in order, whoever read them. */
  private void write(Content content) throws CorruptSnapshotException {
    for (int i = 0; i < content.digests.size(); i++) {
      ReadPlan.Piece piece = content.block.pieces().get(i);
      if (piece.isFirst()) {
        tensor = new DigestChain();
      }
      tensor.append(content.digests.get(i), piece.bytes());
      if (piece.isLast()) {
        requireDigest(piece.target(), tensor.digest());
      }
      piece.target().memory().write(piece.offset(), content.piece(piece));
    }
  }

  private static void requireDigest(SectionRestore.Target target, Digest found)
      throws CorruptSnapshotException {
    Digest expected = target.entry().digest();
    if (!found.equals(expected)) {
      throw changed(target.fullName(), "has digest " + found + ", expected " + expected, null);
    }
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
