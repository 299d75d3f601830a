// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SideThreadTest {
  @Test
  void aFailureIsTheOneThatTheWorkHad() {
    IOException failure = new IOException("no such bytes");
    IllegalStateException wrong = new IllegalStateException("wrong");
    try (SideThread side = SideThread.of(1)) {
      SideThread.Result<String> failed =
          side.start(
              () -> {
                throw failure;
              });
      SideThread.Result<String> broken =
          side.start(
              () -> {
                throw wrong;
              });
      assertThatThrownBy(failed::await).isSameAs(failure);
      assertThatThrownBy(broken::await).isSameAs(wrong);
    }
  }

  @Test
  void whoHelpsDoesWhatIsNotBegunAndNothingTwice() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    try (SideThread side = SideThread.of(1)) {
      side.run(() -> awaitUninterrupted(held));
      SideThread.Result<Thread> work =
          side.start(
              () -> {
                times.incrementAndGet();
                return Thread.currentThread();
              });
      assertThat(work.isDone()).isFalse();
      work.help();
      work.help();
      held.countDown();
      assertThat(work.await()).isSameAs(Thread.currentThread());
    }
    assertThat(times).hasValue(1);
  }

  @Test
  void anInterruptDoesNotEndTheWaitAndIsNotLost() throws Exception {
    Thread waiting = Thread.currentThread();
    waiting.interrupt();
    try (SideThread side = SideThread.of(1)) {
      SideThread.Result<String> work =
          side.start(
              () -> {
                while (waiting.isInterrupted()) { // until the wait has noticed
                  Thread.onSpinWait();
                }
                return "done";
              });
      assertThat(work.await()).isEqualTo("done");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** No system gives a stack of 2^50 bytes, as none gives a thread beyond its limit of them. */
  @Test
  void whereThereIsNoThreadTheCallerWorksAlone() throws Exception {
    List<String> done = new ArrayList<>();
    IOException failure = new IOException("no such bytes");
    try (SideThread side =
        SideThread.of(2, work -> new Thread(null, work, "too large", 1L << 50))) {
      SideThread.Result<Thread> first =
          side.start(
              () -> {
                done.add("first");
                return Thread.currentThread();
              });
      side.run(() -> done.add("second"));
      SideThread.Result<String> failed =
          side.start(
              () -> {
                throw failure;
              });
      assertThat(done).containsExactly("first", "second");
      assertThat(first.await()).isSameAs(Thread.currentThread());
      assertThatThrownBy(failed::await).isSameAs(failure);
    }
  }

  @Test
  void ofThreadsThatAreNotToBeHadTheOthersWork() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ThreadFactory oneOnly =
        work -> new Thread(null, work, "one", asked.getAndIncrement() == 0 ? 0 : 1L << 50);
    try (SideThread side = SideThread.of(3, oneOnly)) {
      for (int i = 0; i < 5; i++) {
        assertThat(side.start(() -> Thread.currentThread().getName()).await()).isEqualTo("one");
      }
    }
    assertThat(asked).hasValue(2);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts the side thread", e);
    }
  }
}
