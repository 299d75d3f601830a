// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkedJvmTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Says what it was given, waits to be ended unless told not to. */
  static final class Talker {
    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
      System.err.println("property " + System.getProperty("talker.property"));
      System.out.println("variable " + System.getenv("TALKER_VARIABLE"));
      System.out.println("argument " + arguments[0] + " on " + Runtime.version().feature());
      if (arguments[0].equals("wait")) {
        new CountDownLatch(1).await();
      }
      System.exit(7);
    }
  }

  @TempDir Path folder;

  @Test
  void itGetsWhatItWasGivenAndItsOutputIsSeen() throws Exception {
    Path log = folder.resolve("log");
    try (ForkedJvm jvm =
        ForkedJvm.running(Talker.class)
            .arguments("go")
            .jvmArgument("-Xmx32m")
            .property("talker.property", 1)
            .environment("TALKER_VARIABLE", 2)
            .folder(folder)
            .log(log)
            .start()) {
      assertThat(jvm.awaitLine("^argument", LONG)).startsWith("argument go");
      assertThat(jvm.waitFor(LONG)).isEqualTo(7);
      assertThat(jvm.lines()).contains("property 1", "variable 2", "hook ran");
      assertThat(log).content().contains("property 1", "variable 2", "hook ran");
      assertThatThrownBy(() -> jvm.awaitLine("never said", LONG))
          .hasMessageContaining("never said");
    }
  }

  @Test
  void aKillRunsNoShutdownHook() throws Exception {
    try (ForkedJvm jvm = ForkedJvm.running(Talker.class).arguments("wait").start()) {
      jvm.awaitLine("argument wait", LONG);
      jvm.kill();
      assertThat(jvm.waitFor(LONG)).isEqualTo(128 + 9);
      assertThat(jvm.lines()).doesNotContain("hook ran");
    }
  }

  @Test
  void aTerminationRunsShutdownHooks() throws Exception {
    try (ForkedJvm jvm = ForkedJvm.running(Talker.class).arguments("wait").start()) {
      jvm.awaitLine("argument wait", LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(LONG)).isEqualTo(128 + 15);
      assertThat(jvm.lines()).contains("hook ran");
    }
  }

  @Test
  void closeLeavesNoProcess() throws Exception {
    ForkedJvm jvm = ForkedJvm.running(Talker.class).arguments("wait").start();
    try (jvm) {
      assertThatThrownBy(() -> jvm.awaitLine("never said", Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class);
      assertThat(jvm.isAlive()).isTrue();
    }
    assertThat(ProcessHandle.of(jvm.pid()).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  @Test
  void everyJavaHomeRuns() throws Exception {
    assertThat(ForkedJvm.javaHomes()).first().isEqualTo(Path.of(System.getProperty("java.home")));
    for (Path home : ForkedJvm.javaHomes()) {
      try (ForkedJvm jvm = ForkedJvm.running(Talker.class).javaHome(home).arguments("go").start()) {
        assertThat(jvm.awaitLine("argument", LONG)).containsPattern("on (17|2\\d)$");
        jvm.waitFor(LONG);
      }
    }
  }
}
