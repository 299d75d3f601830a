// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Compression;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.testkit.Repro;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartNameTest {
  private static final PartName NAME = Parts.name(1200, 2, 3, 8);

  @Test
  void namesAreAsTheDesignSays() {
    assertThat(NAME.data(Compression.NONE))
        .isEqualTo("bank.step-000000001200.attempt-002.part-00003-of-00008.safetensors");
    assertThat(NAME.data(Compression.ZSTD))
        .isEqualTo("bank.step-000000001200.attempt-002.part-00003-of-00008.safetensors.zst");
    assertThat(NAME.manifest())
        .isEqualTo("bank.step-000000001200.attempt-002.part-00003-of-00008.json");
    assertThat(NAME).hasToString("bank.step-000000001200.attempt-002.part-00003-of-00008");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void whatIsWrittenIsReadBack(Compression how) {
    Random random = Repro.random("part names");
    for (int i = 0; i < 1000; i++) {
      int parts = 1 + random.nextInt(Rank.MAX_WORLD_SIZE);
      long step = Math.floorMod(random.nextLong(), Progress.MAX_STEP + 1);
      int attempt = 1 + random.nextInt(SnapshotId.MAX_ATTEMPT);
      PartName name = Parts.name(step, attempt, random.nextInt(parts), parts);
      assertThat(PartName.parse(name.data(how)))
          .contains(new PartName.File(name, PartName.Kind.DATA));
      assertThat(PartName.parse(name.manifest()))
          .contains(new PartName.File(name, PartName.Kind.MANIFEST));
      assertThat(PartName.compressionOf(name.data(how))).isEqualTo(how);
    }
  }

  @Test
  void aPlainListingSortsByAge() {
    List<String> byAge = new ArrayList<>();
    for (long step : new long[] {0, 9, 10, 99, 1_000, Progress.MAX_STEP}) {
      for (int attempt : new int[] {1, 2, 10, 999}) {
        for (int part : new int[] {0, 7, 11}) {
          byAge.add(Parts.name(step, attempt, part, 12).manifest());
        }
      }
    }
    assertThat(byAge).isSorted();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bank",
        "bank.json",
        ".step-000000001200.attempt-002.part-00003-of-00008.json",
        "-bank.step-000000001200.attempt-002.part-00003-of-00008.json",
        "../bank.step-000000001200.attempt-002.part-00003-of-00008.json",
        "a/bank.step-000000001200.attempt-002.part-00003-of-00008.json",
        "ba.nk.step-000000001200.attempt-002.part-00003-of-00008.json",
        "bank.step-00000001200.attempt-002.part-00003-of-00008.json",
        "bank.step-0000000001200.attempt-002.part-00003-of-00008.json",
        "bank.step--00000001200.attempt-002.part-00003-of-00008.json",
        "bank.step-000000001200.attempt-02.part-00003-of-00008.json",
        "bank.step-000000001200.attempt-0002.part-00003-of-00008.json",
        "bank.step-000000001200.attempt-000.part-00003-of-00008.json",
        "bank.step-000000001200.attempt-1000000.part-00003-of-00008.json",
        "bank.step-000000001200.attempt-002.part-00008-of-00008.json",
        "bank.step-000000001200.attempt-002.part-00000-of-00000.json",
        "bank.step-000000001200.attempt-002.part-3-of-8.json",
        "bank.step-000000001200.attempt-002.part-00003-of-00008.JSON",
        "bank.step-000000001200.attempt-002.part-00003-of-00008.json\n",
        "bank.step-000000001200.attempt-002.part-00003-of-00008.json.sagemaker-uploaded",
        "bank.step-000000001200.attempt-002.part-00003-of-00008.json.sagemaker-ignore",
        "bank.step-000000001200.attempt-002.part-00003-of-00008.json.zst",
        "bank.step-000000001200.attempt-002.part-00003-of-00008.safetensors.gz",
        "bank.step-\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660"
            + ".attempt-002.part-00003-of-00008.json"
      })
  void otherNamesAreNotOurs(String name) {
    assertThat(PartName.parse(name)).isEmpty();
  }

  @Test
  void aPartThatCannotBeIsRefused() {
    assertThatThrownBy(() -> Parts.name(1, 1, 8, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No part 8 of 8");
    assertThatThrownBy(() -> Parts.name(1, 1, -1, 8)).hasMessage("No part -1 of 8");
    assertThatThrownBy(() -> Parts.name(1, 1, 0, 100_000)).hasMessage("No part 0 of 100000");
  }

  @Test
  void aRunWhoseNameBeginsLikeAnotherIsAnother() {
    RunName other = new RunName("bank-2_step-000000001200");
    PartName name = new PartName(other, new SnapshotId(1, 1), 0, 1);

    assertThat(PartName.parse(name.manifest()).orElseThrow().part().run()).isEqualTo(other);
  }
}
