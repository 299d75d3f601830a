// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.UnsupportedFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A manifest as bytes: one JSON object, for people to read, whose last member is the digest of all
 * bytes before that member's line.
 *
 * <pre>
 * manifest = body tail
 * body     = "{\n" '  "format": "cairn-manifest",\n' '  "version": 1,\n' members
 * tail     = '  "digest": "sha256:' 64 hexadecimal digits of the body's SHA-256 '"\n}\n'
 * </pre>
 *
 * The tail has a fixed length and stays the same in all versions, so that every Cairn can tell a
 * damaged manifest from a newer one. The same manifest gives the same bytes.
 */
public final class ManifestCodec {

  /** The largest manifest, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  /** The version that this code writes and reads. */
  public static final int VERSION = 1;

  static final String FORMAT = "cairn-manifest";

  private static final String TAIL_START = "  \"digest\": \"sha256:";
  private static final String TAIL_END = "\"\n}\n";
  private static final int SHA_CHARS = 64;

  /** The size of the tail, in bytes. */
  static final int TAIL_BYTES = TAIL_START.length() + SHA_CHARS + TAIL_END.length();

  private ManifestCodec() {}

  /**
   * Writes a manifest.
   *
   * @param manifest the manifest
   * @return its bytes
   * @throws CheckpointException if they are more than {@value #MAX_BYTES}
   */
  public static byte[] encode(Manifest manifest) throws CheckpointException {
    byte[] body = ManifestJson.body(manifest);
    byte[] tail = tail(body, body.length);
    int size = Math.addExact(body.length, tail.length);
    if (size > MAX_BYTES) {
      throw new CheckpointException(
          "Cannot write a manifest of "
              + size
              + " bytes, at most "
              + MAX_BYTES
              + " are accepted; record fewer metrics or a shorter fingerprint");
    }
    byte[] bytes = Arrays.copyOf(body, size);
    System.arraycopy(tail, 0, bytes, body.length, tail.length);
    return bytes;
  }

  /**
   * Reads a manifest: first its size and digest, then its version, then the rest. Unknown members
   * are ignored.
   *
   * @param bytes the bytes
   * @param where what is read, for messages
   * @return the manifest
   * @throws CorruptSnapshotException if it is damaged
   * @throws UnsupportedFormatException if it is intact, but a newer Cairn wrote it
   * @throws CheckpointException one of these
   */
  public static Manifest decode(byte[] bytes, String where) throws CheckpointException {
    requireIntact(bytes, where);
    try {
      JsonObject json = Json.parseObject(bytes);
      requireVersion(json, where);
      return ManifestJson.manifest(json, where);
    } catch (JsonException | IllegalArgumentException e) {
      // The digest fits: a disk did not do this.
      throw new CorruptSnapshotException(
          where + ": the manifest is as it was written, but wrong: " + Text.message(e.getMessage()),
          e);
    }
  }

  private static void requireIntact(byte[] bytes, String where) throws CorruptSnapshotException {
    if (bytes.length < TAIL_BYTES || bytes.length > MAX_BYTES) {
      throw new CorruptSnapshotException(
          where
              + ": a manifest has "
              + TAIL_BYTES
              + " to "
              + MAX_BYTES
              + " bytes, found "
              + bytes.length
              + (bytes.length < TAIL_BYTES ? "; truncated?" : ""));
    }
    int bodyBytes = bytes.length - TAIL_BYTES;
    byte[] expected = tail(bytes, bodyBytes);
    if (!Arrays.equals(bytes, bodyBytes, bytes.length, expected, 0, TAIL_BYTES)) {
      throw new CorruptSnapshotException(
          where
              + ": expected the manifest to end in the digest sha256:"
              + Digest.sha256(bytes, bodyBytes)
              + " of its other bytes, found something else; truncated or damaged?");
    }
  }

  private static void requireVersion(JsonObject json, String where)
      throws JsonException, UnsupportedFormatException {
    String format = json.string("format");
    long version = json.longValue("version");
    if (version < 1) {
      throw new JsonException("'version': expected at least 1, found " + version);
    }
    if (!format.equals(FORMAT) || version > VERSION) {
      throw new UnsupportedFormatException(
          where
              + ": found format '"
              + Text.printable(format, Text.MAX_NAME_CHARS)
              + "' version "
              + version
              + ", this Cairn knows '"
              + FORMAT
              + "' version "
              + VERSION
              + "; a newer Cairn wrote it");
    }
  }

  private static byte[] tail(byte[] bytes, int bodyBytes) {
    String tail = TAIL_START + Digest.sha256(bytes, bodyBytes) + TAIL_END;
    return tail.getBytes(StandardCharsets.US_ASCII);
  }
}
