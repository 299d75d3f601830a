// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A bucket and a prefix in it. The prefix is empty or ends with {@code /}: without it, {@code
 * run-1} would hold what lies under {@code run-10}, too.
 *
 * @param bucket the bucket's name
 * @param prefix what all keys begin with
 */
record S3Place(String bucket, String prefix) {
  private static final Pattern URI = Pattern.compile("s3://([^/?#]+)(?:/(.*))?");
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

  /** S3 takes keys of so many bytes; names of ours are shorter than the rest. */
  private static final int MAX_PREFIX_CHARS = 700;

  /** Names that SageMaker's sync agent gives a meaning in a folder; in S3 they have none. */
  private static final String AGENT = ".sagemaker-";

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException if it is none of a bucket
   */
  static S3Place parse(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches() || !BUCKET.matcher(matcher.group(1)).matches()) {
      throw new IllegalArgumentException(
          "expected s3://BUCKET/PREFIX, as in s3://my-bucket/jobs/bank, but is '" + uri + "'");
    }
    String prefix = matcher.group(2) == null ? "" : matcher.group(2).replaceAll("/+$", "");
    boolean odd = Stream.of(prefix.split("/", -1)).anyMatch(S3Place::isOdd);
    if (prefix.length() > MAX_PREFIX_CHARS || (!prefix.isEmpty() && odd)) {
      throw new IllegalArgumentException(
          "the prefix of '"
              + uri
              + "' has an empty part, '.', '..', a control character, or more than "
              + MAX_PREFIX_CHARS
              + " characters; other tools could not address it");
    }
    return new S3Place(matcher.group(1), prefix.isEmpty() ? "" : prefix + "/");
  }

  private static boolean isOdd(String part) {
    return part.isEmpty()
        || part.equals(".")
        || part.equals("..")
        || part.chars().anyMatch(c -> c < ' ');
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
