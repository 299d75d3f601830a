// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What makes the snapshots of a training compatible with it. Immutable; keys are sorted.
 *
 * @param identity facts that must be equal, or the snapshot is another training's: optimizer kind,
 *     seed, ...
 * @param environment facts on which only the exactness of the resumed training depends: thread
 *     count, library versions, device kind, ...
 */
public record Fingerprint(Map<String, String> identity, Map<String, String> environment) {

  private static final String CPU = "cpu";

  /** Not everywhere, and not in older snapshots. */
  private static final String CPU_VECTORS = "cpu vectors";

  /** Nothing to compare. */
  public static final Fingerprint NONE = new Fingerprint(Map.of(), Map.of());

  /**
   * Copies the maps.
   *
   * @param identity facts that must be equal
   * @param environment facts on which only the exactness of the resumed training depends
   */
  public Fingerprint {
    identity = Collections.unmodifiableMap(new TreeMap<>(identity));
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }

  /**
   * Starts a fingerprint.
   *
   * @return an empty builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A builder that holds all facts of this fingerprint.
   *
   * @return the builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.identity.putAll(identity);
    builder.environment.putAll(environment);
    return builder;
  }

  /**
   * How the identity of a snapshot differs from this training's.
   *
   * @param snapshot the snapshot's fingerprint
   * @return one line for each difference, as in {@code optimizer: snapshot has 'Adam', this
   *     training has 'Sgd'}; empty when they agree
   */
  public List<String> identityDifferences(Fingerprint snapshot) {
    return differences(snapshot.identity, identity);
  }

  /**
   * How the environment of a snapshot differs from this training's. The vectors of a {@linkplain
   * Builder#processor() processor} differ only if both are known.
   *
   * @param snapshot the snapshot's fingerprint
   * @return one line for each difference; empty when they agree
   */
  public List<String> environmentDifferences(Fingerprint snapshot) {
    Map<String, String> theirs = new TreeMap<>(snapshot.environment);
    Map<String, String> ours = new TreeMap<>(environment);
    if (!theirs.containsKey(CPU_VECTORS) || !ours.containsKey(CPU_VECTORS)) {
      theirs.remove(CPU_VECTORS);
      ours.remove(CPU_VECTORS);
    }
    return differences(theirs, ours);
  }

  private static List<String> differences(Map<String, String> theirs, Map<String, String> ours) {
    TreeSet<String> keys = new TreeSet<>(theirs.keySet());
    keys.addAll(ours.keySet());
    List<String> lines = new ArrayList<>();
    for (String key : keys) {
      if (!Objects.equals(theirs.get(key), ours.get(key))) {
        lines.add(
            key
                + ": snapshot has "
                + quoted(theirs.get(key))
                + ", this training has "
                + quoted(ours.get(key)));
      }
    }
    return lines;
  }

  private static String quoted(String value) {
    return value == null ? "nothing" : "'" + value + "'";
  }

  /** Collects facts; each name once. Not thread-safe. */
  public static final class Builder {
    private final Map<String, String> identity = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();

    private Builder() {}

    /**
     * A fact that must be equal.
     *
     * @param name what it is
     * @param value its value, by {@link String#valueOf(Object)}
     * @return this
     * @throws IllegalArgumentException if it has another value already
     */
    public Builder identity(String name, Object value) {
      put(identity, name, String.valueOf(value));
      return this;
    }

    /**
     * A fact on which only exactness depends.
     *
     * @param name what it is
     * @param value its value, by {@link String#valueOf(Object)}
     * @return this
     * @throws IllegalArgumentException if it has another value already
     */
    public Builder environment(String name, Object value) {
      put(environment, name, String.valueOf(value));
      return this;
    }

    private static void put(Map<String, String> facts, String name, String value) {
      String before = facts.putIfAbsent(name, value);
      if (before != null && !before.equals(value)) {
        throw new IllegalArgumentException(
            "The fingerprint has one fact named '"
                + name
                + "', but it was told as '"
                + before
                + "' and as '"
                + value
                + "'; give the second another name, or a snapshot could be taken for one of this"
                + " training that is not");
      }
    }

    /**
     * Facts of this machine's processor, on which the order of sums may depend: its architecture
     * and, where Linux tells it, its widest vector extension (AVX2, AVX-512, SVE, ...). Processors
     * that agree in both count as the same.
     *
     * @return this
     */
    public Builder processor() {
      return processor(Processor.vectors());
    }

    Builder processor(Optional<String> vectors) {
      environment(CPU, System.getProperty("os.arch"));
      vectors.ifPresent(widest -> environment(CPU_VECTORS, widest));
      return this;
    }

    /**
     * The fingerprint.
     *
     * @return the facts so far
     */
    public Fingerprint build() {
      return new Fingerprint(identity, environment);
    }
  }
}
