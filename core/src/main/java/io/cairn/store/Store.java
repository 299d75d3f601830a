// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * A flat place for files that never change once published. Names are plain file names without
 * separators. Implementations are safe for use by several threads; files of other workers may
 * appear and vanish at any time.
 */
public interface Store {

  /**
   * The published files. Files that vanish while listing are left out; temporary files are not
   * listed. Empty if the place does not exist yet.
   *
   * @return the files with their sizes, in no order
   * @throws IOException if the place cannot be listed
   */
  List<StoredFile> list() throws IOException;

  /**
   * Opens a published file.
   *
   * @param name its name
   * @return its bytes
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws IOException if it cannot be opened
   */
  ReadableFile open(String name) throws IOException;

  /**
   * Starts a file that nobody sees until it is published.
   *
   * @param name its final name, not used before
   * @return takes the bytes
   * @throws IOException if it cannot be created
   */
  PendingFile create(String name) throws IOException;

  /**
   * Deletes a published file; does nothing if it is not there. Durable only after a later {@link
   * PendingFile#publish}.
   *
   * @param name its name
   * @throws IOException if it is still there
   */
  void delete(String name) throws IOException;

  /**
   * Deletes a published file that no process of this training reads. The next file may take its
   * room.
   *
   * @param name its name
   * @throws IOException if it is still there
   */
  default void retire(String name) throws IOException {
    delete(name);
  }

  /**
   * Gives back the room of files that were retired.
   *
   * @throws IOException if it is still taken
   */
  default void release() throws IOException {}

  /**
   * Makes durable whatever an earlier listing showed, by whomever it was published. Only then may
   * something older be deleted in its favour. Does nothing where a listing shows durable files
   * only.
   *
   * @throws IOException if it may not be durable
   */
  default void force() throws IOException {}

  /**
   * How many bytes this process may still write there.
   *
   * @return empty if nobody knows, or there is no limit
   * @throws IOException if it cannot be asked
   */
  default OptionalLong usableBytes() throws IOException {
    return OptionalLong.empty();
  }

  /**
   * Temporary files left behind by writers that died.
   *
   * @return the final names those files were meant for
   * @throws IOException if the place cannot be listed
   */
  List<String> abandoned() throws IOException;

  /**
   * Deletes the temporary file meant for a final name; does nothing if it is not there.
   *
   * @param name the final name
   * @throws IOException if it is still there
   */
  void deleteAbandoned(String name) throws IOException;
}
