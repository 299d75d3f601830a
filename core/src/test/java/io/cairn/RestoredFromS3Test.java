// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Progress;
import io.cairn.store.s3.S3Options;
import io.cairn.store.s3.S3Store;
import io.cairn.testkit.Repro;
import io.cairn.testkit.S3Server;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** What a large snapshot costs that is restored out of S3 itself. */
class RestoredFromS3Test {
  private static final int BYTES = 48 << 20;

  /** The first request for a file, and what is fetched of a header to look at it. */
  private static final int BYTES_AROUND = 1 << 20;

  @TempDir Path base;

  /** What comes of data files. */
  private static final class Fetched implements ExecutionInterceptor {
    private final AtomicLong bytes = new AtomicLong();

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
      if (context.request() instanceof GetObjectRequest get && get.key().endsWith(".safetensors")) {
        bytes.addAndGet(((GetObjectResponse) context.response()).contentLength());
      }
    }
  }

  @Test
  void eachByteIsFetchedOnceToVerifyItAndOnceToLoadItHoweverManyThreadsCopy() throws Exception {
    Fetched fetched = new Fetched();
    try (S3Server server = S3Server.start();
        S3Client client =
            S3Server.clientBuilder(server.endpoint())
                .overrideConfiguration(common -> common.addExecutionInterceptor(fetched))
                .build()) {
      S3Store store =
          S3Store.at(
              "s3://" + server.newBucket() + "/job", S3Options.builder().client(client).build());
      CheckpointerBuilder builder =
          Checkpointer.builder().environment(Map.of()).baseFolder(base).store(store).copyThreads(8);
      LargeState saved = new LargeState(BYTES);
      try (Checkpointer checkpointer = builder.open(saved)) {
        Repro.random("restored from S3").nextBytes(saved.values());
        checkpointer.finish(Progress.ofStep(1));
      }
      fetched.bytes.set(0);
      LargeState restored = new LargeState(BYTES);

      builder.open(restored).close();

      assertThat(restored.values()).isEqualTo(saved.values());
      assertThat(fetched.bytes.get()).isBetween(2L * BYTES, 2L * BYTES + BYTES_AROUND);
    }
  }
}
