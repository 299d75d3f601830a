// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.testkit.CrashDisk.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the operations of a {@link CrashDisk} and says what goes wrong with each. */
final class Faults {
  private static final int NEVER = Integer.MAX_VALUE;

  final List<String> journal = new ArrayList<>();
  final List<Operation> kinds = new ArrayList<>();
  final Map<Operation, IOException> failNext = new EnumMap<>(Operation.class);
  final Map<Integer, IOException> failAt = new HashMap<>();
  int crashAfter = NEVER;
  int crashDuring = NEVER;
  boolean crashed;

  /** Starts an operation; true if the machine stops half way through it. */
  boolean begin(Operation operation, String what) throws IOException {
    assertAlive();
    if (journal.size() == crashAfter) {
      crashed = true;
      throw new CrashedException("Crashed before: " + what);
    }
    journal.add(what);
    kinds.add(operation);
    fail(failNext.remove(operation));
    fail(failAt.remove(journal.size()));
    return journal.size() == crashDuring;
  }

  void crashInTheMidst() throws CrashedException {
    crashed = true;
    throw new CrashedException("Crashed during: " + journal.get(journal.size() - 1));
  }

  void assertAlive() throws CrashedException {
    if (crashed) {
      throw new CrashedException("Crashed before");
    }
  }

  private static void fail(IOException error) throws IOException {
    if (error != null) {
      throw error;
    }
  }
}
