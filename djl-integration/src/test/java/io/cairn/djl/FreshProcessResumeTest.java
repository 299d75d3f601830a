// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreshProcessResumeTest {
  private static final String TO_THE_END = "1000000";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"adam", "adamw", "sgd", "momentum"})
  void aTrainingResumedInAFreshJvmEndsBitIdentical(String optimizer) throws Exception {
    run(optimizer, "7", TO_THE_END, file("whole"));
    List<String> at = run(optimizer, "7", "17", file("cut"));
    assertThat(at).containsExactly("17", "1", "7");

    run(optimizer, "99", TO_THE_END, file("resumed"), file("cut"), at.get(0), at.get(1), at.get(2));

    MemorySnapshot whole = MemorySnapshot.load(Path.of(file("whole")));
    MemorySnapshot resumed = MemorySnapshot.load(Path.of(file("resumed")));
    assertThat(Stream.of("model", "optimizer", "rng", "listeners"))
        .allSatisfy(section -> assertThat(resumed.differences(whole, section)).isEmpty());
  }

  private List<String> run(String... args) throws Exception {
    return TrainingProcess.run(folder.resolve("log"), args);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }
}
