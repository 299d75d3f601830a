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

  TensorReader(ByteSource source, StoredPart part) {
    this.source = source;
    this.part = part;
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
    List<ReadPlan.Block> unordered = ReadPlan.of(part, byAll.get(true));
    List<ReadPlan.Block> ordered = ReadPlan.of(part, byAll.get(false));
    try {
      try (SideThread side = SideThread.forBytes(bytes(unordered))) {
        new UnorderedRead(source, unordered).copy(side);
      }
      try (SideThread side = SideThread.forBytes(bytes(ordered))) {
        new OrderedRead(source, ordered).copy(side);
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("Reading fails with a CheckpointException", e);
    }
  }

  private boolean mayBeCopiedByAll(SectionRestore.Target target) {
    return source.isConcurrent() && target.memory().isConcurrent();
  }

  private static long bytes(List<ReadPlan.Block> blocks) {
    return blocks.stream().mapToLong(ReadPlan.Block::bytes).sum();
  }
}
