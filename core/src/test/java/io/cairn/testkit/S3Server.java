// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.s3.S3Options;
import io.cairn.store.s3.S3Store;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A real S3 server (S3Proxy) on 127.0.0.1 that keeps objects in memory and checks signatures and
 * checksums.
 */
public final class S3Server implements AutoCloseable {
  /** The credentials that it takes. */
  public static final String ACCESS_KEY = "AKIATESTTESTTESTTEST";

  /** The credentials that it takes. */
  public static final String SECRET_KEY = "not-a-secret-but-must-not-be-shown";

  private final S3Proxy server;
  private final S3Client client;

  private S3Server(S3Proxy server) {
    this.server = server;
    this.client = clientBuilder(endpoint()).build();
  }

  /** Starts a server without buckets. */
  public static S3Server start() throws Exception {
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    return new S3Server(server);
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /** A client with its credentials, ready to be changed. */
  public static S3ClientBuilder clientBuilder(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)));
  }

  /** A client of its own. */
  public S3Client client() {
    return client;
  }

  /** Makes a bucket. */
  public String newBucket() {
    String bucket = "bucket-" + UUID.randomUUID();
    client.createBucket(create -> create.bucket(bucket));
    return bucket;
  }

  /** A store that talks to it. */
  public S3Store store(String uri) throws IOException {
    return S3Store.at(uri, S3Options.builder().client(client).build());
  }

  /** What a process needs to talk to it by the SDK's defaults. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ACCESS_KEY_ID",
        ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        SECRET_KEY,
        "AWS_REGION",
        "us-east-1",
        "AWS_ENDPOINT_URL_S3",
        endpoint().toString());
  }

  /** All keys of a bucket. */
  public List<String> keys(String bucket) {
    return client.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  @Override
  public void close() throws IOException {
    client.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("Could not stop the server", e);
    }
  }
}
