// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.Manifest;
import io.cairn.policy.SnapshotFacts;
import io.cairn.store.Store;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What retention decides about, from manifests; each is read once, as files never change. */
final class FactsReader {
  private final Store store;
  private final Map<PartName, SnapshotFacts> known = new HashMap<>();

  FactsReader(Store store) {
    this.store = store;
  }

  /**
   * What the manifest of a part says.
   *
   * @throws IOException if it is damaged, or the store fails
   */
  SnapshotFacts of(PartName part, long manifestBytes) throws IOException {
    SnapshotFacts facts = known.get(part);
    if (facts == null) {
      Manifest manifest = Manifests.read(store, part, manifestBytes);
      facts =
          new SnapshotFacts(
              manifest.id(), manifest.progress(), manifest.time(), manifest.metrics());
      known.put(part, facts);
    }
    return facts;
  }

  /** The part is gone. */
  void forget(PartName part) {
    known.remove(part);
  }
}
