// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Compression;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.store.StoredFile;
import io.cairn.testkit.Repro;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogTest {

  private static List<StoredFile> files(PartName... names) {
    List<StoredFile> files = new ArrayList<>();
    for (PartName name : names) {
      files.add(new StoredFile(name.manifest(), 100));
      files.add(new StoredFile(name.data(Compression.NONE), 1000));
    }
    Collections.shuffle(files, Repro.random("catalog"));
    return files;
  }

  private static Catalog catalog(List<StoredFile> files) {
    return Catalog.of(files, Parts.RUN);
  }

  @Test
  void theNewestIsTheHighestStepThenTheHighestAttempt() {
    Catalog catalog =
        catalog(
            files(
                Parts.single(9, 3),
                Parts.single(10, 1),
                Parts.single(10, 12),
                Parts.single(100, 1)));

    assertThat(catalog.newestFirst())
        .extracting(Candidate::id)
        .containsExactly(
            new SnapshotId(100, 1),
            new SnapshotId(10, 12),
            new SnapshotId(10, 1),
            new SnapshotId(9, 3));
  }

  @Test
  void aSnapshotIsCompleteWithManifestAndDataOfAllParts() {
    PartName[] parts = {Parts.name(10, 1, 0, 2), Parts.name(10, 1, 1, 2)};
    List<StoredFile> all = files(parts);
    assertThat(catalog(all).newestFirst().get(0).isCompleteByNames()).isTrue();

    for (StoredFile missing : all) {
      List<StoredFile> others = new ArrayList<>(all);
      others.remove(missing);
      Candidate candidate = catalog(others).newestFirst().get(0);
      assertThat(candidate.isCompleteByNames()).as(missing.name()).isFalse();
      String what = missing.name().endsWith(".json") ? "manifests" : "data files";
      int part = missing.name().contains("part-00000") ? 0 : 1;
      assertThat(candidate.whatIsMissing())
          .isEqualTo("incomplete: 1 of 2 " + what + " missing (part " + part + ")");
    }
  }

  @Test
  void aLongListOfMissingPartsIsCut() {
    Candidate candidate = catalog(files(Parts.name(10, 1, 5, 100))).newestFirst().get(0);

    assertThat(candidate.whatIsMissing())
        .isEqualTo("incomplete: 99 of 100 manifests missing (part 0, 1, 2, 3, 4, 6, 7, 8, ...)");
  }

  @Test
  void partsOfTwoAttemptsAreTwoSnapshots() {
    Catalog catalog = catalog(files(Parts.name(10, 1, 0, 2), Parts.name(10, 2, 1, 2)));

    assertThat(catalog.newestFirst()).hasSize(2).noneMatch(Candidate::isCompleteByNames);
  }

  @Test
  void partsOfTwoWorldSizesAreTwoSnapshots() {
    Catalog catalog = catalog(files(Parts.name(10, 1, 0, 2), Parts.name(10, 1, 1, 3)));

    assertThat(catalog.newestFirst()).hasSize(2).noneMatch(Candidate::isCompleteByNames);
  }

  @Test
  void otherRunsAreNamedAndNotMixedIn() {
    PartName other = new PartName(new RunName("bank2"), new SnapshotId(99, 1), 0, 1);
    List<StoredFile> files = files(Parts.single(10, 1), other);
    files.add(new StoredFile("notes.txt", 1));

    Catalog catalog = catalog(files);

    assertThat(catalog.otherRuns()).containsExactly("bank2");
    assertThat(catalog.newestFirst())
        .extracting(Candidate::id)
        .containsExactly(new SnapshotId(10, 1));
    assertThat(catalog.allNames()).hasSize(5).contains("notes.txt");
  }

  @Test
  void theHighestAttemptCountsWhateverItLeft() {
    PartName other = new PartName(new RunName("bank2"), new SnapshotId(99, 9), 0, 1);
    Catalog catalog = catalog(files(Parts.single(10, 1), Parts.name(5, 4, 1, 2), other));

    assertThat(catalog.highestAttempt(List.of())).isEqualTo(4);
    List<String> abandoned =
        Stream.of(
                Parts.single(5, 6), new PartName(new RunName("bank2"), new SnapshotId(1, 8), 0, 1))
            .map(PartName::manifest)
            .toList();
    assertThat(catalog.highestAttempt(abandoned)).isEqualTo(6);
    assertThat(catalog(List.of()).highestAttempt(List.of("xgboost-checkpoint.3"))).isZero();
  }

  @Test
  void knowsWhichRankWroteInWhichAttempt() {
    Catalog catalog = catalog(files(Parts.name(10, 3, 1, 2)));

    assertThat(catalog.hasFilesOf(new Rank(1, 2), 3, List.of())).isTrue();
    assertThat(catalog.hasFilesOf(new Rank(0, 2), 3, List.of())).isFalse();
    assertThat(catalog.hasFilesOf(new Rank(1, 2), 2, List.of())).isFalse();
    List<String> begun = List.of(Parts.name(40, 7, 1, 2).manifest(), "another file");
    assertThat(catalog.hasFilesOf(new Rank(1, 2), 7, begun)).isTrue();
    assertThat(catalog.hasFilesOf(new Rank(0, 2), 7, begun)).isFalse();
  }
}
