// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.Disk;
import io.cairn.store.ReadableFile;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A disk in memory that can crash. It keeps apart what was forced and what was not: a file's bytes
 * count only after {@link Disk.OpenFile#force}, a created, renamed or deleted name only after
 * {@link #forceFolder}. It counts the operations that change something, crashes or fails at the
 * chosen one, and gives the disk that the next process would find: {@link #restart} after the
 * process was killed, {@link #afterPowerLoss} after the machine was. Safe for use by several
 * threads.
 *
 * <p>Assumed as in {@link Disk}: a rename is seen whole or not at all. Not modelled: forced bytes
 * that rot, folders within folders.
 */
public final class CrashDisk implements Disk {

  /** The operations that are counted. */
  public enum Operation {
    /** {@link Disk#create}. */
    CREATE,
    /** {@link Disk.OpenFile#write}. */
    WRITE,
    /** {@link Disk.OpenFile#force}. */
    FORCE,
    /** {@link Disk#rename}. */
    RENAME,
    /** {@link Disk#delete}. */
    DELETE,
    /** {@link Disk#forceFolder}. */
    FORCE_FOLDER
  }

  /** Which changes of names that were not forced a power loss may take. */
  public enum Loss {
    /** The newest ones: what a journaling file system does. */
    NEWEST_CHANGES,
    /** Any of them: all that POSIX promises. */
    ANY_CHANGES
  }

  private final DiskImage image;
  private final Faults faults = new Faults();
  private final Map<Object, Throwable> openFiles = new LinkedHashMap<>();
  private final Disk counted = new View(true);
  private long capacity = Long.MAX_VALUE;

  /** An empty disk. */
  public CrashDisk() {
    this(new DiskImage());
  }

  private CrashDisk(DiskImage image) {
    this.image = image;
  }

  /** A disk on which these files are durable. */
  public static CrashDisk holding(Map<String, byte[]> files) {
    return new CrashDisk(DiskImage.durable(files));
  }

  // What goes wrong.

  /** Lets the first {@code operations} happen; the next one crashes. */
  public synchronized CrashDisk crashAfter(int operations) {
    faults.crashAfter = operations;
    return this;
  }

  /** Crashes in the midst of the {@code operation}-th, counted from 1; a write is half done. */
  public synchronized CrashDisk crashDuring(int operation) {
    faults.crashDuring = operation;
    return this;
  }

  /** Crashes now. */
  public synchronized void crash() {
    faults.crashed = true;
  }

  /** Fails the {@code operation}-th, counted from 1, which has no effect then. */
  public synchronized CrashDisk failAt(int operation, IOException error) {
    faults.failAt.put(operation, error);
    return this;
  }

  /** Fails the next operation of a kind, which has no effect then. */
  public synchronized CrashDisk failNext(Operation operation, IOException error) {
    faults.failNext.put(operation, error);
    return this;
  }

  /** Makes the disk full once its files have this many bytes. */
  public synchronized CrashDisk capacity(long bytes) {
    capacity = bytes;
    return this;
  }

  // What happened.

  /** How many operations were started. */
  public synchronized int operations() {
    return faults.journal.size();
  }

  /** What each operation was, in words. */
  public synchronized List<String> journal() {
    return List.copyOf(faults.journal);
  }

  /** The kind of each operation. */
  public synchronized List<Operation> kinds() {
    return List.copyOf(faults.kinds);
  }

  /** Whether it crashed. */
  public synchronized boolean crashed() {
    return faults.crashed;
  }

  /** Every file with its bytes as a process sees them now. */
  public synchronized SortedMap<String, byte[]> snapshotOfFiles() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    image.files().forEach((name, inode) -> files.put(name, inode.bytes()));
    return files;
  }

  /** Fails if a file was opened or created and never closed; the cause says where. */
  public synchronized void assertNoOpenFiles() {
    if (!openFiles.isEmpty()) {
      Throwable first = openFiles.values().iterator().next();
      throw new AssertionError(
          openFiles.size() + " files not closed: " + first.getMessage(), first);
    }
  }

  // What is left.

  /** The disk after the process was killed: all is there, the same things are not durable yet. */
  public synchronized CrashDisk restart() {
    return new CrashDisk(image.copy());
  }

  /** A disk that a power loss may leave, of any sort that is allowed. */
  public CrashDisk afterPowerLoss(Random random) {
    return afterPowerLoss(Loss.ANY_CHANGES, Choices.random(random));
  }

  /** A disk that a power loss may leave: whatever was not forced is kept, lost or damaged. */
  public synchronized CrashDisk afterPowerLoss(Loss loss, Choices choices) {
    return holding(image.afterPowerLoss(loss, choices));
  }

  /** The same disk for another process, such as a sync agent: not counted, never made to fail. */
  public Disk neighbour() {
    return new View(false);
  }

  // The disk itself.

  @Override
  public List<StoredFile> list() throws IOException {
    return counted.list();
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    return counted.open(name);
  }

  @Override
  public OpenFile create(String name) throws IOException {
    return counted.create(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    counted.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    counted.delete(name);
  }

  @Override
  public void forceFolder() throws IOException {
    counted.forceFolder();
  }

  @Override
  public String toString() {
    return "crash disk";
  }

  private static void assertPlain(String name) throws IOException {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
      throw new FileSystemException(name, null, "Not a plain file name");
    }
  }

  /** The operations, counted or not. All state is guarded by the disk. */
  private final class View implements Disk {
    private final boolean counting;

    View(boolean counting) {
      this.counting = counting;
    }

    /** True if the machine stops half way through. */
    private boolean begin(Operation operation, String what) throws IOException {
      faults.assertAlive();
      return counting && faults.begin(operation, what);
    }

    private void change(Operation operation, String what) throws IOException {
      if (begin(operation, what)) {
        faults.crashInTheMidst();
      }
    }

    private void requireFree(String name) throws FileAlreadyExistsException {
      if (counting && image.files().containsKey(name)) { // others replace what they like
        throw new FileAlreadyExistsException(name);
      }
    }

    @Override
    public List<StoredFile> list() throws IOException {
      synchronized (CrashDisk.this) {
        faults.assertAlive();
        List<StoredFile> files = new ArrayList<>();
        image.files().forEach((name, inode) -> files.add(new StoredFile(name, inode.length())));
        Collections.shuffle(files, Repro.random("listing " + faults.journal.size()));
        return files;
      }
    }

    @Override
    public ReadableFile open(String name) throws IOException {
      synchronized (CrashDisk.this) {
        faults.assertAlive();
        assertPlain(name);
        return new Reader(name, image.find(name));
      }
    }

    @Override
    public OpenFile create(String name) throws IOException {
      synchronized (CrashDisk.this) {
        assertPlain(name);
        change(Operation.CREATE, "create " + name);
        requireFree(name);
        return new Writer(this, name, image.create(name));
      }
    }

    @Override
    public void rename(String from, String to) throws IOException {
      synchronized (CrashDisk.this) {
        assertPlain(from);
        assertPlain(to);
        change(Operation.RENAME, "rename " + from + " to " + to);
        requireFree(to);
        image.rename(from, to);
      }
    }

    @Override
    public void delete(String name) throws IOException {
      synchronized (CrashDisk.this) {
        assertPlain(name);
        change(Operation.DELETE, "delete " + name);
        image.delete(name);
      }
    }

    @Override
    public void forceFolder() throws IOException {
      synchronized (CrashDisk.this) {
        change(Operation.FORCE_FOLDER, "force the folder");
        image.forceFolder();
      }
    }
  }

  /** A file being written. */
  private final class Writer implements OpenFile {
    private final View view;
    private final String name;
    private final Inode inode;
    private int reserved;

    Writer(View view, String name, Inode inode) {
      this.view = view;
      this.name = name;
      this.inode = inode;
      openFiles.put(this, new Throwable("created " + name));
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
      synchronized (CrashDisk.this) {
        assertOpen(this);
        int count = source.remaining();
        boolean torn = view.begin(Operation.WRITE, "write " + count + " bytes to " + name);
        inode.extend(reserved);
        if (torn) {
          inode.append(source, count / 2);
          faults.crashInTheMidst();
        }
        long room = Math.max(0, capacity - image.bytes());
        inode.append(source, (int) Math.min(count, room));
        if (count > room) {
          throw new FileSystemException(name, null, "No space left on device");
        }
      }
    }

    /** The disk does not learn of it. */
    @Override
    public void reserve(int bytes) {
      if (inode.length() > 0) {
        throw new IllegalStateException("Bytes were written before");
      }
      reserved = bytes;
    }

    @Override
    public void fill(ByteBuffer beginning) throws IOException {
      synchronized (CrashDisk.this) {
        assertOpen(this);
        int count = beginning.remaining();
        boolean torn = view.begin(Operation.WRITE, "write " + count + " bytes to " + name);
        inode.extend(reserved);
        if (torn) {
          inode.overwrite(beginning, count / 2);
          faults.crashInTheMidst();
        }
        if (image.bytes() > capacity) {
          throw new FileSystemException(name, null, "No space left on device");
        }
        inode.overwrite(beginning, count);
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (CrashDisk.this) {
        assertOpen(this);
        try {
          view.change(Operation.FORCE, "force " + name);
        } catch (CrashedException e) {
          throw e;
        } catch (IOException e) {
          inode.failForce();
          throw e;
        }
        inode.force();
      }
    }

    @Override
    public void close() {
      synchronized (CrashDisk.this) {
        openFiles.remove(this);
      }
    }
  }

  /** A file open for reading; goes on when the name is gone, as on POSIX. */
  private final class Reader implements ReadableFile {
    private final Inode inode;

    Reader(String name, Inode inode) {
      this.inode = inode;
      openFiles.put(this, new Throwable("opened " + name));
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashDisk.this) {
        assertOpen(this);
        return inode.length();
      }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      synchronized (CrashDisk.this) {
        assertOpen(this);
        return inode.read(position, target);
      }
    }

    @Override
    public void close() {
      synchronized (CrashDisk.this) {
        openFiles.remove(this);
      }
    }
  }

  private void assertOpen(Object file) throws IOException {
    faults.assertAlive();
    if (!openFiles.containsKey(file)) {
      throw new ClosedChannelException();
    }
  }
}
