// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.format.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The variables that a container has only if SageMaker's Python training toolkit starts the script
 * in it: the platform itself sets none of them.
 */
final class ToolkitVariables {
  private ToolkitVariables() {}

  static Map<String, String> of(
      HostFolder host, Map<String, String> hyperparameters, Set<String> channels) {
    Map<String, String> variables = new HashMap<>();
    variables.put("SM_CURRENT_HOST", host.host());
    variables.put("SM_HOSTS", list(host.hosts()));
    variables.put("SM_CHANNELS", list(List.copyOf(channels)));
    variables.put("SM_MODEL_DIR", host.model().toString());
    variables.put("SM_INPUT_DIR", host.base().resolve("input").toString());
    variables.put("SM_INPUT_CONFIG_DIR", host.base().resolve("input/config").toString());
    variables.put("SM_OUTPUT_DIR", host.base().resolve("output").toString());
    variables.put("SM_OUTPUT_DATA_DIR", host.base().resolve("output/data").toString());
    variables.put("SM_NETWORK_INTERFACE_NAME", "eth0");
    variables.put("SM_NUM_CPUS", String.valueOf(Runtime.getRuntime().availableProcessors()));
    variables.put("SM_NUM_GPUS", "0");
    hyperparameters.forEach((name, value) -> variables.put("SM_HP_" + upper(name), value));
    channels.forEach(
        name ->
            variables.put(
                "SM_CHANNEL_" + upper(name),
                host.base().resolve("input/data").resolve(name).toString()));
    return variables;
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static String list(List<String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.prettyWriter(bytes)) {
      json.writeStartArray();
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.UTF_8).replaceAll("\\R\\s*", "");
  }
}
