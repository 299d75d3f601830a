// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import io.cairn.store.PendingFile;
import io.cairn.store.PublishUnknownException;
import io.cairn.store.s3.S3Calls.Body;
import io.cairn.store.s3.S3Calls.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

/**
 * An object being written. One that fits into a part is kept in memory and put in one request, only
 * if there is none of its name; a larger one goes in parts, several at a time, and becomes an
 * object when all are there. S3 shows an object whole or not at all.
 */
final class S3Upload implements PendingFile {
  private static final int FIRST_BUFFER_BYTES = 64 << 10;

  private final S3Calls calls;
  private final String key;
  private final ExecutorService threads;
  private final S3Options options;
  private final String write = UUID.randomUUID().toString();
  private Optional<S3Parts> parts = Optional.empty();
  private byte[] buffer;
  private int filled;
  private long bytes;
  private boolean settled;

  S3Upload(S3Calls calls, String key, ExecutorService threads, S3Options options) {
    this.calls = calls;
    this.key = key;
    this.threads = threads;
    this.options = options;
    this.buffer = new byte[Math.min(FIRST_BUFFER_BYTES, options.partBytes())];
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    requireOpen();
    while (source.hasRemaining()) {
      makeRoom();
      int count = Math.min(source.remaining(), buffer.length - filled);
      source.get(buffer, filled, count);
      filled += count;
      bytes += count;
    }
  }

  /** The last part is sent by publish: a file that just fills one goes in one request. */
  private void makeRoom() throws IOException {
    if (filled < buffer.length) {
      return;
    }
    if (filled < options.partBytes()) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * filled, options.partBytes()));
      return;
    }
    if (parts.isEmpty()) {
      parts = Optional.of(new S3Parts(calls, calls.createUpload(key, write), threads, options));
    }
    buffer = parts.get().send(new Body(buffer, filled));
    filled = 0;
  }

  @Override
  public long unsent() {
    return bytes - parts.map(S3Parts::arrivedBytes).orElse(0L);
  }

  @Override
  public void publish() throws IOException {
    requireOpen();
    if (bytes == 0) {
      throw new FileSystemException(
          calls.place().uri(key),
          null,
          "S3 gets no objects without bytes: some clients cannot read them");
    }
    if (parts.isPresent()) {
      parts.get().send(new Body(buffer, filled));
      parts.get().awaitAll();
    }
    try {
      if (parts.isPresent()) {
        parts.get().complete();
      } else {
        putNew();
      }
    } catch (AccessDeniedException | FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      requireThere(e); // the answer may have been lost, not the request
    }
    settled = true;
    verify();
  }

  /** The same bytes under the same name are no conflict: a request may be repeated. */
  private void putNew() throws IOException {
    Body body = new Body(buffer, filled);
    try {
      calls.put(key, body, write, true);
    } catch (NotImplementedByServer e) {
      calls.put(key, body, write, false);
    } catch (FileAlreadyExistsException e) {
      if (!isOurs(calls.head(key)) && !holds(body)) {
        throw new FileAlreadyExistsException(
            calls.place().uri(key),
            null,
            "there is one with other bytes; do two trainings use one prefix and run name?");
      }
    }
  }

  private boolean holds(Body body) throws IOException {
    return calls.head(key).bytes() == body.length()
        && body.isEqualTo(calls.get(key, 0, body.length()));
  }

  private boolean isOurs(Head head) {
    return head.write().equals(Optional.of(write));
  }

  private void requireThere(IOException failure) throws IOException {
    boolean there;
    try {
      there = isOurs(calls.head(key));
    } catch (NoSuchFileException e) {
      throw failure;
    } catch (IOException e) {
      PublishUnknownException unknown =
          new PublishUnknownException(
              "It is not known whether "
                  + calls.place().uri(key)
                  + " was written: "
                  + failure.getMessage(),
              failure);
      unknown.addSuppressed(e);
      throw unknown;
    }
    if (!there) {
      throw failure;
    }
  }

  /** Servers answered 200 and stored something else; another writer may have been faster. */
  private void verify() throws IOException {
    Head head;
    try {
      head = calls.head(key);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "The server took "
              + calls.place().uri(key)
              + " of "
              + bytes
              + " bytes, but does not have it",
          e);
    } catch (IOException e) {
      throw new PublishUnknownException(
          "Wrote " + calls.place().uri(key) + ", but could not check it: " + e.getMessage(), e);
    }
    if (head.bytes() != bytes) {
      throw wrongLength(head.bytes());
    }
  }

  /** Removes the object. That it may not be is the lesser trouble, and comes second. */
  private IOException wrongLength(long found) {
    Optional<IOException> kept = Optional.empty();
    try {
      calls.delete(key);
    } catch (IOException e) {
      kept = Optional.of(e);
    }
    IOException failure =
        new IOException(
            calls.place().uri(key)
                + " has "
                + found
                + " bytes after an upload of "
                + bytes
                + (kept.isEmpty() ? " and was removed" : " and could not be removed")
                + "; the server may store the frames of chunks as data: set chunkedEncoding(false)"
                + " in the S3 options");
    kept.ifPresent(failure::addSuppressed);
    return failure;
  }

  private void requireOpen() throws ClosedChannelException {
    if (settled) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() throws IOException {
    if (!settled) {
      settled = true;
      buffer = new byte[0];
      if (parts.isPresent()) {
        parts.get().abort();
      }
    }
  }
}
