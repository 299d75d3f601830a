// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import io.cairn.store.s3.S3Calls.Body;
import io.cairn.store.s3.S3Calls.Upload;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** The parts of one multi-part upload: so many at a time, in as many buffers. One thread's. */
final class S3Parts {
  private static final int MAX_PARTS = 10_000;

  private final S3Calls calls;
  private final Upload upload;
  private final ExecutorService threads;
  private final S3Options options;
  private final Deque<Sent> underWay = new ArrayDeque<>();
  private final List<CompletedPart> done = new ArrayList<>();
  private long arrivedBytes;
  private volatile boolean aborted;

  private record Sent(Future<CompletedPart> part, Body body) {}

  S3Parts(S3Calls calls, Upload upload, ExecutorService threads, S3Options options) {
    this.calls = calls;
    this.upload = upload;
    this.threads = threads;
    this.options = options;
  }

  /**
   * Sends a part.
   *
   * @param body its buffer is in use until it arrived
   * @return a buffer for the next part
   * @throws IOException if this or an earlier one failed
   */
  byte[] send(Body body) throws IOException {
    int number = done.size() + underWay.size() + 1;
    if (number > MAX_PARTS) {
      throw new IOException(
          calls.place().uri(upload.key())
              + " needs more than "
              + MAX_PARTS
              + " parts of "
              + options.partBytes()
              + " bytes; set larger partBytes in the S3 options");
    }
    underWay.add(new Sent(threads.submit(() -> upload(number, body)), body));
    return underWay.size() < options.threads() ? new byte[options.partBytes()] : awaitOldest();
  }

  private CompletedPart upload(int number, Body body) throws IOException {
    if (aborted) {
      throw new CancellationException("The upload of " + upload.key() + " was aborted");
    }
    return calls.uploadPart(upload, number, body);
  }

  /** The bytes of the parts that were waited for. */
  long arrivedBytes() {
    return arrivedBytes;
  }

  void awaitAll() throws IOException {
    while (!underWay.isEmpty()) {
      awaitOldest();
    }
  }

  private byte[] awaitOldest() throws IOException {
    Sent oldest = underWay.element();
    try {
      done.add(oldest.part.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException("Could not upload a part of " + upload.key() + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted while uploading").initCause(e);
    }
    underWay.remove();
    arrivedBytes += oldest.body.length();
    return oldest.body.buffer();
  }

  void complete() throws IOException {
    calls.completeUpload(upload, done);
  }

  /**
   * Parts that arrive after the abort would stay, and be paid for. So those being sent are waited
   * for: a cancelled future would be over before its request is. An interrupt has to wait, too, as
   * the SDK makes no request for an interrupted thread.
   */
  void abort() throws IOException {
    aborted = true;
    boolean interrupted = Thread.interrupted();
    try {
      for (Sent sent : underWay) {
        interrupted |= awaitEnd(sent);
      }
      calls.abortUpload(upload);
    } catch (NoSuchFileException e) {
      return; // somebody was faster
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the thread was interrupted meanwhile. */
  private static boolean awaitEnd(Sent sent) {
    boolean interrupted = false;
    while (true) {
      try {
        sent.part.get();
        return interrupted;
      } catch (ExecutionException e) {
        return interrupted; // it failed, and is over
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
