// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Files in a local folder, such as SageMaker's checkpoint path. A file is written under its final
 * name plus {@value #TEMPORARY_SUFFIX}, which SageMaker's sync agent does not upload, forced to
 * disk, renamed once, and then the folder is forced too: when {@link PendingFile#publish} returned,
 * the file survives a crash of the machine if the file system keeps what it was forced to keep.
 */
public final class LocalStore implements Store {

  /** Ends the name of every file that is not published yet. */
  public static final String TEMPORARY_SUFFIX = ".sagemaker-ignore";

  private final Disk disk;
  private final boolean reuses;
  private Optional<String> retired = Optional.empty();

  /**
   * A store on a disk of the caller's.
   *
   * @param disk the disk
   */
  public LocalStore(Disk disk) {
    this(disk, false);
  }

  private LocalStore(Disk disk, boolean reuses) {
    this.disk = disk;
    this.reuses = reuses;
  }

  /**
   * The same store, but a new file is written over one that was retired before, which is faster.
   * Only where nobody else has files of this folder open when they are retired: a sync agent or a
   * copy under way would read bytes of both files.
   *
   * @return the store
   */
  public LocalStore reusing() {
    return new LocalStore(disk, true);
  }

  /**
   * A store in a folder, which is created by the first file.
   *
   * @param folder the folder
   * @return the store
   */
  public static LocalStore in(Path folder) {
    return new LocalStore(new LocalDisk(folder.toAbsolutePath().normalize()));
  }

  @Override
  public List<StoredFile> list() throws IOException {
    return disk.list().stream().filter(file -> isPublished(file.name())).toList();
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    return disk.open(published(name));
  }

  @Override
  public PendingFile create(String name) throws IOException {
    return new PendingLocalFile(disk, published(name), openTemporary(published(name)));
  }

  /** Over the retired file, once it is certain that its published name does not come back. */
  private Disk.OpenFile openTemporary(String name) throws IOException {
    String temporary = name + TEMPORARY_SUFFIX;
    Optional<String> room = takeRetired();
    if (room.isEmpty()) {
      return disk.create(temporary);
    }
    try {
      disk.forceFolder();
      disk.rename(room.get() + TEMPORARY_SUFFIX, temporary);
    } catch (NoSuchFileException e) {
      return disk.create(temporary); // somebody tidied up
    } catch (IOException e) {
      keep(room.get());
      throw e;
    }
    return overwrite(temporary);
  }

  private Disk.OpenFile overwrite(String temporary) throws IOException {
    try {
      return disk.overwrite(temporary);
    } catch (IOException e) {
      disk.delete(temporary); // or nobody would before the next start
      throw e;
    }
  }

  private synchronized void keep(String name) {
    retired = Optional.of(name);
  }

  private synchronized Optional<String> takeRetired() {
    Optional<String> taken = retired;
    retired = Optional.empty();
    return taken;
  }

  @Override
  public synchronized void retire(String name) throws IOException {
    if (!reuses || retired.isPresent()) {
      delete(name);
      return;
    }
    disk.rename(published(name), name + TEMPORARY_SUFFIX);
    retired = Optional.of(name);
  }

  @Override
  public void release() throws IOException {
    Optional<String> room = takeRetired();
    if (room.isPresent()) {
      disk.delete(room.get() + TEMPORARY_SUFFIX);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(published(name));
  }

  @Override
  public void force() throws IOException {
    disk.forceFolder();
  }

  @Override
  public OptionalLong usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public List<String> abandoned() throws IOException {
    return disk.list().stream()
        .map(StoredFile::name)
        .filter(name -> name.endsWith(TEMPORARY_SUFFIX))
        .map(name -> name.substring(0, name.length() - TEMPORARY_SUFFIX.length()))
        .filter(LocalStore::isPlain)
        .toList();
  }

  @Override
  public void deleteAbandoned(String name) throws IOException {
    disk.delete(plain(name) + TEMPORARY_SUFFIX);
  }

  @Override
  public String toString() {
    return disk.toString();
  }

  private static String published(String name) throws IOException {
    if (name.endsWith(TEMPORARY_SUFFIX)) {
      throw new NoSuchFileException(name, null, "Temporary names are not published");
    }
    return plain(name);
  }

  private static String plain(String name) throws IOException {
    if (!isPlain(name)) {
      throw new FileSystemException(name, null, "Not a plain file name");
    }
    return name;
  }

  private static boolean isPublished(String name) {
    return isPlain(name) && !name.endsWith(TEMPORARY_SUFFIX);
  }

  /** Names come from files and listings: never may one lead out of the folder. */
  private static boolean isPlain(String name) {
    boolean separated = name.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0);
    return !separated && !name.isEmpty() && !name.equals(".") && !name.equals("..");
  }

  private static final class PendingLocalFile implements PendingFile {
    private final Disk disk;
    private final String name;
    private final String temporary;
    private final Disk.OpenFile file;
    private boolean settled;

    PendingLocalFile(Disk disk, String name, Disk.OpenFile file) {
      this.disk = disk;
      this.name = name;
      this.temporary = name + TEMPORARY_SUFFIX;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
      file.write(source);
    }

    @Override
    public boolean reserve(int bytes) {
      file.reserve(bytes);
      return true;
    }

    @Override
    public void fill(ByteBuffer beginning) throws IOException {
      file.fill(beginning);
    }

    @Override
    public void publish() throws IOException {
      file.force();
      requireName();
      file.close();
      disk.rename(temporary, name);
      settled = true;
      try {
        disk.forceFolder();
      } catch (IOException e) {
        throw new PublishUnknownException(
            "Renamed '" + name + "' in " + disk + ", but could not force the folder to disk", e);
      }
    }

    /** Or another process's file, half written, would be published in the place of this one. */
    private void requireName() throws IOException {
      if (!file.isNamed(temporary)) {
        throw new FileSystemException(
            name,
            null,
            "It was not published: another process has deleted '"
                + temporary
                + "' in "
                + disk
                + " while it was written, as it does with what was left behind, and may write the same"
                + " file now. Let only one process at a time write here");
      }
    }

    /** Once only: by a second call the temporary name may belong to the next writer. */
    @Override
    public void close() throws IOException {
      boolean discard = !settled;
      settled = true;
      try (file) {
        if (discard && file.isNamed(temporary)) {
          disk.delete(temporary);
        }
      }
    }
  }
}
