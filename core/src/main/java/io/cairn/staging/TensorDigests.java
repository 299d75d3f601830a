// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.model.CorruptSnapshotException;
import java.util.List;

/** Whether tensors that were read in blocks are what their digests say. */
final class TensorDigests {
  private DigestChain tensor = new DigestChain();

  /**
   * Adds the next block of the file.
   *
   * @param found the digests of its pieces
   * @throws CorruptSnapshotException if a tensor ends in it and is another
   */
  void require(ReadPlan.Block block, List<Digest> found) throws CorruptSnapshotException {
    for (int i = 0; i < found.size(); i++) {
      ReadPlan.Piece piece = block.pieces().get(i);
      if (piece.isFirst()) {
        tensor = new DigestChain();
      }
      tensor.append(found.get(i), piece.bytes());
      if (piece.isLast()) {
        require(piece.target(), tensor.digest());
      }
    }
  }

  private static void require(SectionRestore.Target target, Digest found)
      throws CorruptSnapshotException {
    Digest expected = target.entry().digest();
    if (!found.equals(expected)) {
      throw BlockReader.changed(
          target.fullName(), "has digest " + found + ", expected " + expected, null);
    }
  }
}
