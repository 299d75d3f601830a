// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.ConfigurationException;
import io.cairn.model.Rank;
import io.cairn.store.LocalStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointerBuilderTest {
  @TempDir private Path folder;

  private static CheckpointerBuilder builder() {
    return Checkpointer.builder().environment(Map.of());
  }

  private static Arguments wrong(ThrowingCallable setter, String message) {
    return Arguments.of(setter, message);
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        wrong(() -> builder().exitStatus(256), "exitStatus needs 0 to 255, but is 256"),
        wrong(() -> builder().exitStatus(-1), "exitStatus needs 0 to 255, but is -1"),
        wrong(() -> builder().grace(Duration.ZERO), "grace needs more than 0, but is PT0S"),
        wrong(() -> builder().syncStall(Duration.ZERO), "syncStall needs more than 0, but is PT0S"),
        wrong(() -> builder().threadPriority(11), "threadPriority needs 1 to 10, but is 11"),
        wrong(() -> builder().copyThreads(0), "copyThreads needs 1 to 64, but is 0"),
        wrong(() -> builder().compressionThreads(0), "compressionThreads needs 1 to 64, but is 0"),
        wrong(() -> builder().stagingLimitBytes(0), "stagingLimitBytes needs >= 1, but is 0"));
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void optionsAreCheckedWhereTheyAreSet(ThrowingCallable setter, String message) {
    assertThatThrownBy(setter).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void onlyFilesOfAFolderCanBeWrittenOver() {
    OtherStore other = new OtherStore(LocalStore.in(folder));

    assertThatThrownBy(() -> builder().store(other).reuseFiles(true).open(new LogisticRegression()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "checkpoint_reuse_files is true, but snapshots are kept in "
                + other
                + ", and only files of a local folder can be written over; leave it out");
  }

  @Test
  void aCopyWasToldTheSameAndNothingAfterwards() throws Exception {
    CountingEvents first = new CountingEvents();
    CountingEvents second = new CountingEvents();
    CheckpointerBuilder told = builder().folder(folder).run("first").events(first);

    CheckpointerBuilder copy = told.copy().run("second").rank(new Rank(0, 2)).events(second);
    told.open(new LogisticRegression()).close();

    assertThat(copy)
        .usingRecursiveComparison()
        .ignoringFields("run", "rank", "events")
        .isEqualTo(told);
    assertThat(first.opened).containsExactly("first 0/1");
    assertThat(second.opened).isEmpty();
    copy.open(new LogisticRegression()).close();
    assertThat(first.opened).containsExactly("first 0/1", "second 0/2");
    assertThat(second.opened).containsExactly("second 0/2");
  }

  private static final class CountingEvents implements CheckpointEvents {
    private final List<String> opened = new ArrayList<>();

    @Override
    public void opened(Opened opening) {
      opened.add(opening.run() + " " + opening.rank());
    }
  }
}
