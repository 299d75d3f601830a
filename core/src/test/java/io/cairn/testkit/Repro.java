// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.nio.file.Path;
import java.util.Random;

/** The one seed of a test run, and the command that repeats a failure with it. */
public final class Repro {
  private static final String SEED_PROPERTY = "cairn.test.seed";
  private static final long SEED = parse(System.getProperty(SEED_PROPERTY));

  private Repro() {}

  /** The seed of this run: system property {@code cairn.test.seed}, else taken from the clock. */
  public static long seed() {
    return SEED;
  }

  /** A generator that gives the same numbers for the same seed and purpose. */
  public static Random random(String purpose) {
    return new Random(SEED * 31 + purpose.hashCode());
  }

  /** The command that runs one test method of this module again with the same seed. */
  public static String command(String testClass, String testMethod) {
    return command(module(), testClass, testMethod, SEED);
  }

  static String command(String module, String testClass, String testMethod, long seed) {
    String upstream =
        module.equals("core")
            ? ""
            : " -am -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false";
    return "mvn -pl %s%s verify -Dtest='%s#%s' -Dtest.seed=%d"
        .formatted(module, upstream, testClass, testMethod, seed);
  }

  /** Tests run in the folder of their module. */
  private static String module() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath().getFileName().toString();
  }

  private static long parse(String seed) {
    if (seed == null || seed.isBlank()) {
      return System.nanoTime();
    }
    try {
      return Long.parseLong(seed.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "System property " + SEED_PROPERTY + " is not a whole number: '" + seed + "'", e);
    }
  }
}
