// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Turns reads of any size into few requests. Whoever reads on where the last read ended gets larger
 * and larger pieces, the next ones fetched in parallel while the present one is used, but never
 * more ahead than was read; whoever jumps fetches little. Thread-safe, but made for one reader: two
 * that take turns jump.
 */
final class ReadAhead {
  static final int SMALLEST = 64 << 10;
  private static final int LARGEST = 8 << 20;

  private final Source source;
  private final long size;
  private final ExecutorService threads;
  private final int depth;

  /** Adjoining, the first one being read. */
  private final Deque<Piece> pieces = new ArrayDeque<>();

  /** Where reading has gone on from without a jump. */
  private long runStart;

  /** Behind the last piece. */
  private long end = -1;

  /** Reads a range. Called by several threads. */
  @FunctionalInterface
  interface Source {
    byte[] get(long position, int length) throws IOException;
  }

  private record Piece(long start, int length, Future<byte[]> bytes) {
    boolean holds(long position) {
      return start <= position && position < start + length;
    }
  }

  /** At most {@code depth} pieces of a file of {@code size} bytes are held. */
  ReadAhead(Source source, long size, ExecutorService threads, int depth) {
    this.source = source;
    this.size = size;
    this.threads = threads;
    this.depth = depth;
  }

  /** Takes the first bytes, which are there already. */
  synchronized void hold(byte[] first) {
    pieces.add(new Piece(0, first.length, CompletableFuture.completedFuture(first)));
    end = first.length;
  }

  /** Reads at least one byte; there must be one. */
  int read(long position, ByteBuffer target) throws IOException {
    Piece piece = pieceAt(position, target.remaining());
    byte[] bytes = await(piece);
    int from = (int) (position - piece.start);
    int count = Math.min(target.remaining(), bytes.length - from);
    target.put(bytes, from, count);
    return count;
  }

  private synchronized Piece pieceAt(long position, int wanted) {
    while (!pieces.isEmpty() && !pieces.element().holds(position)) {
      pieces.remove();
    }
    if (pieces.isEmpty()) {
      runStart = position == end ? runStart : position;
      end = position;
      add(Math.min(LARGEST, Math.max(step(position), wanted)));
    }
    while (pieces.size() < depth && end < size && end - position < position - runStart) {
      add(step(position));
    }
    return pieces.element();
  }

  /** Half of what was read without a jump: who stops has fetched little in vain. */
  private int step(long position) {
    return (int) Math.max(SMALLEST, Math.min(LARGEST, (position - runStart) / 2));
  }

  private void add(int wanted) {
    long start = end;
    int length = (int) Math.min(wanted, size - start);
    pieces.add(new Piece(start, length, threads.submit(() -> source.get(start, length))));
    end = start + length;
  }

  private byte[] await(Piece piece) throws IOException {
    try {
      return piece.bytes.get();
    } catch (ExecutionException e) {
      forget();
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException("Could not read: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted while reading").initCause(e);
    }
  }

  /** A failed piece is asked for again by the next read. */
  private synchronized void forget() {
    pieces.clear();
    end = -1;
  }

  synchronized void close() {
    pieces.forEach(piece -> piece.bytes.cancel(false));
    pieces.clear();
  }
}
