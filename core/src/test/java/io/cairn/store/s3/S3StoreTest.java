// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.Store;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

class S3StoreTest extends StoreContract {
  private static final int PART = 5 << 20;

  private static S3Server server;
  private String bucket;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void neighbours() {
    bucket = server.newBucket();
    put("jobs/bank-2/a");
    put("jobs/bank/folder/a");
    put("other");
  }

  private void put(String key) {
    server
        .client()
        .putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString("foreign"));
  }

  @Override
  protected Store store() throws Exception {
    S3Options options = S3Options.builder().client(server.client()).partBytes(PART).build();
    return S3Store.at("s3://" + bucket + "/jobs/bank", options);
  }

  @Override
  protected Object surroundings() {
    return server.keys(bucket);
  }

  @Override
  protected boolean takesEmptyFiles() {
    return false;
  }

  @Override
  protected int bytesThatLeaveTraces() {
    return PART + 1;
  }

  @Test
  void aListingIgnoresWhatIsNoFileOfTheStore() throws Exception {
    put("jobs/bank/");
    put("jobs/bank/a.json.sagemaker-uploaded");
    put("jobs/bank/a.json.sagemaker-ignore");
    put("jobs/bank/back\\slash");
    put("jobs/bank/a.json");
    assertThat(names(store())).containsExactly("a.json");
    assertThat(store().toString()).isEqualTo("s3://" + bucket + "/jobs/bank/");
  }

  @Test
  void aListingHasManyPages() throws Exception {
    IntStream.range(0, 1005).parallel().forEach(i -> put("jobs/bank/file-" + i));
    assertThat(names(store())).hasSize(1005);
  }

  @Test
  void aLargeFileGoesInPartsAndComesByRanges() throws Exception {
    byte[] bytes = bytes(23_000_001);
    publish(store(), "large", bytes);
    assertThat(read(store(), "large")).isEqualTo(bytes);
    assertThat(
            server.client().headObject(head -> head.bucket(bucket).key("jobs/bank/large")).eTag())
        .as("the mark of an object of five parts")
        .endsWith("-5\"");
    assertThat(store().abandoned()).isEmpty();
  }

  @Test
  void theSameBytesUnderTheSameNameAreNoConflictAndOthersAre() throws Exception {
    publish(store(), "a", bytes(100));
    publish(store(), "a", bytes(100));
    assertThatThrownBy(() -> publish(store(), "a", bytes(101)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("/jobs/bank/a: there is one with other bytes");
    assertThat(read(store(), "a")).isEqualTo(bytes(100));
  }

  @Test
  void theWholeBucketIsAPlace() throws Exception {
    Store whole = server.store("s3://" + bucket);
    publish(whole, "a", bytes(1));
    assertThat(names(whole)).isEqualTo(List.of("a", "other"));
  }
}
