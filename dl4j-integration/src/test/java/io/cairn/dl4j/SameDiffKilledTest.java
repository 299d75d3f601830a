// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.testkit.ForkedJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.listeners.records.LossCurve;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** SameDiff graphs end with the bits of {@code sd.fit}, wherever the process is killed. */
class SameDiffKilledTest {
  private static final int SLOW = 25;

  /** So long does a step take that a signal after the fifth comes before the tenth, under load. */
  private static final int LEISURELY = 400;

  private static Map<String, String> plain;

  @TempDir Path folder;

  private static synchronized Map<String, String> plain() throws Exception {
    if (plain == null) {
      plain = Scripts.bits(run("plain"));
    }
    return plain;
  }

  private static ForkedJvm start(Object... arguments) throws Exception {
    return Scripts.jvm(SameDiffScript.class).arguments(arguments).start();
  }

  private static List<String> run(Object... arguments) throws Exception {
    try (ForkedJvm jvm = start(arguments)) {
      assertThat(jvm.waitFor(Scripts.LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return jvm.lines();
    }
  }

  /**
   * Snapshots in steps are within an epoch, those in epochs at its end. What is asked of the second
   * process holds if one was durable before the kill, so that is awaited, however slow the disk is;
   * the training stands still one step later, so that a slow kill does not come after its end.
   */
  @ParameterizedTest
  @CsvSource({
    "adam, steps, 6",
    "adam, steps, 15",
    "adam, epochs, 13",
    "nesterovs, steps, 8",
    "nesterovs, epochs, 13",
    "multi, steps, 16",
    "sgd, steps, 17",
    "sgd, epochs, 13",
  })
  void goesOnWithTheSameBits(String name, String unit, int step) throws Exception {
    try (ForkedJvm jvm = start(name, folder, unit, SLOW, step + 1)) {
      jvm.awaitLine("cairn event=committed ", Scripts.LONG);
      jvm.awaitLine("^trained " + step + "$", Scripts.LONG);
      jvm.kill();
      assertThat(Scripts.bits(jvm.lines())).isEmpty();
    }
    List<String> resumed = run(name, folder, unit, 0);
    assertThat(Scripts.bits(resumed)).containsEntry(name, plain().get(name));
    long trained = resumed.stream().filter(line -> line.startsWith("trained ")).count();
    if (unit.equals("epochs")) {
      assertThat(trained).isEqualTo(SameDiffScript.STEPS / SameDiffScript.EPOCHS);
    } else {
      assertThat(trained).isLessThan(SameDiffScript.STEPS);
    }
  }

  @Test
  void savesAtOnceAndExitsInPeaceWhenAskedTo() throws Exception {
    try (ForkedJvm jvm = start("adam", folder, "epochs", LEISURELY)) {
      jvm.awaitLine("^trained 5$", Scripts.LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(Scripts.LONG)).isZero();
      assertThat(jvm.awaitLine("^reached at ", Scripts.LONG)).contains("(epoch 0, batch ");
    }
    List<String> resumed = run("adam", folder, "epochs", 0);
    assertThat(Scripts.bits(resumed)).containsEntry("adam", plain().get("adam"));
    assertThat(resumed).doesNotContain("trained 17");
  }

  private Progress fit(SameDiff sd, int epochs) throws Exception {
    return Dl4jSameDiff.fit(
        sd, SameDiffScript.rows("adam"), epochs, SameDiffScript.settings(folder, "epochs"));
  }

  @Test
  void aGraphThatWasTrainedBeforeGoesOnAndIsNotTrainedTooOften() throws Exception {
    SameDiff stock = SameDiffScript.graph(8, new Adam(0.01));
    stock.fit(SameDiffScript.rows("adam"), 1);
    stock.fit(SameDiffScript.rows("adam"), 3);
    String expected = SameDiffScript.bits(stock);
    for (int epochs : List.of(1, 3, 3)) {
      SameDiff sd = SameDiffScript.graph(8, new Adam(0.01));
      sd.fit(SameDiffScript.rows("adam"), 1);
      assertThat(fit(sd, epochs)).isEqualTo(new Progress(10L * epochs, epochs, 0));
      if (epochs == 3) {
        assertThat(SameDiffScript.bits(sd)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aListenerStopsTheTrainingAtTheEndOfAnEpoch() throws Exception {
    SameDiff stock = SameDiffScript.graph(8, new Adam(0.01));
    stock.fit(SameDiffScript.rows("adam"), 3, new Stopping());
    String expected = SameDiffScript.bits(stock);
    SameDiff sd = SameDiffScript.graph(8, new Adam(0.01));
    sd.addListeners(new Stopping());
    assertThat(fit(sd, 3)).isEqualTo(new Progress(10, 1, 0));
    assertThat(SameDiffScript.bits(sd)).isEqualTo(expected);
  }

  private static final class Stopping extends BaseListener {
    @Override
    public boolean isActive(Operation operation) {
      return true;
    }

    @Override
    public ListenerResponse epochEnd(SameDiff sd, At at, LossCurve losses, long millis) {
      return ListenerResponse.STOP;
    }
  }

  @Test
  void anArrayWithGapsIsRefused() {
    INDArray part = Nd4j.zeros(4, 6).get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3));
    assertThatThrownBy(() -> ArraySection.spec("part", part))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The array of part is a view with gaps");
  }

  @Test
  void anotherGraphIsRefusedByTheNamesOfItsVariables() throws Exception {
    fit(SameDiffScript.graph(8, new Adam(0.01)), 1);
    SameDiff wider = SameDiffScript.graph(9, new Adam(0.01));
    String before = SameDiffScript.bits(wider);
    assertThatThrownBy(() -> fit(wider, 2))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("w1")
        .hasMessageContaining("w2");
    assertThat(SameDiffScript.bits(wider)).isEqualTo(before);
    SameDiff more = SameDiffScript.graph(8, new Adam(0.01));
    more.var("extra", 4);
    assertThatThrownBy(() -> fit(more, 2))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("extra");
  }

  @Test
  void otherOperationsOrSettingsAreRefused() throws Exception {
    fit(SameDiffScript.graph(8, new Adam(0.01)), 1);
    SameDiff other = SameDiffScript.graph(8, new Adam(0.01));
    other.math().sin("sine", other.getVariable("w1"));
    assertThatThrownBy(() -> fit(other, 2))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("sin");
    assertThatThrownBy(() -> fit(SameDiffScript.graph(8, new Adam(0.02)), 2))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() -> fit(SameDiffScript.graph(8, new Sgd(0.02)), 2))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("updater");
  }

  @Test
  void aGraphWithoutTrainingConfigurationIsRefused() {
    assertThatThrownBy(() -> fit(SameDiff.create(), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sd.setTrainingConfig");
  }
}
