// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.commit.PartName;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.store.UploadState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits for uploads gives up those that fail, and no others. */
class UploadQueueTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final long LATER_MILLIS = 400;
  private static final PartName ONE = part(1);
  private static final PartName TWO = part(2);

  private final UploadQueue queue =
      new UploadQueue(false, List.of(), (name, all) -> UploadState.UNKNOWN);

  private static PartName part(long step) {
    return new PartName(new RunName("bank"), new SnapshotId(step, 1), 0, 1);
  }

  private CompletableFuture<Void> succeedsLater() {
    return CompletableFuture.runAsync(
        () -> {
          queue.succeeded();
          queue.done();
        },
        CompletableFuture.delayedExecutor(LATER_MILLIS, TimeUnit.MILLISECONDS));
  }

  @Test
  void aPartWhoseTriesFailIsGivenUp() {
    queue.add(ONE);
    queue.next();
    queue.failed();
    assertThat(queue.awaitEmpty(SHORT)).containsExactly(ONE);
  }

  @Test
  void theFailuresOfOnePartAreNotThoseOfTheNext() {
    queue.add(ONE);
    queue.add(TWO);
    queue.next();
    queue.failed();
    queue.done();
    queue.next();
    CompletableFuture<Void> success = succeedsLater();
    assertThat(queue.awaitEmpty(SHORT)).isEmpty();
    success.join();
  }

  @Test
  void aTryThatGetsFurtherThanThoseThatFailedIsWaitedFor() {
    queue.add(ONE);
    queue.next();
    queue.moved(10);
    queue.failed();
    queue.moved(10);
    assertThat(queue.awaitEmpty(SHORT)).as("as far as before").containsExactly(ONE);
    queue.moved(1);
    CompletableFuture<Void> success = succeedsLater();
    assertThat(queue.awaitEmpty(SHORT)).isEmpty();
    success.join();
  }

  @Test
  void anInterruptDoesNotEndTheWaitForWhatArrives() {
    queue.add(ONE);
    queue.next();
    CompletableFuture<Void> success = succeedsLater();
    Thread.currentThread().interrupt();
    assertThat(queue.awaitEmpty(Duration.ofHours(1))).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    success.join();
  }

  @Test
  void anInterruptedThreadWaitsNoLongerThanItsPatience() {
    queue.add(ONE);
    queue.next();
    Thread.currentThread().interrupt();
    assertThat(queue.awaitEmpty(SHORT)).containsExactly(ONE);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theEndOfTheProcessHoldsForWhatComesLater() {
    queue.add(ONE);
    queue.next();
    queue.hurry(SHORT);
    assertThat(queue.awaitEmpty(Duration.ofHours(1))).containsExactly(ONE);
    queue.done();
    queue.add(TWO);
    queue.next();
    assertThat(queue.awaitEmpty(Duration.ofHours(1))).containsExactly(TWO);
  }
}
