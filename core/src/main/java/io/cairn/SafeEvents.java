// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners, and lets none of them break a save. */
final class SafeEvents implements CheckpointEvents {
  private static final Logger LOG = LoggerFactory.getLogger("io.cairn");

  private final List<CheckpointEvents> listeners;

  SafeEvents(List<CheckpointEvents> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Tells one more. */
  SafeEvents and(CheckpointEvents listener) {
    List<CheckpointEvents> all = new ArrayList<>(listeners);
    all.add(listener);
    return new SafeEvents(all);
  }

  @Override
  public void opened(Opened event) {
    tell(listener -> listener.opened(event));
  }

  @Override
  public void restored(Restored event) {
    tell(listener -> listener.restored(event));
  }

  @Override
  public void captured(Captured event) {
    tell(listener -> listener.captured(event));
  }

  @Override
  public void written(Written event) {
    tell(listener -> listener.written(event));
  }

  @Override
  public void committed(Committed event) {
    tell(listener -> listener.committed(event));
  }

  @Override
  public void skipped(Skipped event) {
    tell(listener -> listener.skipped(event));
  }

  @Override
  public void failed(Failed event) {
    tell(listener -> listener.failed(event));
  }

  @Override
  public void swept(Swept event) {
    tell(listener -> listener.swept(event));
  }

  @Override
  public void sweepFailed(IOException cause) {
    tell(listener -> listener.sweepFailed(cause));
  }

  @Override
  public void fetched(Fetched event) {
    tell(listener -> listener.fetched(event));
  }

  @Override
  public void fetchFailed(IOException cause) {
    tell(listener -> listener.fetchFailed(cause));
  }

  @Override
  public void uploaded(Uploaded event) {
    tell(listener -> listener.uploaded(event));
  }

  @Override
  public void uploadStalled(UploadStalled event) {
    tell(listener -> listener.uploadStalled(event));
  }

  @Override
  public void warned(String warning) {
    tell(listener -> listener.warned(warning));
  }

  @Override
  public void uploadFailed(IOException cause) {
    tell(listener -> listener.uploadFailed(cause));
  }

  @Override
  public void stopRequested(Duration grace) {
    tell(listener -> listener.stopRequested(grace));
  }

  private void tell(Consumer<CheckpointEvents> event) {
    for (CheckpointEvents listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        warn(listener, e);
      }
      Daemon.forgetInterrupt();
    }
  }

  /** The log may be what failed. */
  private static void warn(CheckpointEvents listener, Throwable e) {
    try {
      LOG.warn("cairn event=listener_failed listener={}", listener.getClass().getName(), e);
    } catch (RuntimeException | Error nobodyHears) {
      return;
    }
  }
}
