// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.List;

/**
 * What changed from one snapshot to another.
 *
 * @param facts what else than tensors differs: position, metrics, fingerprint, values
 * @param tensors every tensor of both, the same ones too
 */
public record SnapshotDiff(List<FactDiff> facts, List<TensorDiff> tensors) {

  /**
   * Copies the lists.
   *
   * @param facts what else than tensors differs
   * @param tensors every tensor of both
   */
  public SnapshotDiff {
    facts = List.copyOf(facts);
    tensors = List.copyOf(tensors);
  }

  /**
   * A fact that differs.
   *
   * @param group what kind of fact it is: progress, metric, identity, environment, value, snapshot
   * @param name which
   * @param before in the first snapshot; empty if it is not there
   * @param after in the second snapshot; empty if it is not there
   */
  public record FactDiff(String group, String name, String before, String after) {}

  /**
   * Whether both are the same state of the same training. Attempt, time, what was resumed from and
   * what was {@link Measured} do not count.
   *
   * @return true if no bit differs
   */
  public boolean isSame() {
    return facts.stream().allMatch(fact -> Measured.is(fact.name()))
        && changed().stream().allMatch(tensor -> Measured.is(tensor.name()));
  }

  /**
   * The tensors that differ.
   *
   * @return those that are not the same in both
   */
  public List<TensorDiff> changed() {
    return tensors.stream().filter(tensor -> tensor.kind() != TensorDiff.Kind.SAME).toList();
  }

  /**
   * How much of what differs was {@link Measured}.
   *
   * @return the number of facts and tensors
   */
  public long measured() {
    return facts.stream().filter(fact -> Measured.is(fact.name())).count()
        + changed().stream().filter(tensor -> Measured.is(tensor.name())).count();
  }
}
