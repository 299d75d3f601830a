// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.testkit.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A JVM that was built with no more modules than there must be, as containers have it. */
class SmallJvmTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path base;

  static List<Path> javaHomes() {
    return ForkedJvm.javaHomes();
  }

  @ParameterizedTest
  @MethodSource("javaHomes")
  void savesAndGoesOn(Path javaHome) throws Exception {
    for (int start = 0; start < 2; start++) {
      try (ForkedJvm training =
          ForkedJvm.running(OneStep.class)
              .javaHome(javaHome)
              .jvmArgument("--limit-modules=java.base")
              .property("org.slf4j.simpleLogger.log.io.cairn", "info")
              .arguments(base)
              .start()) {
        training.awaitLine("^at " + start + ", state as it was$", LONG);
        assertThat(training.waitFor(LONG)).as("%s", training.lines()).isZero();
        assertThat(training.lines())
            .anyMatch(
                line ->
                    line.contains(
                        "event=sigterm_not_handled reason=\"this Java runtime was started without its"
                            + " module; add --add-modules jdk.unsupported\""));
      }
    }
  }

  /** Makes a step in each process, with enough bytes for writes past the page cache. */
  static final class OneStep {
    private static final int BYTES = 4 << 20;

    private OneStep() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      LargeState state = new LargeState(BYTES);
      try (Checkpointer checkpointer =
          Checkpointer.builder()
              .baseFolder(folder)
              .folder(folder.resolve("checkpoints"))
              .savePolicy(SavePolicy.everySteps(1))
              .open(state)) {
        long step = checkpointer.resumedAt().step();
        boolean asItWas = Arrays.equals(state.values(), afterStep(step));
        System.out.println("at " + step + ", state " + (asItWas ? "as it was" : "differs"));
        System.arraycopy(afterStep(step + 1), 0, state.values(), 0, BYTES);
        checkpointer.afterStep(Progress.ofStep(step + 1));
      }
    }

    private static byte[] afterStep(long step) {
      byte[] values = new byte[BYTES];
      Arrays.fill(values, (byte) step);
      return values;
    }
  }
}
