// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.engine.Engine;
import io.cairn.model.Fingerprint;

/**
 * What the exactness of a training depends on and only the engine can tell. The one place that
 * knows engines by name; it needs none of them on the class path.
 */
final class EngineFacts {
  static final String PYTORCH = "PyTorch";

  private EngineFacts() {}

  static void describe(Engine engine, Fingerprint.Builder facts) {
    if (engine.getEngineName().equals(PYTORCH)) {
      facts.environment("threads", pytorchThreads());
    }
  }

  /** By default as many as the machine has cores: a resume on a larger one sums up differently. */
  private static String pytorchThreads() {
    try {
      Class<?> jni = Class.forName("ai.djl.pytorch.jni.JniUtils");
      return String.valueOf(jni.getMethod("getNumThreads").invoke(null));
    } catch (ReflectiveOperationException e) {
      return "unknown";
    }
  }
}
