// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.sagemaker.SyncMarkers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Our model of SageMaker's sync agent: copies a checkpoint folder to a bucket, one file at a time,
 * in random order, after random times, with its markers beside the files. It sees a file as soon as
 * it is there, whole or not, unless its name ends as those do that it ignores. A thread of its own;
 * {@link #stopAtOnce} is the end of the machine.
 */
final class UploadAgent {
  private static final long POLL_MILLIS = 10;

  private final Path folder;
  private final Bucket bucket;
  private final String prefix;
  private final SyncHabits habits;
  private final Random random;
  private final long started = System.nanoTime();
  private final Map<String, FolderScan.Found> uploaded = new HashMap<>();
  private final Map<String, Job> jobs = new HashMap<>();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean draining;
  private volatile Optional<Exception> failure = Optional.empty();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger files = new AtomicInteger();

  /** Work on one file: first the uploading marker, then the object. */
  private record Job(FolderScan.Found file, boolean begun, long due) {}

  /**
   * An agent that takes what is in the folder now for uploaded.
   *
   * @param prefix what the keys of all objects begin with, its closing slash included
   */
  UploadAgent(Path folder, Bucket bucket, String prefix, SyncHabits habits, Random random)
      throws IOException {
    this.folder = folder;
    this.bucket = bucket;
    this.prefix = prefix;
    this.habits = habits;
    this.random = random;
    for (FolderScan.Found file : FolderScan.of(folder)) {
      if (isUploadable(file.name())) {
        uploaded.put(file.name(), file);
      }
    }
    this.thread = new Thread(this::run, "sync agent of " + folder);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** How many files were uploaded so far. */
  int files() {
    return files.get();
  }

  /** How many bytes were uploaded so far. */
  long bytes() {
    return bytes.get();
  }

  /** Tells it to end, without waiting: what is not uploaded stays so. */
  void stop() {
    stopped = true;
  }

  /** Ends it: what is not uploaded stays so. */
  void stopAtOnce() throws IOException, InterruptedException {
    stop();
    thread.join();
    throwFailure();
  }

  /** Lets it upload what is there and ends it; at once if it stands still. */
  void drain() throws IOException, InterruptedException {
    draining = true;
    thread.join();
    throwFailure();
  }

  /**
   * Checks that it still works.
   *
   * @throws IOException if it ended because a copy failed, or by a mistake of its own
   */
  void throwFailure() throws IOException {
    if (failure.isPresent()) {
      throw new IOException(
          "The rehearsal's sync agent could not copy "
              + folder
              + " to "
              + bucket
              + ": "
              + failure.get(),
          failure.get());
    }
  }

  private void run() {
    try {
      while (!stopped) {
        boolean last = draining;
        if (isStalled()) {
          if (last) {
            return;
          }
        } else {
          look();
          work();
          if (last && jobs.isEmpty()) {
            return;
          }
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (UncheckedIOException e) {
      failure = Optional.of(e.getCause());
    } catch (IOException | RuntimeException e) {
      failure = Optional.of(e); // nothing goes on without the agent, whatever ended it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStalled() {
    return habits
        .stall()
        .filter(after -> System.nanoTime() - started > after.toNanos())
        .isPresent();
  }

  private void look() throws IOException {
    Set<String> there = new HashSet<>();
    for (FolderScan.Found file : FolderScan.of(folder)) {
      if (isUploadable(file.name())) {
        there.add(file.name());
        if (!file.equals(uploaded.get(file.name()))) {
          jobs.computeIfAbsent(file.name(), name -> new Job(file, false, due()));
        }
      }
    }
    if (habits.deletes()) {
      for (String name : uploaded.keySet()) {
        if (!there.contains(name)) {
          FolderScan.Found gone = uploaded.get(name);
          jobs.computeIfAbsent(name, key -> new Job(gone, false, due()));
        }
      }
    }
  }

  static boolean isUploadable(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return !SyncMarkers.isMarker(last) && !name.contains(SyncMarkers.IGNORE_SUFFIX);
  }

  private long due() {
    long longest = habits.delay().toNanos();
    return System.nanoTime() + (longest == 0 ? 0 : (long) (random.nextDouble() * longest));
  }

  private void work() throws IOException {
    for (String name : List.copyOf(jobs.keySet())) {
      Job job = jobs.get(name);
      if (stopped) {
        return;
      }
      if (job.due <= System.nanoTime()) {
        jobs.remove(name);
        if (job.begun) {
          finish(job);
        } else {
          begin(job);
        }
      }
    }
  }

  private void begin(Job job) throws IOException {
    String name = job.file.name();
    if (!Files.exists(folder.resolve(name))) {
      forget(name);
      return;
    }
    mark(name, SyncMarkers.UPLOADING_SUFFIX, true);
    mark(name, SyncMarkers.UPLOADED_SUFFIX, false);
    jobs.put(name, new Job(job.file, true, due()));
  }

  private void finish(Job job) throws IOException {
    String name = job.file.name();
    OptionalLong put;
    try {
      put = bucket.put(prefix + name, folder.resolve(name));
    } catch (NoSuchFileException e) {
      mark(name, SyncMarkers.UPLOADING_SUFFIX, false);
      forget(name);
      return;
    }
    uploaded.put(name, job.file);
    if (put.isEmpty()) {
      mark(name, SyncMarkers.UPLOADING_SUFFIX, false);
      return;
    }
    bytes.addAndGet(put.getAsLong());
    files.incrementAndGet();
    mark(name, SyncMarkers.UPLOADED_SUFFIX, true);
    if (random.nextBoolean()) { // some are said to linger
      mark(name, SyncMarkers.UPLOADING_SUFFIX, false);
    }
  }

  private void forget(String name) throws IOException {
    if (uploaded.remove(name) != null) {
      mark(name, SyncMarkers.UPLOADED_SUFFIX, false);
      if (habits.deletes()) {
        bucket.delete(prefix + name);
      }
    }
  }

  private void mark(String name, String suffix, boolean there) throws IOException {
    Path marker = folder.resolve(name + suffix);
    try {
      if (!there) {
        Files.deleteIfExists(marker);
      } else {
        Files.write(marker, new byte[0]);
      }
    } catch (NoSuchFileException e) {
      // The folder around it is gone.
    }
  }
}
