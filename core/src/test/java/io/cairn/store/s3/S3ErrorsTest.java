// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What users read when S3 says no. The answers of AWS that no server here gives come from a stub
 * that gives nothing else.
 */
class S3ErrorsTest {
  private HttpServer stub;

  @AfterEach
  void stop() {
    if (stub != null) {
      stub.stop(0);
    }
  }

  private URI answering(int status, String code, String message, String... headers)
      throws IOException {
    stub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body =
        "<Error><Code>%s</Code><Message>%s</Message></Error>"
            .formatted(code, message)
            .getBytes(UTF_8);
    stub.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
          }
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(status, head ? -1 : body.length);
          if (!head) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    stub.start();
    return URI.create("http://127.0.0.1:" + stub.getAddress().getPort());
  }

  private static S3Store store(URI endpoint) throws IOException {
    return store(S3Server.clientBuilder(endpoint).build());
  }

  private static S3Store store(S3Client client) throws IOException {
    return S3Store.at("s3://bank-bucket/jobs", S3Options.builder().client(client).build());
  }

  @Test
  void aBucketElsewhereIsOneClearError() throws Exception {
    S3Store store =
        store(
            answering(301, "PermanentRedirect", "Elsewhere.", "x-amz-bucket-region", "eu-west-3"));
    String advice =
        "bucket 'bank-bucket' is in region eu-west-3, the client is not; set AWS_REGION=eu-west-3 or"
            + " the region of the S3 options";
    assertThatThrownBy(store::list)
        .isInstanceOf(IOException.class)
        .hasMessage("ListObjectsV2 s3://bank-bucket/jobs/ failed: " + advice);
    assertThatThrownBy(() -> store.open("a"))
        .isInstanceOf(IOException.class)
        .hasMessage("GetObject s3://bank-bucket/jobs/a failed: " + advice);
  }

  @Test
  void whatTheRoleMayNotDoNamesThePermission() throws Exception {
    S3Store store = store(answering(403, "AccessDenied", "User is not authorized"));
    assertThatThrownBy(store::list)
        .isInstanceOf(AccessDeniedException.class)
        .hasMessage(
            "s3://bank-bucket/jobs/: ListObjectsV2 is not allowed (AccessDenied): the role needs"
                + " s3:ListBucket on arn:aws:s3:::bank-bucket; docs/S3.md has the policy");
    assertThatThrownBy(() -> StoreContract.publish(store, "a", new byte[9]))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("needs s3:PutObject on arn:aws:s3:::bank-bucket/jobs/*;");
    assertThatThrownBy(() -> store.delete("a"))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("needs s3:DeleteObject on arn:aws:s3:::bank-bucket/jobs/*;");
    assertThatThrownBy(() -> store.open("a"))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("s3:GetObject on arn:aws:s3:::bank-bucket/jobs/*, and s3:ListBucket");
    assertThat(store.abandoned()).as("a nicety, said in the log").isEmpty();
  }

  @Test
  void onlyWhatWasAskedForCanBeMissing() throws Exception {
    S3Store store = store(answering(404, "NoSuchUpload", "Gone."));
    assertThatThrownBy(() -> store.open("a"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("s3://bank-bucket/jobs/a");
    assertThatThrownBy(() -> StoreContract.publish(store, "a", new byte[9]))
        .isNotInstanceOf(NoSuchFileException.class)
        .hasMessageStartingWith(
            "PutObject s3://bank-bucket/jobs/a failed: status 404 NoSuchUpload Gone. (request ")
        .hasMessageEndingWith(
            "; the upload was aborted by a lifecycle rule or another program, and has to begin"
                + " anew");
  }

  @Test
  void aKeyThatMayNotBeUsedIsSaid() throws Exception {
    S3Store store =
        store(answering(403, "AccessDenied", "not authorized to perform: kms:GenerateDataKey"));
    assertThatThrownBy(() -> StoreContract.publish(store, "a", new byte[9]))
        .hasMessageContaining("and kms:GenerateDataKey and kms:Decrypt on the bucket's key");
  }

  @Test
  void aServerThatDoesNotListUploadsHasNone() throws Exception {
    assertThat(store(answering(501, "NotImplemented", "Not here.")).abandoned()).isEmpty();
  }

  @Test
  void aWrongSecretIsSaidAndNeverShown() throws Exception {
    String key = "AKIAWRONGWRONGWRONG1";
    String secret = "wrong-secret-that-nobody-may-see";
    try (S3Server server = S3Server.start();
        S3Client client =
            S3Server.clientBuilder(server.endpoint())
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Server.ACCESS_KEY, secret)))
                .build();
        S3Client unknown =
            S3Server.clientBuilder(server.endpoint())
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .build()) {
      Throwable error = catchThrowable(store(client)::list);
      assertThat(error)
          .hasMessageStartingWith(
              "ListObjectsV2 s3://bank-bucket/jobs/ failed: the credentials are not accepted"
                  + " (SignatureDoesNotMatch); in a SageMaker job they are the execution role's");
      Throwable other = catchThrowable(store(unknown)::list);
      assertThat(other).hasMessageContaining("the credentials are not accepted");
      assertThat(trace(error) + trace(other)).doesNotContain(secret).doesNotContain(key);
    }
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void noCredentialsAreSaid() throws Exception {
    S3Client none =
        S3Server.clientBuilder(URI.create("http://127.0.0.1:9"))
            .credentialsProvider(
                AwsCredentialsProviderChain.of(SystemPropertyCredentialsProvider.create()))
            .build();
    assertThatThrownBy(store(none)::list)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("failed: there are no credentials; in a SageMaker job they are");
  }

  @Test
  void aMissingBucketIsSaid() throws Exception {
    try (S3Server server = S3Server.start()) {
      assertThatThrownBy(server.store("s3://bank-bucket/jobs")::list)
          .isInstanceOf(IOException.class)
          .hasMessage("There is no bucket 'bank-bucket' (s3://bank-bucket/jobs/); check the name");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:/bucket/a",
        "s3://",
        "s3:///a",
        "s3://b",
        "S3://bucket/a",
        "s3://buc?ket/a",
        "s3://bucket/a//b",
        "s3://bucket//a",
        "s3://bucket/../a",
        "s3://bucket/./a",
        "s3://bucket/a\nb",
        "/folder"
      })
  void whatIsNoPlaceInABucketIsRefused(String uri) {
    assertThatThrownBy(() -> S3Place.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + uri + "'");
  }

  @Test
  void aPrefixAlwaysEndsWhereAFolderWould() {
    assertThat(S3Place.parse("s3://bucket")).hasToString("s3://bucket/");
    assertThat(S3Place.parse("s3://bucket/")).hasToString("s3://bucket/");
    assertThat(S3Place.parse("s3://bucket/a/b")).hasToString("s3://bucket/a/b/");
    assertThat(S3Place.parse("s3://bucket/a/b//")).hasToString("s3://bucket/a/b/");
  }
}
