// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The network's configuration as DL4J writes it. It is never loaded, only compared: a training that
 * resumes with another one is another training, and the error says in what.
 */
final class ConfigurationSection implements StateSection {
  private static final String NAME = "configuration";
  private static final String JSON = "json";
  private static final int MOST_LINES = 12;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What changes in training, and the seed, which is the clock's if the script sets none. */
  private static final Set<String> NOT_COMPARED = Set.of("iterationCount", "epochCount", "seed");

  private final String json;

  ConfigurationSection(String json) {
    this.json = json;
  }

  @Override
  public void capture(StateSink sink) {
    sink.section(NAME).bytes(JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    String saved = new String(section.bytes(JSON), StandardCharsets.UTF_8);
    List<String> differences = differences(leaves(saved), leaves(json));
    if (!differences.isEmpty()) {
      throw new IncompatibleSnapshotException(
          "The network has another configuration; nothing was changed:", differences);
    }
  }

  private static List<String> differences(Map<String, String> theirs, Map<String, String> ours) {
    Set<String> keys = new TreeSet<>(theirs.keySet());
    keys.addAll(ours.keySet());
    List<String> lines = new ArrayList<>();
    for (String key : keys) {
      if (!Objects.equals(theirs.get(key), ours.get(key))) {
        lines.add(
            "configuration %s: snapshot has %s, this training has %s"
                .formatted(key, shown(theirs.get(key)), shown(ours.get(key))));
      }
    }
    return shortened(lines);
  }

  private static List<String> shortened(List<String> lines) {
    if (lines.size() <= MOST_LINES) {
      return lines;
    }
    List<String> first = new ArrayList<>(lines.subList(0, MOST_LINES));
    first.add("configuration: " + (lines.size() - MOST_LINES) + " more differences");
    return first;
  }

  private static String shown(String value) {
    return value == null ? "nothing" : "'" + value + "'";
  }

  private static Map<String, String> leaves(String json) throws CheckpointException {
    Map<String, String> leaves = new TreeMap<>();
    try {
      addLeaves("", MAPPER.readTree(json), leaves);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "Expected the network's configuration as JSON in a snapshot, but found other text: "
              + e.getOriginalMessage(),
          e);
    }
    return leaves;
  }

  private static void addLeaves(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        addLeaves(path + "[" + i + "]", node.get(i), leaves);
      }
    } else if (node.isObject()) {
      addMembers(path, node, leaves);
    } else if (!node.isNull()) {
      leaves.put(path, node.asText());
    }
  }

  private static void addMembers(String path, JsonNode node, Map<String, String> leaves) {
    node.fields()
        .forEachRemaining(
            member -> {
              if (!NOT_COMPARED.contains(member.getKey())) {
                String prefix = path.isEmpty() ? "" : path + ".";
                addLeaves(prefix + member.getKey(), member.getValue(), leaves);
              }
            });
  }
}
