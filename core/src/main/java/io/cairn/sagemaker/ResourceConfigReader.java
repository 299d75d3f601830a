// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads {@code resourceconfig.json}. Only {@code current_host} and {@code hosts} are needed; all
 * else came over the years, is optional, and is left aside where its form is unknown.
 */
final class ResourceConfigReader {
  private ResourceConfigReader() {}

  /** The machines; empty if there is no such file, or a problem with it was added. */
  static Optional<ResourceConfig> read(Path file, List<String> problems) {
    Optional<Map<?, ?>> object = ConfigFile.read(file, problems);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    Map<?, ?> members = object.get();
    Optional<String> currentHost = string(members.get("current_host"));
    List<String> hosts = strings(members.get("hosts"));
    if (currentHost.isEmpty() || hosts.isEmpty()) {
      problems.add(file + " must hold current_host, a text, and hosts, a list of texts");
      return Optional.empty();
    }
    if (!hosts.contains(currentHost.get())) {
      problems.add(file + ": current_host '" + currentHost.get() + "' is not among hosts " + hosts);
      return Optional.empty();
    }
    return Optional.of(
        new ResourceConfig(
            currentHost.get(),
            hosts,
            string(members.get("current_group_name")),
            groups(members.get("instance_groups"))));
  }

  private static Map<String, List<String>> groups(Object value) {
    Map<String, List<String>> groups = new TreeMap<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Map<?, ?> group) {
          string(group.get("instance_group_name"))
              .ifPresent(name -> groups.put(name, strings(group.get("hosts"))));
        }
      }
    }
    return groups;
  }

  private static Optional<String> string(Object value) {
    return value instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
  }

  /** The texts of a list; empty if it is no list or holds anything else. */
  private static List<String> strings(Object value) {
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    return List.of();
  }
}
