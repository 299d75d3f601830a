// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import ml.dmlc.xgboost4j.java.Booster;

/**
 * Which boosters were returned before their training was complete. A booster cannot tell: early
 * stopping leaves one with fewer rounds, too, and a mark of ours in it would be another model than
 * XGBoost's. One that nobody holds any more is forgotten.
 */
final class UnfinishedBoosters {
  /** Boosters are equal only to themselves. */
  private static final Set<Booster> ALL =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private UnfinishedBoosters() {}

  static void add(Booster booster) {
    ALL.add(booster);
  }

  static boolean contain(Booster booster) {
    return ALL.contains(booster);
  }
}
