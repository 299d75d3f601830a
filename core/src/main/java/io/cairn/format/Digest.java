// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The CRC-32C (Castagnoli) of some bytes, written as {@code crc32c:} and 8 lowercase hexadecimal
 * digits. It finds damage, not malice.
 *
 * @param crc32c the checksum
 */
public record Digest(int crc32c) {
  private static final String ALGORITHM = "crc32c";
  private static final Pattern FORM = Pattern.compile("([a-z0-9-]{1,32}):(.*)", Pattern.DOTALL);
  private static final Pattern VALUE = Pattern.compile("[0-9a-f]{8}");
  private static final int MAX_SHOWN_CHARS = 80;

  /** How many hexadecimal digits the text of a digest ends with. */
  static final int DIGITS = 8;

  private static final HexFormat HEX = HexFormat.of();

  /**
   * Reads a digest.
   *
   * @param text the digest as text
   * @param where what it is the digest of, for the message
   * @return the digest
   * @throws UnsupportedFormatException if it names another algorithm
   * @throws CheckpointException if it has another form
   */
  public static Digest parse(String text, String where) throws CheckpointException {
    Matcher form = FORM.matcher(text);
    if (form.matches() && !form.group(1).equals(ALGORITHM)) {
      throw new UnsupportedFormatException(
          where
              + ": the digest uses the algorithm '"
              + form.group(1)
              + "', but this Cairn knows only '"
              + ALGORITHM
              + "'; a newer Cairn wrote it");
    }
    if (!form.matches() || !VALUE.matcher(form.group(2)).matches()) {
      throw new CorruptSnapshotException(
          where
              + ": expected a digest as 'crc32c:0123abcd', found '"
              + Text.printable(text, MAX_SHOWN_CHARS)
              + "'");
    }
    return new Digest(Integer.parseUnsignedInt(form.group(2), 16));
  }

  /**
   * The digest of some bytes.
   *
   * @param bytes read from its position to its limit, which stay as they are
   * @return the digest
   */
  public static Digest of(ByteBuffer bytes) {
    Crc32c accumulator = new Crc32c();
    accumulator.update(bytes.duplicate());
    return accumulator.digest();
  }

  /** The SHA-256 of the first bytes of an array, as 64 lowercase hexadecimal digits. */
  static String sha256(byte[] bytes, int length) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes, 0, length);
      return HEX.formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform must have SHA-256", e);
    }
  }

  /** Overwrites the digits of a digest's text. */
  void putDigits(ByteBuffer text, int at) {
    for (int i = 0; i < DIGITS; i++) {
      text.put(at + i, (byte) HEX.toLowHexDigit(crc32c >>> (4 * (DIGITS - 1 - i))));
    }
  }

  /** The digest as text. */
  @Override
  public String toString() {
    return ALGORITHM + ":" + HEX.toHexDigits(crc32c);
  }

  /** Computes a digest of bytes that come in pieces; fastest on direct buffers. */
  public static final class Crc32c {
    private final CRC32C crc = new CRC32C();

    /** Starts with no bytes. */
    public Crc32c() {}

    /**
     * Adds bytes.
     *
     * @param bytes read from its position to its limit
     */
    public void update(ByteBuffer bytes) {
      crc.update(bytes);
    }

    /**
     * The digest so far.
     *
     * @return the digest of all bytes added
     */
    public Digest digest() {
      return new Digest((int) crc.getValue());
    }
  }
}
