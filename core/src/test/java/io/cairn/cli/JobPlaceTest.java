// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.cairn.SampleRuns;
import io.cairn.testkit.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Places by the name of a training job. SageMaker is a stub that gives a fixed answer and notes
 * what it was asked: it does not check the signature, only that there is one.
 */
class JobPlaceTest {
  private final Map<String, String> asked = new ConcurrentHashMap<>();
  private HttpServer sagemaker;
  private int status = 200;
  private String answer = "{}";

  @BeforeEach
  void start() throws IOException {
    sagemaker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sagemaker.createContext(
        "/",
        exchange -> {
          exchange
              .getRequestHeaders()
              .forEach((name, values) -> asked.put(name.toLowerCase(Locale.ROOT), values.get(0)));
          asked.put("body", new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          byte[] bytes = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    sagemaker.start();
    settings(Map.of()).forEach(System::setProperty);
  }

  @AfterEach
  void stop() {
    sagemaker.stop(0);
    settings(Map.of("aws.endpointUrlS3", "")).keySet().forEach(System::clearProperty);
  }

  private Map<String, String> settings(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(more);
    all.put("aws.region", "us-east-1");
    all.put("aws.accessKeyId", S3Server.ACCESS_KEY);
    all.put("aws.secretAccessKey", S3Server.SECRET_KEY);
    all.put("aws.endpointUrlSageMaker", "http://127.0.0.1:" + sagemaker.getAddress().getPort());
    return all;
  }

  @Test
  void theJobSaysWhereItsSnapshotsAre(@TempDir Path base) throws Exception {
    try (S3Server server = S3Server.start()) {
      System.setProperty("aws.endpointUrlS3", server.endpoint().toString());
      String place = "s3://" + server.newBucket() + "/jobs/bank";
      SampleRuns.train(base.resolve("checkpoints"), "bank", 20);
      CliRun.of("push", base.resolve("checkpoints"), place).hasStatus(0);
      answer =
          """
          {"TrainingJobName":"bank-1","TrainingJobStatus":"Stopped",
           "CheckpointConfig":{"S3Uri":"%s","LocalPath":"/opt/ml/checkpoints"}}
          """
              .formatted(place);
      assertThat(CliRun.of("ls", "sagemaker:bank-1").hasStatus(0).out())
          .startsWith("run bank: 1 snapshot, 1.5 KiB");
      answer = "{\"HyperParameters\":{\"checkpoint_s3_uri\":\"\\\"" + place + "\\\"\"}}";
      CliRun.of("pull", "sagemaker:bank-1@20", base.resolve("other")).hasStatus(0);
      CliRun.of("verify", base.resolve("other")).hasStatus(0);
      answer = "{\"HyperParameters\":{\"checkpoint_s3_uri\":" + json(json(json(place))) + "}}";
      assertThat(CliRun.of("ls", "sagemaker:bank-1").hasStatus(0).out())
          .startsWith("run bank: 1 snapshot, 1.5 KiB");
    }
    assertThat(asked)
        .containsEntry("x-amz-target", "SageMaker.DescribeTrainingJob")
        .containsEntry("content-type", "application/x-amz-json-1.1")
        .containsEntry("body", "{\"TrainingJobName\":\"bank-1\"}");
    assertThat(asked.get("authorization"))
        .matches(
            "AWS4-HMAC-SHA256 Credential="
                + S3Server.ACCESS_KEY
                + "/\\d{8}/us-east-1/sagemaker/aws4_request,"
                + " SignedHeaders=.*host;.*x-amz-target.*, Signature=[0-9a-f]{64}");
  }

  private static String json(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @Test
  void aJobWithoutSnapshotsInS3IsSaid() {
    answer = "{\"TrainingJobStatus\":\"Completed\"}";
    assertThat(CliRun.of("ls", "sagemaker:bank-1").hasStatus(2).err())
        .isEqualTo(
            "cairn: training job 'bank-1' has neither a checkpoint configuration nor the"
                + " hyperparameter checkpoint_s3_uri: it keeps no snapshots in S3\n");
  }

  @Test
  void whatSageMakerRefusesIsSaid() {
    status = 400;
    answer = "{\"__type\":\"ValidationException\",\"message\":\"Requested resource not found.\"}";
    assertThat(CliRun.of("ls", "sagemaker:bank-1").hasStatus(2).err())
        .isEqualTo("cairn: There is no training job 'bank-1' in region us-east-1\n");
    answer = "{\"__type\":\"AccessDeniedException\",\"Message\":\"User is not authorized\"}";
    assertThat(CliRun.of("ls", "sagemaker:bank-1").hasStatus(2).err())
        .contains("the role needs sagemaker:DescribeTrainingJob on training-job/bank-1");
    status = 500;
    answer = "oops";
    assertThat(CliRun.of("ls", "sagemaker:bank-1").hasStatus(2).err())
        .isEqualTo("cairn: SageMaker answered 500 for job 'bank-1': oops\n");
    assertThat(CliRun.of("ls", "sagemaker:no/job").hasStatus(2).err())
        .isEqualTo("cairn: 'no/job' cannot be the name of a training job\n");
  }
}
