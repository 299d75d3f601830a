// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.format.Json;
import io.cairn.sagemaker.ContainerPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The base folder of one host, laid out as SageMaker lays out {@code /opt/ml}.
 *
 * @param base the folder
 * @param host the host's name
 * @param hosts the names of all hosts
 */
record HostFolder(Path base, String host, List<String> hosts) {
  private static final String INSTANCE_TYPE = "ml.m5.large";
  private static final String GROUP = "homogeneousCluster";

  ContainerPaths paths() {
    return new ContainerPaths(base);
  }

  Path checkpoints() {
    return paths().checkpoints();
  }

  Path model() {
    return base.resolve("model");
  }

  /** Writes all that a machine has when the container starts, apart from the checkpoints. */
  void create(Map<String, String> hyperparameters, Map<String, Path> channels) throws IOException {
    for (String folder : List.of("input/config", "input/data", "output/data", "model", "code")) {
      Files.createDirectories(base.resolve(folder));
    }
    Files.createDirectories(checkpoints());
    write(paths().hyperparameters(), json -> texts(json, hyperparameters));
    write(paths().resourceConfig(), this::resources);
    write(
        paths().hyperparameters().resolveSibling("inputdataconfig.json"),
        json -> data(json, channels));
    write(
        paths().checkpointConfig(),
        json -> json.writeStringField("LocalPath", checkpoints().toString()));
    for (Map.Entry<String, Path> channel : channels.entrySet()) {
      Files.createSymbolicLink(
          base.resolve("input/data").resolve(channel.getKey()), channel.getValue());
    }
  }

  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  private static void write(Path file, Members members) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonGenerator json = Json.prettyWriter(out)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    }
  }

  private static void texts(JsonGenerator json, Map<String, String> texts) throws IOException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
  }

  /** As real jobs log it. */
  private void resources(JsonGenerator json) throws IOException {
    json.writeStringField("current_group_name", GROUP);
    json.writeStringField("current_host", host);
    json.writeStringField("current_instance_type", INSTANCE_TYPE);
    hosts(json);
    json.writeArrayFieldStart("instance_groups");
    json.writeStartObject();
    hosts(json);
    json.writeStringField("instance_group_name", GROUP);
    json.writeStringField("instance_type", INSTANCE_TYPE);
    json.writeEndObject();
    json.writeEndArray();
    json.writeStringField("network_interface_name", "eth0");
    json.writeNullField("topology");
  }

  private void hosts(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("hosts");
    for (String name : hosts) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  private static void data(JsonGenerator json, Map<String, Path> channels) throws IOException {
    for (String channel : channels.keySet()) {
      json.writeObjectFieldStart(channel);
      json.writeStringField("TrainingInputMode", "File");
      json.writeStringField("S3DistributionType", "FullyReplicated");
      json.writeStringField("RecordWrapperType", "None");
      json.writeEndObject();
    }
  }
}
