// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * What SageMaker says of a training job. One signed request with the parts of the SDK that S3
 * brings anyway: SageMaker's own client has 14 MB.
 */
public final class TrainingJob {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](-*[A-Za-z0-9]){0,62}");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String JSON = "application/x-amz-json-1.1";

  private TrainingJob() {}

  /**
   * Asks SageMaker where a job keeps its snapshots, in the region and with the credentials of the
   * SDK's defaults. The endpoint is the region's, else what {@code AWS_ENDPOINT_URL_SAGEMAKER}
   * says.
   *
   * @param name the job's name
   * @return the hyperparameter {@code checkpoint_s3_uri} as it was sent, which may be in quotes,
   *     else the checkpoint configuration's; empty if there is neither
   * @throws IllegalArgumentException if no job can have the name
   * @throws IOException if there is no such job, or it cannot be asked for
   */
  public static Optional<String> snapshotsUri(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' cannot be the name of a training job");
    }
    try {
      Region region = DefaultAwsRegionProviderChain.builder().build().getRegion();
      HttpResponse<String> answer = send(signed(name, region));
      if (answer.statusCode() != 200) {
        throw refused(name, answer, region);
      }
      return snapshotsUri(JsonNode.parser().parse(answer.body()));
    } catch (SdkException | UncheckedIOException e) {
      String why = S3Errors.clientAdvice(String.valueOf(e.getMessage()));
      throw new IOException("Could not ask SageMaker for job '" + name + "': " + why, e);
    }
  }

  private static URI endpoint(Region region) {
    String told =
        System.getProperty("aws.endpointUrlSageMaker", System.getenv("AWS_ENDPOINT_URL_SAGEMAKER"));
    String suffix = region.metadata().partition().dnsSuffix();
    return URI.create(
        Objects.requireNonNullElse(told, "https://api.sagemaker." + region.id() + "." + suffix));
  }

  private static HttpRequest signed(String name, Region region) {
    byte[] body = ("{\"TrainingJobName\":\"" + name + "\"}").getBytes(UTF_8);
    SdkHttpRequest plain =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(endpoint(region))
            .encodedPath("/")
            .putHeader("Content-Type", JSON)
            .putHeader("X-Amz-Target", "SageMaker.DescribeTrainingJob")
            .build();
    AwsCredentialsIdentity credentials =
        DefaultCredentialsProvider.builder().build().resolveCredentials();
    SdkHttpRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(credentials)
                        .request(plain)
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sagemaker")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region.id()))
            .request();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(signed.getUri())
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    signed.forEachHeader((header, values) -> copy(header, values, request));
    return request.build();
  }

  /** The client sets these two itself, to the same values. */
  private static void copy(String header, List<String> values, HttpRequest.Builder request) {
    String lower = header.toLowerCase(Locale.ROOT);
    if (!lower.equals("host") && !lower.equals("content-length")) {
      values.forEach(value -> request.header(header, value));
    }
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted").initCause(e);
    } catch (IOException e) {
      throw new IOException("Could not reach SageMaker at " + request.uri() + ": " + e, e);
    }
  }

  private static IOException refused(String name, HttpResponse<String> answer, Region region) {
    String body = answer.body();
    if (body.contains("AccessDenied")) {
      return new IOException(
          "DescribeTrainingJob is not allowed: the role needs sagemaker:DescribeTrainingJob on"
              + " training-job/"
              + name);
    }
    if (body.contains("not found")) {
      return new IOException("There is no training job '" + name + "' in region " + region);
    }
    return new IOException(
        "SageMaker answered " + answer.statusCode() + " for job '" + name + "': " + body);
  }

  private static Optional<String> snapshotsUri(JsonNode job) {
    Optional<String> own =
        job.field("HyperParameters").flatMap(all -> text(all, "checkpoint_s3_uri"));
    return own.or(() -> job.field("CheckpointConfig").flatMap(all -> text(all, "S3Uri")));
  }

  private static Optional<String> text(JsonNode node, String member) {
    return node.field(member).filter(JsonNode::isString).map(JsonNode::asString);
  }
}
