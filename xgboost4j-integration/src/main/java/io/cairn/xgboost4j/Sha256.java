// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests by which data and models are told apart. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Enough of a digest to tell by, as text. */
  static String shortHex(byte[] bytes) {
    return HexFormat.of().formatHex(start().digest(bytes), 0, Long.BYTES);
  }
}
