// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@link LocalStore} asks of a file system, one operation at a time, so that a test can crash
 * between any two. All files lie in one folder.
 *
 * <p>What is assumed, and no more: bytes survive a crash after {@link OpenFile#force}; a rename or
 * a deletion survives a crash after {@link #forceFolder}; a rename is seen whole or not at all.
 */
public interface Disk {

  /**
   * Every file in the folder, whatever its name; empty if there is no folder.
   *
   * @return the files with their sizes, in no order
   * @throws IOException if the folder cannot be listed
   */
  List<StoredFile> list() throws IOException;

  /**
   * Opens a file for reading.
   *
   * @param name its name
   * @return its bytes
   * @throws IOException if it cannot be opened
   */
  ReadableFile open(String name) throws IOException;

  /**
   * Creates an empty file, and the folder if it is missing.
   *
   * @param name its name
   * @return takes the bytes
   * @throws java.nio.file.FileAlreadyExistsException if there is one of the same name
   * @throws IOException if it cannot be created
   */
  OpenFile create(String name) throws IOException;

  /**
   * Writes a file anew, from the beginning: what it held before is there until it is written over,
   * or the file forced.
   *
   * @param name its name
   * @return takes the bytes
   * @throws IOException if it cannot be opened
   */
  default OpenFile overwrite(String name) throws IOException {
    delete(name);
    return create(name);
  }

  /**
   * Renames a file atomically, never by copying, and never over another.
   *
   * @param from its name
   * @param to its new name
   * @throws java.nio.file.FileAlreadyExistsException if there is one of the new name
   * @throws IOException if it was not renamed
   */
  void rename(String from, String to) throws IOException;

  /**
   * Deletes a file; does nothing if it is not there.
   *
   * @param name its name
   * @throws IOException if it is still there
   */
  void delete(String name) throws IOException;

  /**
   * Makes earlier renames and deletions durable.
   *
   * @throws IOException if they may not be
   */
  void forceFolder() throws IOException;

  /**
   * How many bytes this process may still write.
   *
   * @return empty if nobody knows
   * @throws IOException if it cannot be asked
   */
  default OptionalLong usableBytes() throws IOException {
    return OptionalLong.empty();
  }

  /** A file being written. */
  interface OpenFile extends java.io.Closeable {

    /**
     * Appends bytes.
     *
     * @param source read from its position to its limit
     * @throws IOException if they cannot be written
     */
    void write(ByteBuffer source) throws IOException;

    /**
     * Leaves room at the very beginning, before anything is written.
     *
     * @param bytes how many
     */
    void reserve(int bytes);

    /**
     * Writes the beginning for which room was left.
     *
     * @param beginning as many bytes as were reserved
     * @throws IOException if they cannot be written
     */
    void fill(ByteBuffer beginning) throws IOException;

    /**
     * Whether a name still means this file: a process that takes it for one that was left behind
     * may have deleted it, and begun another.
     *
     * @param name the name it was created under
     * @return true also where the file system cannot tell
     * @throws IOException if it cannot be asked
     */
    default boolean isNamed(String name) throws IOException {
      return true;
    }

    /**
     * Makes all bytes written so far durable.
     *
     * @throws IOException if they may not be
     */
    void force() throws IOException;
  }
}
