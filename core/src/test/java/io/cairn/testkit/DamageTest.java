// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.testkit.Damage.Mutation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
  private final Map<String, byte[]> files =
      new TreeMap<>(Map.of("a", new byte[] {1, 2, 3}, "b", new byte[] {4}, "c", new byte[] {4}));

  @Test
  void everyMutationChangesTheFilesInItsOwnWayAndIsUndone() throws Exception {
    String intact = describe();
    List<Mutation> all = Damage.of(FileSet.of(files)).all().toList();
    Set<String> seen = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Mutation mutation : all) {
      mutation.during(() -> assertThat(seen.add(describe())).as(mutation.description()).isTrue());
      names.add(mutation.description());
      assertThat(describe()).as("after %s", mutation).isEqualTo(intact);
    }
    assertThat(seen).doesNotContain(intact);
    assertThat(names).hasSameSizeAs(all);
    assertThat(all).as("removals, swaps, extensions, cuts, flips").hasSize(3 + 2 + 3 + 5 + 5);
  }

  @Test
  void aFailureIsNamedAfterItsMutationWhichIsUndone() throws Exception {
    Mutation first = Damage.of(FileSet.of(files)).removals().findFirst().orElseThrow();
    assertThatThrownBy(() -> first.during(() -> assertThat(files).containsKey("a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("remove a: ");
    assertThat(files).containsKey("a");
  }

  @Test
  void filesOfAFolderAreDamagedInPlace(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});
    Mutation cut = Damage.of(FileSet.in(folder)).truncations().toList().get(1);
    cut.during(() -> assertThat(file).hasBinaryContent(new byte[] {1}));
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
  }

  private String describe() {
    StringBuilder all = new StringBuilder();
    files.forEach((name, bytes) -> all.append(name).append(Arrays.toString(bytes)));
    return all.toString();
  }
}
