// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A folder of the real file system. */
record LocalDisk(Path folder) implements Disk {

  @Override
  public List<StoredFile> list() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        addIfStillThere(entry, files);
      }
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(folder)) { // such as to a volume that is not mounted
        throw noFolder(folder);
      }
      return List.of();
    } catch (NotDirectoryException e) {
      throw noFolder(folder);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  @Override
  public OptionalLong usableBytes() throws IOException {
    return OptionalLong.of(Files.getFileStore(folder).getUsableSpace());
  }

  /** Sync agents and other workers remove files at any time. */
  private static void addIfStillThere(Path entry, List<StoredFile> files) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        files.add(new StoredFile(entry.getFileName().toString(), attributes.size()));
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (FileSystemException e) {
      if (!Files.isSymbolicLink(entry)) {
        throw e;
      } // a link that leads nowhere, such as one in a loop, is no file
    }
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    FileChannel channel = FileChannel.open(resolve(name), StandardOpenOption.READ);
    return new ReadableFile() {
      @Override
      public long size() throws IOException {
        return channel.size();
      }

      @Override
      public int read(long position, ByteBuffer target) throws IOException {
        int count = channel.read(Pieces.next(target), position);
        target.position(target.position() + Math.max(0, count));
        return count;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public OpenFile create(String name) throws IOException {
    createDurably(folder);
    return LocalFile.create(resolve(name));
  }

  @Override
  public OpenFile overwrite(String name) throws IOException {
    Path path = resolve(name);
    if (isOnlyName(path)) {
      return LocalFile.overwrite(path);
    }
    delete(name);
    return create(name);
  }

  /** Bytes that have another name, by a link of somebody's, are not ours to change. */
  private static boolean isOnlyName(Path path) throws IOException {
    try {
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return false; // this file system cannot tell
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    if (Files.exists(resolve(to), LinkOption.NOFOLLOW_LINKS)) { // a move would replace it
      throw new FileAlreadyExistsException(to);
    }
    Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(resolve(name));
  }

  @Override
  public void forceFolder() throws IOException {
    force(folder);
  }

  /** A new folder survives a crash only once the one that holds it is forced too. */
  private static void createDurably(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createDurably(parent);
    }
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw noFolder(folder);
    }
    if (parent != null) {
      force(parent);
    }
  }

  /** Said in words: by its kind, the exception would be taken for that of a file in the folder. */
  private static FileSystemException noFolder(Path path) throws IOException {
    String what = "it";
    if (Files.isSymbolicLink(path)) {
      what = "it is a link to '" + Files.readSymbolicLink(path) + "', which";
    }
    String why = Files.exists(path) ? " is no folder" : " is not there";
    return new FileSystemException(
        path.toString(),
        null,
        what + why + ". Put a folder there, or choose another place (checkpoint_local_path)");
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path resolve(String name) throws IOException {
    Path path = folder.resolve(name);
    if (!folder.equals(path.getParent())) {
      throw new NotDirectoryException("Not a plain file name: '" + name + "'");
    }
    return path;
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
