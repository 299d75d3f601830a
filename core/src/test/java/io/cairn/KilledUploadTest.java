// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.commit.Catalog;
import io.cairn.commit.SnapshotChooser;
import io.cairn.commit.VerifiedSnapshot;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Refusal;
import io.cairn.model.RunName;
import io.cairn.model.SectionSource;
import io.cairn.model.SnapshotId;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.staging.Copiers;
import io.cairn.store.Store;
import io.cairn.store.s3.S3Options;
import io.cairn.store.s3.S3Store;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The uploader dies before and after each of its requests: S3 never holds a snapshot that looks
 * complete and is not, and always the one that was said to be there, or a newer one.
 */
class KilledUploadTest {
  private static final RunName RUN = new RunName("bank");
  private static final int PART = 5 << 20;
  private static final int SAVES = 2;

  /** Who is dead need not be waited for; who lives may have to try again. */
  private static final Duration SHORT = Duration.ofMillis(150);

  private static final Duration LONG = Duration.ofSeconds(60);

  private static S3Server server;

  @TempDir Path base;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** More than one part of an upload; different at every step. */
  private static final class Large implements TrainingState {
    private static final TensorSpec SPEC =
        new TensorSpec("values", DType.I64, List.of((PART + 4096) / 8L));

    private final long[] values = new long[(PART + 4096) / 8];

    void train(long step) {
      for (int i = 0; i < values.length; i++) {
        values[i] = step * 31 + i;
      }
    }

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.builder().identity("kind", "large").build();
    }

    @Override
    public void capture(StateSink sink) {
      sink.section("model").tensor(SPEC, TensorMemory.of(values));
    }

    @Override
    public void restore(StateSource source) throws io.cairn.model.CheckpointException {
      SectionSource model = source.section("model");
      model.tensor(SPEC, TensorMemory.of(values));
    }
  }

  /** Lets so many requests through, then none; the last one may lose its answer only. */
  private static final class Death implements ExecutionInterceptor {
    private final AtomicInteger count = new AtomicInteger();
    private final int last;
    private final boolean answerLost;

    Death(int last, boolean answerLost) {
      this.last = last;
      this.answerLost = answerLost;
    }

    Duration patience() {
      return last == Integer.MAX_VALUE ? LONG : SHORT;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes unused) {
      int number = count.incrementAndGet();
      if (number > last || (number == last && !answerLost)) {
        throw SdkClientException.create("dead");
      }
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes unused) {
      if (count.get() >= last) {
        throw SdkClientException.create("dead");
      }
    }
  }

  private static final class Acknowledged implements CheckpointEvents {
    final TreeSet<SnapshotId> uploaded = new TreeSet<>();
    private final List<String> failures = new ArrayList<>();

    @Override
    public synchronized void uploaded(Uploaded event) {
      uploaded.add(event.id());
    }

    @Override
    public synchronized void failed(Failed event) {
      failures.add("save " + event.id() + ": " + event.cause().getMessage());
    }

    @Override
    public synchronized void uploadFailed(IOException cause) {
      failures.add("upload: " + cause.getMessage());
    }

    /** For who asks why a snapshot is missing. */
    @Override
    public synchronized String toString() {
      return "uploaded " + uploaded + ", failures " + failures;
    }

    synchronized Optional<SnapshotId> newest() {
      return uploaded.isEmpty() ? Optional.empty() : Optional.of(Collections.max(uploaded));
    }
  }

  private static S3Client client(ExecutionInterceptor interceptor) {
    return S3Server.clientBuilder(server.endpoint())
        .overrideConfiguration(
            common ->
                common
                    .addExecutionInterceptor(interceptor)
                    .retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  private CheckpointerBuilder builder(Path folder, Store mirror, Duration patience) {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base.resolve("no-base"))
        .folder(folder)
        .mirror(mirror)
        .run(RUN.value())
        .grace(patience)
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(1))
        .retention(RetentionPolicy.keepLast(1));
  }

  /** Each save waits until the one before is uploaded, so that all of them are. */
  private void train(Path folder, String place, Death death, Acknowledged seen) throws Exception {
    try (S3Client client = client(death)) {
      Store mirror = S3Store.at(place, S3Options.builder().client(client).partBytes(PART).build());
      Large state = new Large();
      try (Checkpointer checkpointer =
          builder(folder, mirror, death.patience()).events(seen).open(state)) {
        for (long step = 1; step <= SAVES; step++) {
          state.train(step);
          checkpointer.afterStep(Progress.ofStep(step));
          checkpointer.finish(Progress.ofStep(step));
        }
      } catch (io.cairn.model.CheckpointException e) {
        assertThat(e).hasMessageContaining("dead"); // it could not even list
      }
    }
  }

  @Test
  void s3NeverHoldsASnapshotThatLooksCompleteAndIsNot() throws Exception {
    Death never = new Death(Integer.MAX_VALUE, false);
    Acknowledged all = new Acknowledged();
    train(base.resolve("all"), place(), never, all);
    assertThat(all.uploaded).as(all.toString()).hasSize(SAVES);
    int requests = never.count.get();
    assertThat(requests).isGreaterThan(15);
    for (int last = 1; last <= requests; last++) {
      for (boolean answerLost : List.of(false, true)) {
        String place = place();
        Acknowledged seen = new Acknowledged();
        train(base.resolve(last + "-" + answerLost), place, new Death(last, answerLost), seen);
        String when = "request " + last + " of " + requests + ", answer lost: " + answerLost;
        check(place, seen, when + "; " + seen);
      }
    }
  }

  private static String place() {
    return "s3://" + server.newBucket() + "/jobs";
  }

  private void check(String place, Acknowledged seen, String when) throws IOException {
    Store healthy = server.store(place);
    SnapshotChooser chooser =
        new SnapshotChooser(healthy, Catalog.read(healthy, RUN), new Copiers(1));
    Optional<VerifiedSnapshot> newest = chooser.newest();
    for (Optional<VerifiedSnapshot> next = newest; next.isPresent(); next = chooser.newest()) {
      assertThat(next.get().bytes()).as(when).isPositive();
    }
    assertThat(chooser.refusals()).as(when).noneMatch(Refusal::isDamaged);
    List<String> names = StoreContract.names(healthy);
    assertThat(names)
        .as(when)
        .filteredOn(name -> name.endsWith(".json"))
        .allMatch(name -> names.contains(name.replace(".json", ".safetensors")));
    if (seen.newest().isPresent()) {
      assertThat(newest).as(when).isPresent();
      assertThat(newest.get().id()).as(when).isGreaterThanOrEqualTo(seen.newest().get());
    }
  }
}
