// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureFileTest {
  @TempDir Path base;
  private ContainerPaths paths;

  @BeforeEach
  void makeOutput() throws IOException {
    paths = new ContainerPaths(base);
    Files.createDirectories(paths.failure().getParent());
  }

  @Test
  void theMessageIsWritten() {
    assertThat(FailureFile.write(paths, "Disk full – größer")).isTrue();
    assertThat(paths.failure()).hasContent("Disk full – größer");
  }

  @Test
  void aLongMessageIsCut() {
    assertThat(FailureFile.write(paths, "é".repeat(5000))).isTrue();
    assertThat(paths.failure()).hasContent("é".repeat(1024));
  }

  @Test
  void theCutDoesNotSplitACharacter() {
    assertThat(FailureFile.write(paths, "x".repeat(1023) + "\uD83D\uDE00")).isTrue();
    assertThat(paths.failure()).hasContent("x".repeat(1023));
  }

  @Test
  void theFirstReasonStays() throws IOException {
    Files.writeString(paths.failure(), "first");

    assertThat(FailureFile.write(paths, "second")).isFalse();
    assertThat(paths.failure()).hasContent("first");
  }

  @Test
  void withoutAnOutputFolderNothingIsWritten() throws IOException {
    Files.delete(paths.failure().getParent());

    assertThat(FailureFile.write(paths, "why")).isFalse();
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void nothingIsThrownWhateverComes() {
    assertThat(FailureFile.write(paths, null)).isFalse();
    assertThat(FailureFile.write(paths, "\uD83D alone")).isTrue();
  }
}
