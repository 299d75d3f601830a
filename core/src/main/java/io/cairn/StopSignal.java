// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import java.lang.module.ModuleFinder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM as a request instead of an end: the training loop is told to stop, finishes the step,
 * saves, and the process ends by itself with its own exit status. A shutdown hook could not do
 * that: with one, the JVM always ends with status 143, which SageMaker takes for a failure.
 *
 * <p>If the process is still there when the grace period is over, it exits with 143, as it would
 * have without us, or as was set. One handler serves all checkpointers of the process. Once the
 * process was asked it is kept: asked again while it hands on its model, the process would end with
 * 143 after all. A checkpointer opened by then is asked at once.
 */
final class StopSignal {
  /** What a process ended by SIGTERM returns: 128 + 15. */
  static final int TERMINATED = 143;

  private static final Logger LOG = LoggerFactory.getLogger("io.cairn");
  private static final Set<Subscriber> SUBSCRIBERS = new CopyOnWriteArraySet<>();
  private static final AtomicBoolean ASKED = new AtomicBoolean();
  private static Object previous;

  private StopSignal() {}

  /** Wants to know. */
  interface Subscriber {
    /** The process was asked to stop. Does not wait for anybody. */
    void stopRequested();

    /** Tells listeners, who may take their time. */
    void announce();

    /** How long it may take. */
    Duration grace();

    /** With which status the process exits if it takes longer. */
    int exitStatus();
  }

  static synchronized void subscribe(Subscriber subscriber) {
    boolean first = SUBSCRIBERS.add(subscriber) && SUBSCRIBERS.size() == 1;
    if (ASKED.get()) {
      subscriber.stopRequested();
      subscriber.announce();
    } else if (first) {
      try {
        previous = TermSignal.handle(StopSignal::stop);
      } catch (ClassNotFoundException e) {
        warnNotHandled(whyNoModule());
      } catch (ReflectiveOperationException | RuntimeException e) {
        warnNotHandled(String.valueOf(e));
      }
    }
  }

  private static String whyNoModule() {
    return ModuleFinder.ofSystem().find(TermSignal.MODULE).isPresent()
        ? "this Java runtime was started without its module; add --add-modules " + TermSignal.MODULE
        : "this Java runtime was built without the module " + TermSignal.MODULE;
  }

  private static void warnNotHandled(String reason) {
    LOG.warn("cairn event=sigterm_not_handled reason=\"{}\"", reason);
  }

  static synchronized void unsubscribe(Subscriber subscriber) {
    SUBSCRIBERS.remove(subscriber);
    if (SUBSCRIBERS.isEmpty() && previous != null && !ASKED.get()) {
      TermSignal.restore(previous);
      previous = null;
    }
  }

  private static void stop() {
    if (ASKED.getAndSet(true)) {
      return; // asked again, which leaves no more time than before
    }
    Duration grace = Duration.ZERO;
    int status = TERMINATED;
    for (Subscriber subscriber : SUBSCRIBERS) {
      subscriber.stopRequested();
      if (subscriber.grace().compareTo(grace) > 0) {
        grace = subscriber.grace();
        status = subscriber.exitStatus();
      }
    }
    exitAfter(grace, status);
    SUBSCRIBERS.forEach(Subscriber::announce);
  }

  private static void exitAfter(Duration grace, int status) {
    Daemon.start(
        "cairn-grace",
        Thread.NORM_PRIORITY,
        () -> {
          try {
            Thread.sleep(grace.toMillis());
          } catch (InterruptedException e) {
            return;
          }
          try {
            LOG.error("cairn event=grace_over exit={}", status);
          } finally {
            System.exit(status);
          }
        });
  }
}
