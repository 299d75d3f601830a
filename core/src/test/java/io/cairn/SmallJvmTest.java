// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
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
          ForkedJvm.running(LargeTraining.class)
              .javaHome(javaHome)
              .jvmArgument("--limit-modules=java.base")
              .property("org.slf4j.simpleLogger.log.io.cairn", "info")
              .arguments(base)
              .start()) {
        training.awaitLine("at " + start + " all " + (float) start, LONG);
        assertThat(training.waitFor(LONG)).as("%s", training.lines()).isZero();
        assertThat(training.lines())
            .anyMatch(
                line ->
                    line.contains(
                        "event=sigterm_not_handled reason=\"this Java runtime was built without the"
                            + " module jdk.unsupported\""));
      }
    }
  }

  /** Makes one step in each process, with enough bytes for writes past the page cache. */
  static final class LargeTraining implements TrainingState {
    private final float[] weights = new float[1 << 20];

    public static void main(String[] arguments) throws Exception {
      LargeTraining training = new LargeTraining();
      Path folder = Path.of(arguments[0]);
      try (Checkpointer checkpointer =
          Checkpointer.builder()
              .baseFolder(folder)
              .folder(folder.resolve("checkpoints"))
              .savePolicy(SavePolicy.everySteps(1))
              .open(training)) {
        long step = checkpointer.resumedAt().step();
        System.out.println("at " + step + " all " + training.sameOfAll());
        Arrays.fill(training.weights, (float) (step + 1));
        checkpointer.afterStep(Progress.ofStep(step + 1));
      }
    }

    private float sameOfAll() {
      for (float weight : weights) {
        if (weight != weights[0]) {
          throw new IllegalStateException(weight + " and " + weights[0]);
        }
      }
      return weights[0];
    }

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.NONE;
    }

    @Override
    public void capture(StateSink sink) {
      sink.section("model").tensor(spec(), TensorMemory.of(weights));
    }

    @Override
    public void restore(StateSource source) throws CheckpointException {
      source.section("model").tensor(spec(), TensorMemory.of(weights));
    }

    private TensorSpec spec() {
      return new TensorSpec("weights", DType.F32, List.of((long) weights.length));
    }
  }
}
