// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The machines of a job, as {@code resourceconfig.json} names them.
 *
 * @param currentHost this machine
 * @param hosts all machines, this one among them
 * @param currentGroup the instance group of this machine, if it is said
 * @param groups the machines of each instance group by its name; empty if it is not said
 */
public record ResourceConfig(
    String currentHost,
    List<String> hosts,
    Optional<String> currentGroup,
    Map<String, List<String>> groups) {

  /**
   * Copies the collections.
   *
   * @param currentHost this machine
   * @param hosts all machines
   * @param currentGroup the instance group of this machine
   * @param groups the machines of each instance group by its name
   * @throws IllegalArgumentException if this machine is not among all machines
   */
  public ResourceConfig {
    hosts = List.copyOf(hosts);
    groups = Collections.unmodifiableMap(new TreeMap<>(groups));
    if (!hosts.contains(currentHost)) {
      throw new IllegalArgumentException(
          "current_host '" + currentHost + "' is not among hosts " + hosts);
    }
  }

  /**
   * The machines that train together: those of this machine's instance group, else all.
   *
   * @return their names, sorted as text ({@code algo-10} comes before {@code algo-2}), which is the
   *     same on every machine
   */
  public List<String> trainingHosts() {
    return List.copyOf(new TreeSet<>(isGrouped() ? groupHosts() : hosts));
  }

  /** Whether the group is said, and holds this machine but not all. */
  boolean isGrouped() {
    return groupHosts().contains(currentHost) && !groupHosts().containsAll(hosts);
  }

  private Collection<String> groupHosts() {
    return currentGroup.map(group -> groups.getOrDefault(group, List.of())).orElse(List.of());
  }
}
