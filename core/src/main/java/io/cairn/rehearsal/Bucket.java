// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * What stands for S3. An object is there whole or not at all; names are keys, parted by slashes.
 * Implementations are safe for use by several threads.
 */
public interface Bucket {

  /**
   * A bucket in a folder.
   *
   * @param folder the folder; created by the first object
   * @return the bucket
   */
  static Bucket in(Path folder) {
    return new FolderBucket(folder.toAbsolutePath().normalize());
  }

  /**
   * A place in a store, such as a real S3 prefix. It takes plain files: those in folders, and empty
   * ones, do not reach it.
   *
   * @param store the store; empty
   * @return the bucket
   */
  static Bucket of(Store store) {
    return new StoreBucket(store);
  }

  /**
   * Uploads a file as it is while it is read.
   *
   * @param key the object's key; replaced if it is there
   * @param file the file
   * @return how many bytes were uploaded; empty if the bucket takes no such file
   * @throws java.nio.file.NoSuchFileException if the file is not there
   * @throws IOException if the object may not be there
   */
  OptionalLong put(String key, Path file) throws IOException;

  /**
   * Downloads an object.
   *
   * @param key the object's key
   * @param file the file to write; its folder is there, the file is not
   * @throws IOException if the file may not be whole
   */
  void get(String key, Path file) throws IOException;

  /**
   * Deletes an object; does nothing if it is not there.
   *
   * @param key the object's key
   * @throws IOException if it may be there still
   */
  void delete(String key) throws IOException;

  /**
   * Lists objects.
   *
   * @param prefix what their keys begin with, letter by letter, as in S3
   * @return their sizes in bytes by key
   * @throws IOException if they cannot be listed
   */
  SortedMap<String, Long> list(String prefix) throws IOException;
}
