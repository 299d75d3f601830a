// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final FileEntry FILE = new FileEntry("a", 1, new Digest(0));

  @Test
  void the_step_of_progress_and_snapshot_is_one() {
    assertThatThrownBy(() -> manifest(Progress.ofStep(6), 0, 1, Optional.empty(), List.of(FILE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The snapshot of step 5 attempt 3 cannot have its progress at step 6 (epoch 0, batch"
                + " 0)");
  }

  @ParameterizedTest
  @CsvSource({"-1,1", "1,1", "0,0", "0,100000", "0,-1"})
  void a_part_is_one_of_the_parts(int part, int parts) {
    assertThatThrownBy(
            () -> manifest(Progress.ofStep(5), part, parts, Optional.empty(), List.of(FILE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A manifest needs 0 <= part < parts <= 99999, but is part " + part + " of " + parts);
  }

  @ParameterizedTest
  @CsvSource({"6,1", "4,3", "4,4"})
  void it_resumes_from_an_earlier_attempt(long step, int attempt) {
    Optional<SnapshotId> from = Optional.of(new SnapshotId(step, attempt));

    assertThatThrownBy(() -> manifest(Progress.ofStep(5), 0, 1, from, List.of(FILE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 5 attempt 3 cannot come from a training resumed from step");
  }

  @Test
  void parts_of_one_snapshot_are_of_one_moment() throws Exception {
    Optional<SnapshotId> from = Optional.of(new SnapshotId(2, 1));
    Manifest first = manifest(Progress.ofStep(5), 0, 2, from, List.of(FILE));
    Manifest other = manifest(Progress.ofStep(5), 1, 2, Optional.empty(), List.of(FILE));

    first.requireSameMoment(manifest(Progress.ofStep(5), 1, 2, from, List.of(FILE)));
    assertThatThrownBy(() -> first.requireSameMoment(other))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "Parts 0 and 1 are not of one moment: step 5 (epoch 0, batch 0) resumed from step 2"
                + " attempt 1, and step 5 (epoch 0, batch 0) resumed from nothing");
  }

  @Test
  void it_has_1_to_16_different_files() {
    List<FileEntry> seventeen =
        IntStream.range(0, 17).mapToObj(i -> new FileEntry("f" + i, 1, new Digest(0))).toList();

    assertThat(withFiles(seventeen.subList(0, 16)).dataBytes()).isEqualTo(16);
    assertThatThrownBy(() -> withFiles(seventeen))
        .hasMessage("A part has 1 to 16 files, but this one has 17");
    assertThatThrownBy(() -> withFiles(List.of()))
        .hasMessage("A part has 1 to 16 files, but this one has 0");
    assertThatThrownBy(() -> withFiles(List.of(FILE, FILE))).hasMessage("There are two files 'a'");
    FileEntry large = new FileEntry("b", Long.MAX_VALUE, new Digest(0));
    assertThatThrownBy(() -> withFiles(List.of(FILE, large)))
        .hasMessage("The files together exceed 2^63 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/a", "a\\b", "a\u0000b", "..\\x", "a\nb"})
  void the_name_of_a_file_is_never_a_path(String name) {
    assertThatThrownBy(() -> new FileEntry(name, 1, new Digest(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The name of a file is 1 to ");
  }

  @Test
  void the_name_of_a_file_has_at_most_255_characters() {
    assertThat(new FileEntry("n".repeat(255), 1, new Digest(0)).name()).hasSize(255);
    assertThatThrownBy(() -> new FileEntry("n".repeat(256), 1, new Digest(0)))
        .hasMessageStartingWith("The name of a file is 1 to 255 characters");
    assertThatThrownBy(() -> new FileEntry("n", -1, new Digest(0)))
        .hasMessage("File 'n' cannot have -1 bytes");
  }

  @Test
  void the_time_is_cut_to_milliseconds() {
    Instant time = Instant.parse("2026-03-01T12:34:56.789999Z");

    assertThat(at(time).time()).isEqualTo(Instant.parse("2026-03-01T12:34:56.789Z"));
    assertThatThrownBy(() -> at(Instant.MAX)).hasMessageStartingWith("A time is in the years 0000");
    assertThatThrownBy(() -> at(Instant.MIN)).hasMessageStartingWith("A time is in the years 0000");
  }

  @Test
  void texts_that_cannot_be_written_are_refused() {
    assertThatThrownBy(() -> withFingerprint(Map.of("a", "\ud800")))
        .hasMessageStartingWith("The text of the fact 'a' of the fingerprint holds half");
    assertThatThrownBy(() -> withFingerprint(Map.of("", "x")))
        .hasMessageStartingWith("The name of a fact of the fingerprint is 1 to 512 characters");
  }

  private static Manifest manifest(
      Progress progress,
      int part,
      int parts,
      Optional<SnapshotId> resumedFrom,
      List<FileEntry> files) {
    return new Manifest(
        new RunName("run"),
        new SnapshotId(5, 3),
        progress,
        part,
        parts,
        Instant.EPOCH,
        resumedFrom,
        new TreeMap<>(),
        Fingerprint.NONE,
        files);
  }

  private static Manifest withFiles(List<FileEntry> files) {
    return manifest(Progress.ofStep(5), 0, 1, Optional.empty(), files);
  }

  private static Manifest at(Instant time) {
    return new Manifest(
        new RunName("run"),
        new SnapshotId(5, 3),
        Progress.ofStep(5),
        0,
        1,
        time,
        Optional.empty(),
        new TreeMap<>(),
        Fingerprint.NONE,
        List.of(FILE));
  }

  private static Manifest withFingerprint(Map<String, String> identity) {
    return new Manifest(
        new RunName("run"),
        new SnapshotId(5, 3),
        Progress.ofStep(5),
        0,
        1,
        Instant.EPOCH,
        Optional.empty(),
        new TreeMap<>(),
        new Fingerprint(identity, Map.of()),
        List.of(FILE));
  }
}
