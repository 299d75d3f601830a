// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One small JSON file of the container's, read whole and bounded. */
final class ConfigFile {

  /** The largest file that is read; a job's settings are far smaller. */
  static final int MAX_BYTES = 4 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private ConfigFile() {}

  /** The file's object; empty if there is no such file, or a problem with it was added. */
  static Optional<Map<?, ?>> read(Path file, List<String> problems) {
    try {
      return Optional.of(ConfigJson.parseObject(text(file)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (FileSystemException unreadable) {
      problems.add(file + " cannot be read: " + reason(unreadable));
    } catch (CharacterCodingException malformed) {
      problems.add(file + " cannot be used: its bytes are not UTF-8");
    } catch (IOException failure) {
      problems.add(file + " cannot be used: " + failure.getMessage());
    }
    return Optional.empty();
  }

  /** The message of such an exception is little more than the file's name. */
  private static String reason(FileSystemException unreadable) {
    return unreadable.getReason() == null
        ? unreadable.getClass().getSimpleName()
        : unreadable.getReason();
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("expected at most " + MAX_BYTES + " bytes, found more");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
  }
}
