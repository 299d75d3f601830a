// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.nio.file.Path;

/** A framework's own way to save and load a model. */
interface Peer extends AutoCloseable {

  /** Which framework. */
  enum Kind {
    DJL,
    DL4J,
    XGBOOST
  }

  /** A model of about that size, ready to save into a folder. */
  static Peer of(String name, int megabytes, Path folder) throws Exception {
    return switch (Kind.valueOf(name)) {
      case DJL -> new DjlPeer(megabytes, folder);
      case DL4J -> new Dl4jPeer(megabytes, folder);
      case XGBOOST -> new XgboostPeer(megabytes, folder);
    };
  }

  /** Saves as users of the framework do. */
  void save() throws Exception;

  /** Loads what was saved. */
  Object load() throws Exception;

  @Override
  void close();
}
