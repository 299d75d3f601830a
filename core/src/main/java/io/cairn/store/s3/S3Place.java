// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import io.cairn.store.S3Uri;
import java.nio.file.FileSystemException;
import java.util.Optional;

/**
 * A bucket and a prefix in it, which is empty or ends with {@code /}.
 *
 * @param bucket the bucket's name
 * @param prefix what all keys begin with
 */
record S3Place(String bucket, String prefix) {
  /** Names that SageMaker's sync agent gives a meaning in a folder; in S3 they have none. */
  private static final String AGENT = ".sagemaker-";

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException if it is none of a bucket
   */
  static S3Place parse(String uri) {
    S3Uri parts = S3Uri.parse(uri);
    return new S3Place(parts.bucket(), parts.prefix());
  }

  /**
   * The key of a file.
   *
   * @throws FileSystemException if it is no plain file name
   */
  String key(String name) throws FileSystemException {
    if (!isPlain(name)) {
      throw new FileSystemException(name, null, "Not a plain file name");
    }
    return prefix + name;
  }

  /** The plain file name of a key that a listing of the prefix showed; empty if it is none. */
  Optional<String> name(String key) {
    if (!key.startsWith(prefix)) {
      return Optional.empty();
    }
    return Optional.of(key.substring(prefix.length()))
        .filter(name -> isPlain(name) && !name.contains(AGENT));
  }

  private static boolean isPlain(String name) {
    boolean separated = name.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0);
    return !separated && !name.isEmpty() && !name.equals(".") && !name.equals("..");
  }

  /** A file's URI, for messages. */
  String uri(String key) {
    return "s3://" + bucket + "/" + key;
  }

  @Override
  public String toString() {
    return uri(prefix);
  }
}
