// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that tells SageMaker why a training failed. */
public final class FailureFile {

  /** How many characters of it SageMaker shows as the job's failure reason. */
  public static final int MAX_CHARS = 1024;

  private FailureFile() {}

  /**
   * Writes a message, cut to {@value #MAX_CHARS} characters. A file that exists is the first and
   * better reason and stays. Never throws: it is called where another error is on its way.
   *
   * @param paths where the file belongs; its folder must exist
   * @param message why the training failed
   * @return true if the file was written now
   */
  public static boolean write(ContainerPaths paths, String message) {
    Path file = paths.failure();
    try {
      Files.write(
          file, cut(message).getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
      return true;
    } catch (IOException | RuntimeException notWritten) {
      return false;
    }
  }

  private static String cut(String message) {
    if (message.length() <= MAX_CHARS) {
      return message;
    }
    boolean splitsPair = Character.isHighSurrogate(message.charAt(MAX_CHARS - 1));
    return message.substring(0, splitsPair ? MAX_CHARS - 1 : MAX_CHARS);
  }
}
