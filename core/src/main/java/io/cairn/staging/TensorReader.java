// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.StoredPart;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads tensors of one part, each against its digest. Used by one thread. */
final class TensorReader {
  private final ByteSource source;
  private final StoredPart part;
  private final Copiers copiers;

  /**
   * Reads nothing yet.
   *
   * @param copiers may write to tensors, the caller among them
   */
  TensorReader(ByteSource source, StoredPart part, Copiers copiers) {
    this.source = source;
    this.part = part;
    this.copiers = copiers;
  }

  /**
   * Copies tensors to where they go.
   *
   * @throws CorruptSnapshotException if one is not what its digest says; some may be copied
   * @throws CheckpointException if one cannot be read; some may be copied
   */
  void copy(List<SectionRestore.Target> targets) throws CheckpointException {
    Map<Boolean, List<SectionRestore.Target>> byAll =
        targets.stream().collect(Collectors.partitioningBy(this::mayBeCopiedByAll));
    try {
      new UnorderedRead(source, ReadPlan.of(source, part, byAll.get(true))).copy(copiers);
      new OrderedRead(source, ReadPlan.of(source, part, byAll.get(false))).copy();
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("Reading fails with a CheckpointException", e);
    }
  }

  private boolean mayBeCopiedByAll(SectionRestore.Target target) {
    return copiers.count() > 1 && source.isConcurrent() && target.memory().isConcurrent();
  }
}
