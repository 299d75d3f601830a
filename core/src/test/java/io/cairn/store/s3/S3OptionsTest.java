// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import static io.cairn.testkit.StoreContract.bytes;
import static io.cairn.testkit.StoreContract.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.SampleRuns;
import io.cairn.commit.PartCopy;
import io.cairn.commit.PartName;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.SnapshotReader;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** What users set goes with the requests that need it. */
class S3OptionsTest {
  private static final int PART = 5 << 20;
  private static final int LARGE = PART + 10;

  private final List<SdkHttpRequest> sent = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong received = new AtomicLong();
  private static S3Server server;
  private S3Client client;
  private String place;

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
    place = "s3://" + server.newBucket() + "/p";
    client = client(server.endpoint());
  }

  private S3Client client(URI endpoint) {
    ExecutionInterceptor listener =
        new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(
              Context.BeforeTransmission context, ExecutionAttributes unused) {
            sent.add(context.httpRequest());
          }

          @Override
          public void afterTransmission(
              Context.AfterTransmission context, ExecutionAttributes unused) {
            context
                .httpResponse()
                .firstMatchingHeader("Content-Length")
                .map(Long::valueOf)
                .ifPresent(received::addAndGet);
          }
        };
    return S3Server.clientBuilder(endpoint)
        .overrideConfiguration(common -> common.addExecutionInterceptor(listener))
        .build();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
  }

  private S3Options.Builder options() {
    return S3Options.builder().client(client).partBytes(PART);
  }

  /** The values of a header, by method and kind of request. */
  private Map<String, String> header(String name) {
    Map<String, String> values = new TreeMap<>();
    for (SdkHttpRequest request : sent) {
      String kind =
          request.rawQueryParameters().containsKey("partNumber")
              ? " part"
              : request.rawQueryParameters().containsKey("uploads") ? " upload" : "";
      request
          .firstMatchingHeader(name)
          .ifPresent(value -> values.put(request.method() + kind, value));
    }
    return values;
  }

  @Test
  void aClientOfTheCallersHasItsOwnRegionAndEndpoint() {
    S3Options.Builder both =
        options().region("eu-west-1").pathStyle(true).endpoint(URI.create("http://127.0.0.1:1"));

    assertThatThrownBy(both::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The options have a client of their own, which was made without region, endpoint,"
                + " pathStyle: set that on the client, or leave the client out");
  }

  @Test
  void withoutOptionsNothingIsAsked() throws Exception {
    publish(S3Store.at(place, options().build()), "a", bytes(10));
    assertThat(header("x-amz-server-side-encryption")).isEmpty();
    assertThat(header("x-amz-tagging")).isEmpty();
    assertThat(header("x-amz-request-payer")).isEmpty();
    assertThat(header("If-None-Match")).isEqualTo(Map.of("PUT", "*"));
  }

  @Test
  void whatIsWrittenCarriesTheRequestersWord() throws Exception {
    S3Store store = S3Store.at(place, options().requesterPays(true).build());
    publish(store, "a", bytes(10));
    publish(store, "large", bytes(LARGE));
    store.list();
    StoreContract.read(store, "large");
    store.delete("a");
    assertThat(header("x-amz-request-payer"))
        .containsOnlyKeys("PUT", "PUT part", "POST", "POST upload", "HEAD", "GET", "DELETE")
        .containsValue("requester")
        .doesNotContainValue("");
  }

  /**
   * S3Proxy refuses KMS and tags, so what is asked of it is looked at, not its answer. It hangs up
   * then, which Java notices only at the next use of such a connection: it gets another host's name
   * here, so that no other test does.
   */
  @Test
  void encryptionAndTagsAreAskedForWhenAnObjectBegins() throws Exception {
    client.close();
    client = client(URI.create("http://localhost:" + server.endpoint().getPort()));
    S3Store s3 = S3Store.at(place, options().encryptWithS3Keys().tag("team", "ml").build());
    tryTo(() -> publish(s3, "a", bytes(10)));
    tryTo(() -> publish(s3, "large", bytes(LARGE)));
    assertThat(header("x-amz-server-side-encryption"))
        .isEqualTo(Map.of("PUT", "AES256", "POST upload", "AES256"));
    assertThat(header("x-amz-tagging"))
        .isEqualTo(Map.of("PUT", "team=ml", "POST upload", "team=ml"));
    sent.clear();
    S3Store kms = S3Store.at(place, options().encryptWithKmsKey("alias/snapshots").build());
    tryTo(() -> publish(kms, "b", bytes(10)));
    tryTo(() -> publish(kms, "large-b", bytes(LARGE)));
    assertThat(header("x-amz-server-side-encryption"))
        .isEqualTo(Map.of("PUT", "aws:kms", "POST upload", "aws:kms"));
    assertThat(header("x-amz-server-side-encryption-aws-kms-key-id"))
        .isEqualTo(Map.of("PUT", "alias/snapshots", "POST upload", "alias/snapshots"));
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void tryTo(Attempt attempt) throws Exception {
    try {
      attempt.run();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("s3://");
    }
  }

  /** AWS refuses to complete an upload whose parts carry what its beginning did not name. */
  @Test
  void anUploadNamesTheChecksumThatItsPartsCarry() throws Exception {
    publish(S3Store.at(place, options().build()), "large", bytes(LARGE));
    assertThat(header("x-amz-checksum-algorithm")).containsEntry("POST upload", "CRC32");
    assertThat(header("x-amz-sdk-checksum-algorithm")).containsEntry("PUT part", "CRC32");
  }

  @Test
  void anUploadNamesNoChecksumIfTheClientSendsNone() throws Exception {
    try (S3Client plain =
        S3Server.clientBuilder(server.endpoint())
            .overrideConfiguration(client.serviceClientConfiguration().overrideConfiguration())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .build()) {
      publish(S3Store.at(place, options().client(plain).build()), "large", bytes(LARGE));
    }
    assertThat(header("x-amz-checksum-algorithm")).isEmpty();
    assertThat(header("x-amz-sdk-checksum-algorithm")).isEmpty();
  }

  @Test
  void checksumsAreSentUnlessTheServerCannotTakeThem() throws Exception {
    S3Options.Builder own =
        S3Options.builder().endpoint(server.endpoint()).region("us-east-1").partBytes(PART);
    System.setProperty("aws.accessKeyId", S3Server.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET_KEY);
    try {
      S3Store plain =
          S3Store.at(
              place,
              own.requestChecksums(RequestChecksumCalculation.WHEN_REQUIRED)
                  .chunkedEncoding(false)
                  .build());
      publish(plain, "a", bytes(10));
      publish(plain, "large", bytes(LARGE));
      assertThat(StoreContract.read(plain, "large")).isEqualTo(bytes(LARGE));
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void credentialsAreThoseOfTheProfile(@TempDir Path folder) throws Exception {
    Path credentials = folder.resolve("credentials");
    String form = "[%s]%naws_access_key_id = %s%naws_secret_access_key = %s%n";
    Files.writeString(
        credentials,
        form.formatted("default", S3Server.ACCESS_KEY, "wrong")
            + form.formatted("training", S3Server.ACCESS_KEY, S3Server.SECRET_KEY));
    S3Options.Builder own = S3Options.builder().endpoint(server.endpoint());
    System.setProperty("aws.sharedCredentialsFile", credentials.toString());
    try {
      assertThatThrownBy(() -> publish(S3Store.at(place, own.build()), "a", bytes(10)))
          .isInstanceOf(IOException.class);
      S3Store store = S3Store.at(place, own.profile("training").build());
      publish(store, "a", bytes(10));
      assertThat(StoreContract.read(store, "a")).isEqualTo(bytes(10));
    } finally {
      System.clearProperty("aws.sharedCredentialsFile");
    }
  }

  @Test
  void theRegionAtHandHoldsForAnEndpointToo(@TempDir Path folder) throws Exception {
    Path config = folder.resolve("config");
    Files.writeString(config, "[profile training]%nregion = eu-west-3%n".formatted());
    S3Options.Builder own = S3Options.builder().endpoint(server.endpoint());
    System.setProperty("aws.configFile", config.toString());
    try {
      assertThat(region(own.profile("training"))).isEqualTo(Region.EU_WEST_3);
      System.setProperty("aws.region", "eu-north-1");
      assertThat(region(own)).isEqualTo(Region.EU_NORTH_1);
      assertThat(region(own.region("eu-west-1"))).isEqualTo(Region.EU_WEST_1);
    } finally {
      System.clearProperty("aws.configFile");
      System.clearProperty("aws.region");
    }
  }

  @Test
  void anEndpointNeedsNoRegion() throws Exception {
    System.setProperty("aws.disableEc2Metadata", "true");
    try {
      assertThat(region(S3Options.builder().endpoint(server.endpoint())))
          .isEqualTo(Region.US_EAST_1);
    } finally {
      System.clearProperty("aws.disableEc2Metadata");
    }
  }

  private static Region region(S3Options.Builder own) throws IOException {
    try (S3Client made = S3Clients.client(own.build())) {
      return made.serviceClientConfiguration().region();
    }
  }

  /** The lower bound is arithmetic: a limit that is not held is seen, a slow machine is not. */
  @Test
  void uploadsKeepToTheirBandwidth() throws Exception {
    long limit = 1 << 20;
    S3Store store = S3Store.at(place, options().uploadBytesPerSecond(limit).build());
    long start = System.nanoTime();
    publish(store, "a", bytes((int) limit));
    assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
  }

  @Test
  void oneTensorOfALargeSnapshotIsReadByItsRanges(@TempDir Path folder) throws Exception {
    Map<TensorSpec, byte[]> tensors = new TreeMap<>((a, b) -> a.name().compareTo(b.name()));
    for (int i = 0; i < 8; i++) {
      tensors.put(new TensorSpec("layer-" + i, DType.U8, List.of(2L << 20)), bytes(2 << 20));
    }
    SampleRuns.save(folder, "bank", tensors);
    S3Store store = S3Store.at(place, options().build());
    LocalStore local = LocalStore.in(folder);
    SnapshotListing here = newest(local);
    PartName part = new PartName(here.run(), here.id(), 0, 1);
    new PartCopy(local, store, copied -> {}).copy(part, 0);

    SnapshotListing there = newest(store);
    received.set(0);
    try (SnapshotReader reader = SnapshotReader.open(store, there)) {
      var wanted =
          reader.tensors().stream().filter(t -> t.fullName().endsWith("layer-5")).findFirst();
      AtomicLong read = new AtomicLong();
      reader.read(wanted.orElseThrow(), piece -> read.addAndGet(piece.remaining()));
      assertThat(read).hasValue(2 << 20);
    }
    assertThat(received.get()).as("of 16 MiB").isBetween(2L << 20, 6L << 20);
  }

  private static SnapshotListing newest(Store store) throws Exception {
    return SnapshotCatalog.read(store, new SyncMarkers())
        .runs()
        .get(0)
        .newestComplete()
        .orElseThrow();
  }

  @Test
  void whatCannotWorkIsRefusedWhereItIsSaid() {
    S3Options.Builder builder = S3Options.builder();
    assertThatThrownBy(() -> builder.partBytes(1 << 20))
        .hasMessage("partBytes needs 5 MiB to 1 GiB, but is 1048576");
    assertThatThrownBy(() -> builder.threads(0)).hasMessage("threads needs 1 to 64, but is 0");
    assertThatThrownBy(() -> builder.uploadBytesPerSecond(0))
        .hasMessage("uploadBytesPerSecond needs >= 1, but is 0");
    assertThatThrownBy(() -> builder.endpoint(URI.create("storage:9000")))
        .hasMessage(
            "endpoint needs an address as in https://storage.example.com, but is storage:9000");
    assertThatThrownBy(() -> builder.tag("", "x")).hasMessage("S3 takes no tag '' = 'x'");
    for (int i = 0; i < 10; i++) {
      builder.tag("tag-" + i, "x");
    }
    assertThatThrownBy(() -> builder.tag("one more", "x"))
        .hasMessageStartingWith("S3 takes 10 tags, but there are [one more, tag-0");
  }
}
