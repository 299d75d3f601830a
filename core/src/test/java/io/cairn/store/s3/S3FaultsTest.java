// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import static io.cairn.testkit.StoreContract.bytes;
import static io.cairn.testkit.StoreContract.names;
import static io.cairn.testkit.StoreContract.publish;
import static io.cairn.testkit.StoreContract.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cairn.SampleRuns;
import io.cairn.commit.PartCopy;
import io.cairn.commit.PartName;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import io.cairn.store.PendingFile;
import io.cairn.store.PublishUnknownException;
import io.cairn.testkit.FaultyProxy;
import io.cairn.testkit.FaultyProxy.Fault;
import io.cairn.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** A bad network, and servers that say one thing and do another. */
class S3FaultsTest {
  private static final int PART = 5 << 20;
  private static final int SMALL = 300_000;
  private static final int LARGE = 2 * PART + 1000;

  private static S3Server server;
  private FaultyProxy proxy;
  private S3Client client;
  private String bucket;

  @BeforeAll
  static void startServer() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void start() throws Exception {
    bucket = server.newBucket();
    proxy = FaultyProxy.before(server.endpoint());
    client = S3Server.clientBuilder(proxy.endpoint()).build();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    proxy.close();
  }

  private S3Store store() throws IOException {
    return store(client);
  }

  private S3Store store(S3Client through) throws IOException {
    S3Options options = S3Options.builder().client(through).partBytes(PART).build();
    return S3Store.at("s3://" + bucket + "/p", options);
  }

  @Test
  void throttledRequestsAreRepeated() throws Exception {
    proxy.fail("PUT /", Fault.THROTTLED, 1).fail("GET .*list-type", Fault.THROTTLED, 1);
    proxy.fail("GET .*/p/a", Fault.THROTTLED, 1).fail("HEAD ", Fault.THROTTLED, 1);
    publish(store(), "a", bytes(SMALL));
    assertThat(names(store())).containsExactly("a");
    assertThat(read(store(), "a")).isEqualTo(bytes(SMALL));
  }

  @Test
  void anUploadSurvivesCutConnections() throws Exception {
    proxy.fail("PUT .*partNumber=2", Fault.REQUEST_CUT, 1).fail("PUT .*p/a$", Fault.REQUEST_CUT, 1);
    publish(store(), "large", bytes(LARGE));
    publish(store(), "a", bytes(SMALL));
    assertThat(read(store(), "large")).isEqualTo(bytes(LARGE));
    assertThat(read(store(), "a")).isEqualTo(bytes(SMALL));
  }

  @Test
  void aPutWhoseAnswerWasLostIsNoConflictWithItself() throws Exception {
    proxy.fail("PUT ", Fault.ANSWER_LOST, 1);
    publish(store(), "a", bytes(SMALL));
    assertThat(proxy.requests()).filteredOn(line -> line.startsWith("PUT")).hasSizeGreaterThan(1);
    assertThat(read(store(), "a")).isEqualTo(bytes(SMALL));
  }

  @Test
  void aCompletionWhoseAnswerWasLostIsFoundOut() throws Exception {
    proxy.fail("POST .*uploadId", Fault.ANSWER_LOST, 1);
    publish(store(), "large", bytes(LARGE));
    assertThat(read(store(), "large")).isEqualTo(bytes(LARGE));
    assertThat(store().abandoned()).isEmpty();
  }

  @Test
  void anAnswerThatEndsEarlyIsAskedForAgain() throws Exception {
    publish(store(), "large", bytes(LARGE));
    proxy.fail("GET .*/p/large", Fault.ANSWER_TRUNCATED, 2).fail("GET", Fault.SLOW, 2);
    assertThat(read(store(), "large")).isEqualTo(bytes(LARGE));
  }

  @Test
  void whatCannotBeSentIsNotThere() throws Exception {
    proxy.fail("PUT ", Fault.REQUEST_CUT, 100);
    assertThatThrownBy(() -> publish(store(), "large", bytes(LARGE)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("UploadPart s3://" + bucket + "/p/large failed: ");
    assertThatThrownBy(() -> publish(store(), "a", bytes(SMALL)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(PublishUnknownException.class)
        .hasMessageStartingWith("PutObject s3://" + bucket + "/p/a failed: ");
    assertThat(server.keys(bucket)).isEmpty();
    assertThat(store().abandoned()).isEmpty();
  }

  @Test
  void onlyBytesThatArrivedAreProgress(@TempDir Path folder) throws Exception {
    SampleRuns.save(
        folder,
        "bank",
        Map.of(new TensorSpec("values", DType.U8, List.of((long) SMALL)), bytes(SMALL)));
    LocalStore local = LocalStore.in(folder);
    SnapshotListing snapshot =
        SnapshotCatalog.read(local, new SyncMarkers()).runs().get(0).newestComplete().orElseThrow();
    PartName part = new PartName(snapshot.run(), snapshot.id(), 0, 1);
    AtomicLong progress = new AtomicLong();
    PartCopy copy = new PartCopy(local, store(), progress::addAndGet);
    proxy.fail("PUT ", Fault.REQUEST_CUT, 4); // each request is sent so often
    assertThatThrownBy(() -> copy.copy(part, 0)).isInstanceOf(IOException.class);
    assertThat(progress).hasValue(0);
    assertThat(copy.copy(part, 0).dataBytes()).isEqualTo(progress.get());
  }

  @Test
  void whatWaitsInMemoryIsNotSent() throws Exception {
    try (PendingFile file = store().create("large")) {
      file.write(ByteBuffer.wrap(bytes(SMALL)));
      assertThat(file.unsent()).isEqualTo(SMALL);
      file.write(ByteBuffer.wrap(bytes(5 * PART)));
      assertThat(file.unsent()).as("of more parts than threads").isLessThan(5L * PART);
    }
  }

  /** The order in which requests about parts end, and the abort is sent. */
  @Test
  void anUploadIsAbortedWhenNoPartIsBeingSent() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch sending = new CountDownLatch(1);
    ExecutionInterceptor slowParts =
        new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(
              Context.BeforeTransmission context, ExecutionAttributes unused) {
            if (context.request() instanceof UploadPartRequest) {
              order.add("part begins");
              sending.countDown();
              pause();
            } else if (context.request() instanceof AbortMultipartUploadRequest) {
              order.add("abort");
            }
          }

          @Override
          public void afterExecution(Context.AfterExecution context, ExecutionAttributes unused) {
            if (context.request() instanceof UploadPartRequest) {
              order.add("part ends");
            }
          }
        };
    try (S3Client slow =
        S3Server.clientBuilder(server.endpoint())
            .overrideConfiguration(common -> common.addExecutionInterceptor(slowParts))
            .build()) {
      S3Options options = S3Options.builder().client(slow).partBytes(PART).build();
      PendingFile file = S3Store.at("s3://" + bucket + "/p", options).create("large");
      file.write(ByteBuffer.wrap(bytes(PART + 1)));
      sending.await();
      Thread.currentThread().interrupt();
      file.close();
    }
    assertThat(Thread.interrupted()).as("who was interrupted stays so").isTrue();
    assertThat(order).containsExactly("part begins", "part ends", "abort");
    assertThat(store().abandoned()).isEmpty();
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerThatForgetsIsNotBelieved() {
    proxy.fail("PUT ", Fault.LIE, 1);
    assertThatThrownBy(() -> publish(store(), "a", bytes(SMALL)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "The server took s3://" + bucket + "/p/a of " + SMALL + " bytes, but does not have it");
  }

  @Test
  void ifNobodyKnowsWhetherItIsThereThatIsSaid() {
    proxy.fail("PUT ", Fault.ANSWER_LOST, 100).fail("HEAD ", Fault.ANSWER_LOST, 100);
    assertThatThrownBy(() -> publish(store(), "a", bytes(SMALL)))
        .isInstanceOf(PublishUnknownException.class)
        .hasMessageStartingWith("It is not known whether s3://" + bucket + "/p/a was written");
  }

  private S3Client storingSomethingElse(URI endpoint) {
    ExecutionInterceptor odd =
        new ExecutionInterceptor() {
          @Override
          public void afterExecution(Context.AfterExecution context, ExecutionAttributes unused) {
            if (context.request() instanceof PutObjectRequest put) {
              server
                  .client()
                  .putObject(
                      put.toBuilder().ifNoneMatch(null).build(), RequestBody.fromString("frames"));
            }
          }
        };
    return S3Server.clientBuilder(endpoint)
        .overrideConfiguration(common -> common.addExecutionInterceptor(odd))
        .build();
  }

  @Test
  void anObjectOfAnotherLengthIsRefusedAndRemoved() throws Exception {
    try (S3Client odd = storingSomethingElse(server.endpoint())) {
      assertThatThrownBy(() -> publish(store(odd), "a", bytes(SMALL)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("has 6 bytes after an upload of " + SMALL + " and was removed");
    }
    assertThat(server.keys(bucket)).isEmpty();
  }

  @Test
  void anObjectOfAnotherLengthIsRefusedEvenIfItCannotBeRemoved() throws Exception {
    proxy.fail("DELETE ", Fault.ANSWER_LOST, 100);
    try (S3Client odd = storingSomethingElse(proxy.endpoint())) {
      Throwable failure = catchThrowable(() -> publish(store(odd), "a", bytes(SMALL)));
      assertThat(failure)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              " bytes after an upload of " + SMALL + " and could not be removed;");
      assertThat(failure.getSuppressed())
          .singleElement(InstanceOfAssertFactories.THROWABLE)
          .hasMessageStartingWith("DeleteObject s3://" + bucket + "/p/a failed: ");
    }
  }
}
