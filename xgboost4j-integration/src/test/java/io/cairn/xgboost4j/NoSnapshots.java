// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import java.nio.file.Path;

/** Settings under which nothing is ever written or found. */
final class NoSnapshots {
  private NoSnapshots() {}

  static CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(Path.of("target", "no-such-folder"))
        .savePolicy(SavePolicy.never());
  }
}
