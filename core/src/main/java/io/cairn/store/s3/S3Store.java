// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files under a prefix of an S3 bucket, without folders below it. A file appears whole or not at
 * all, and its length is checked after every upload. Thread-safe; needs no closing: its threads are
 * daemons and end when they are idle, and a client of the caller's is closed by the caller.
 */
public final class S3Store implements Store {
  private static final Logger LOG = LoggerFactory.getLogger("io.cairn");
  private static final int IDLE_SECONDS = 10;

  private final S3Place place;
  private final S3Calls calls;
  private final S3Options options;
  private final ThreadPoolExecutor threads;
  private volatile boolean mayListUploads = true;

  private S3Store(S3Place place, S3Calls calls, S3Options options) {
    this.place = place;
    this.calls = calls;
    this.options = options;
    this.threads =
        new ThreadPoolExecutor(
            options.threads(),
            options.threads(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "cairn-s3");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The place a URI names. Makes no request.
   *
   * @param uri as in {@code s3://bucket/prefix}; a closing {@code /} is added, so that what lies
   *     under {@code prefix-2} is not seen
   * @param options how to talk to it
   * @return the store
   * @throws IllegalArgumentException if it is no such URI
   * @throws IOException if no client can be made, such as without a region
   */
  public static S3Store at(String uri, S3Options options) throws IOException {
    S3Place place = S3Place.parse(uri);
    return new S3Store(place, new S3Calls(S3Clients.client(options), place, options), options);
  }

  /**
   * The place a URI names, with default options.
   *
   * @param uri as in {@code s3://bucket/prefix}
   * @return the store
   * @throws IllegalArgumentException if it is no such URI
   * @throws IOException if no client can be made, such as without a region
   */
  public static S3Store at(String uri) throws IOException {
    return at(uri, S3Options.defaults());
  }

  @Override
  public List<StoredFile> list() throws IOException {
    return calls.list();
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    String key = place.key(name);
    return S3File.open(calls, key, threads, options.threads());
  }

  @Override
  public PendingFile create(String name) throws IOException {
    return new S3Upload(calls, place.key(name), threads, options);
  }

  @Override
  public void delete(String name) throws IOException {
    calls.delete(place.key(name));
  }

  /** Multi-part uploads that were begun and not finished; none if the role may not list them. */
  @Override
  public List<String> abandoned() throws IOException {
    return uploads(place.prefix()).stream()
        .flatMap(upload -> place.name(upload.key()).stream())
        .distinct()
        .toList();
  }

  @Override
  public void deleteAbandoned(String name) throws IOException {
    String key = place.key(name);
    for (S3Calls.Upload upload : uploads(key)) {
      if (upload.key().equals(key)) {
        abort(upload);
      }
    }
  }

  private void abort(S3Calls.Upload upload) throws IOException {
    try {
      calls.abortUpload(upload);
    } catch (NoSuchFileException e) {
      return; // it ended meanwhile
    }
  }

  private List<S3Calls.Upload> uploads(String prefix) throws IOException {
    try {
      return calls.uploads(prefix);
    } catch (NotImplementedByServer e) {
      return List.of();
    } catch (AccessDeniedException e) {
      if (mayListUploads) {
        mayListUploads = false;
        LOG.warn("cairn event=uploads_not_listed place={} reason=\"{}\"", place, e.getMessage());
      }
      return List.of();
    }
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
