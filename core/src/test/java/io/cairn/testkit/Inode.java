// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of one file, whatever its name: as written, and as of the last force. */
final class Inode {
  private byte[] buffer = new byte[64];
  private int length;
  private byte[] forced = new byte[0];
  private boolean overwrittenSinceForce;
  private boolean forceFailed;

  static Inode durable(byte[] bytes) {
    Inode inode = new Inode();
    inode.append(ByteBuffer.wrap(bytes), bytes.length);
    inode.force();
    return inode;
  }

  int length() {
    return length;
  }

  byte[] bytes() {
    return Arrays.copyOf(buffer, length);
  }

  void append(ByteBuffer source, int count) {
    if (length + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(length + count, 2 * buffer.length));
    }
    source.get(buffer, length, count);
    length += count;
  }

  /** Zeros up to a length: a hole that was jumped over. */
  void extend(int bytes) {
    if (bytes > length) {
      append(ByteBuffer.allocate(bytes - length), bytes - length);
    }
  }

  /** Overwrites the first bytes. */
  void overwrite(ByteBuffer source, int count) {
    overwrittenSinceForce = overwrittenSinceForce || forced.length > 0;
    source.get(buffer, 0, count);
  }

  /** The bytes at a position, -1 at the end, as a file channel has it. */
  int read(long position, ByteBuffer target) {
    if (position >= length) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), length - position);
    target.put(buffer, (int) position, count);
    return count;
  }

  void truncate() {
    overwrittenSinceForce = overwrittenSinceForce || forced.length > 0;
    length = 0;
  }

  /** After one failed force the kernel may have dropped the bytes: a later success says nothing. */
  void force() {
    if (!forceFailed) {
      forced = bytes();
      overwrittenSinceForce = false;
    }
  }

  void failForce() {
    forceFailed = true;
  }

  Inode copy() {
    Inode copy = new Inode();
    copy.buffer = buffer.clone();
    copy.length = length;
    copy.forced = forced;
    copy.overwrittenSinceForce = overwrittenSinceForce;
    copy.forceFailed = forceFailed;
    return copy;
  }

  /** What a power loss may leave: forced bytes stay, the others are anything. */
  byte[] afterPowerLoss(Choices choices) {
    if (overwrittenSinceForce) {
      return choices.next(2) == 0 ? forced.clone() : damaged(0, choices);
    }
    return length == forced.length ? bytes() : damaged(forced.length, choices);
  }

  private byte[] damaged(int safe, Choices choices) {
    byte[] left = bytes();
    if (safe == length) {
      return left;
    }
    switch (choices.next(5)) {
      case 0 -> left = Arrays.copyOf(left, safe);
      case 1 -> left = Arrays.copyOf(left, safe + choices.sample(length - safe));
      case 2 -> Arrays.fill(left, safe, length, (byte) 0);
      case 3 -> left[safe + choices.sample(length - safe)] ^= (byte) (1 << choices.sample(8));
      default -> {} // kept
    }
    return left;
  }
}
