// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A URI of a place in S3, in its parts. Here, because settings are checked without S3's code. The
 * prefix is empty or ends with {@code /}: without it, {@code run-1} would hold what lies under
 * {@code run-10}, too.
 *
 * @param bucket the bucket's name
 * @param prefix what all keys begin with
 */
public record S3Uri(String bucket, String prefix) {
  private static final Pattern URI = Pattern.compile("s3://([^/?#]+)(?:/(.*))?");
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

  /** S3 takes keys of so many bytes; names of ours are shorter than the rest. */
  private static final int MAX_PREFIX_CHARS = 700;

  /**
   * Reads a URI.
   *
   * @param uri as in {@code s3://bucket/prefix}
   * @return its parts
   * @throws IllegalArgumentException if it is none of a bucket
   */
  public static S3Uri parse(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches() || !BUCKET.matcher(matcher.group(1)).matches()) {
      throw new IllegalArgumentException(
          "expected s3://BUCKET/PREFIX, as in s3://my-bucket/jobs/bank, but is '" + uri + "'");
    }
    String prefix = matcher.group(2) == null ? "" : matcher.group(2).replaceAll("/+$", "");
    boolean odd = Stream.of(prefix.split("/", -1)).anyMatch(S3Uri::isOdd);
    if (prefix.length() > MAX_PREFIX_CHARS || (!prefix.isEmpty() && odd)) {
      throw new IllegalArgumentException(
          "the prefix of '"
              + uri
              + "' has an empty part, '.', '..', a control character, or more than "
              + MAX_PREFIX_CHARS
              + " characters; other tools could not address it");
    }
    return new S3Uri(matcher.group(1), prefix.isEmpty() ? "" : prefix + "/");
  }

  private static boolean isOdd(String part) {
    return part.isEmpty()
        || part.equals(".")
        || part.equals("..")
        || part.chars().anyMatch(c -> c < ' ');
  }
}
