// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts training scripts in processes of their own. */
final class Scripts {
  static final Duration LONG = Duration.ofMinutes(2);
  private static final String NATIVES = "org.bytedeco.javacpp.cachedir";
  private static Map<String, String> plain;

  private Scripts() {}

  static ForkedJvm.Builder jvm(Class<?> main) {
    ForkedJvm.Builder jvm =
        ForkedJvm.running(main)
            .jvmArgument("-Xmx256m")
            .jvmArgument("-XX:TieredStopAtLevel=1")
            .environment("OMP_NUM_THREADS", 1)
            .environment("OPENBLAS_NUM_THREADS", 1)
            .property("org.slf4j.simpleLogger.defaultLogLevel", "warn")
            .property("org.slf4j.simpleLogger.log.io.cairn", "info");
    if (System.getProperty(NATIVES) != null) {
      jvm.property(NATIVES, System.getProperty(NATIVES));
    }
    return jvm;
  }

  static ForkedJvm start(Object... arguments) throws Exception {
    return jvm(TrainingScript.class).arguments(arguments).start();
  }

  /** The output of a script that ends well. */
  static List<String> run(Object... arguments) throws Exception {
    try (ForkedJvm jvm = start(arguments)) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return jvm.lines();
    }
  }

  /** What each training ends with when DL4J trains alone, in a process of its own. */
  static synchronized Map<String, String> plainBits(Path folder) throws Exception {
    if (plain == null) {
      plain = bits(run("plain", folder));
    }
    return plain;
  }

  /** The digests a script printed, by training. */
  static Map<String, String> bits(List<String> lines) {
    Map<String, String> bits = new LinkedHashMap<>();
    for (String line : lines) {
      if (line.startsWith("bits ")) {
        String[] words = line.split(" ", 3);
        bits.put(words[1], words[2]);
      }
    }
    return bits;
  }
}
