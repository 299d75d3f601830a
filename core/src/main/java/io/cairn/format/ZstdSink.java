// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Compresses what is written into independent zstd frames, each with its size and checksum, and
 * ends them with a {@link SeekTable}. {@code zstd -d} gives the bytes back, some of them in {@link
 * BytePlanes}. Used by one thread; may compress on others, and needs about 2 MB of direct memory
 * for each frame that is compressed at the same time.
 */
public final class ZstdSink implements Closeable {

  /**
   * How many plain bytes a frame holds at most. All that is done to a frame is done in the caches
   * of a processor, and each of four planes is a block of zstd's.
   */
  public static final int FRAME_BYTES = 1 << 19;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ByteSink downstream;
  private final Beside beside;
  private final SeekTable table = new SeekTable();
  private final DigestChain plainDigest = new DigestChain();
  private final DigestChain fileDigest = new DigestChain();
  private final List<Frame> frames = new ArrayList<>();
  private final Deque<Frame> free = new ArrayDeque<>();
  private final Deque<Frame> running = new ArrayDeque<>();
  private FrameKind kind = FrameKind.PLAIN;
  private int width = 1;
  private Frame filling;
  private long fileBytes;
  private boolean done;

  /**
   * What was written.
   *
   * @param bytes the size of the compressed file
   * @param digest the digest of the compressed file
   * @param plain the digest of the plain bytes, each taken after it was compressed
   */
  public record Written(long bytes, Digest digest, Digest plain) {}

  /** Runs the work on frames: at once, or beside the caller. */
  @FunctionalInterface
  public interface Beside {

    /**
     * Starts work.
     *
     * @param work compresses one frame
     * @return the work on its way
     */
    Started start(Work work);
  }

  /** Something to do. */
  @FunctionalInterface
  public interface Work {

    /**
     * Does it.
     *
     * @throws IOException if it fails
     */
    void run() throws IOException;
  }

  /** Work on its way. */
  public interface Started {

    /**
     * Whether it was done, or failed.
     *
     * @return true if nobody has to wait for it
     */
    boolean isDone();

    /** Does it on the caller's thread, unless it is begun. */
    void help();

    /**
     * Waits for it.
     *
     * @throws IOException if it failed
     */
    void await() throws IOException;
  }

  /**
   * Starts a compressed file; compresses on the caller's thread.
   *
   * @param downstream takes the compressed bytes; not closed by this
   */
  public ZstdSink(ByteSink downstream) {
    this(downstream, 1, OnDemand::new);
  }

  /**
   * Starts a compressed file.
   *
   * @param downstream takes the compressed bytes; not closed by this
   * @param frameCount how many frames may be compressed at the same time, at least 1
   * @param beside runs the work on them
   */
  public ZstdSink(ByteSink downstream, int frameCount, Beside beside) {
    this.downstream = downstream;
    this.beside = beside;
    for (int i = 0; i < frameCount; i++) {
      frames.add(new Frame());
    }
    free.addAll(frames);
  }

  /** Work that is done by whoever waits for it. */
  private static final class OnDemand implements Started {
    private final Work work;

    OnDemand(Work work) {
      this.work = work;
    }

    @Override
    public boolean isDone() {
      return false;
    }

    @Override
    public void help() {}

    @Override
    public void await() throws IOException {
      work.run();
    }
  }

  /** One frame on its way, with the memory for it. */
  private static final class Frame {
    private final FrameEncoder encoder = new FrameEncoder();
    private ByteBuffer own = NOTHING;
    private ByteBuffer plain = NOTHING;
    private ByteBuffer compressed = NOTHING;
    private Digest plainDigest = new Digest(0);
    private Digest compressedDigest = new Digest(0);
    private Started started;

    /** Most bytes come in memory that stays as it is, and need no copy. */
    ByteBuffer ownMemory() {
      if (own.capacity() == 0) {
        own = DirectMemory.allocate(FRAME_BYTES);
      }
      return own;
    }

    /** The digest is of the memory after it was compressed: a change in between is in it. */
    void encode(FrameKind kind, int width) throws IOException {
      compressed = encoder.encode(plain, kind, width);
      plainDigest = Digest.of(plain);
      compressedDigest = Digest.of(compressed);
    }
  }

  /**
   * Begins a frame; what is written from now on is compressed in this way.
   *
   * @param newKind how
   * @param elementBytes the bytes of an element, for planes
   * @throws IOException if what was buffered cannot be written
   */
  public void begin(FrameKind newKind, int elementBytes) throws IOException {
    requireOpen();
    flushFrame();
    kind = newKind;
    width = elementBytes;
  }

  /**
   * Appends bytes.
   *
   * @param source read from its position to its limit; direct memory must stay as it is until
   *     {@link #finish}
   * @throws IOException if they cannot be written
   */
  public void write(ByteBuffer source) throws IOException {
    requireOpen();
    while (source.hasRemaining()) {
      if (source.isDirect() && filling == null && source.remaining() >= FRAME_BYTES) {
        Frame frame = freeFrame();
        frame.plain = source.slice(source.position(), FRAME_BYTES);
        start(frame);
        source.position(source.position() + FRAME_BYTES);
      } else {
        buffer(source);
      }
    }
  }

  /**
   * Writes what is still buffered and the seek table. Nothing can be written after it.
   *
   * @return what was written
   * @throws IOException if it cannot be written
   */
  public Written finish() throws IOException {
    requireOpen();
    flushFrame();
    while (!running.isEmpty()) {
      finishOldest();
    }
    done = true;
    ByteBuffer end = table.encode();
    writeDownstream(end, Digest.of(end));
    return new Written(fileBytes, fileDigest.digest(), plainDigest.digest());
  }

  /** Frees native memory; without {@link #finish()} before, the file stays incomplete. */
  @Override
  public void close() {
    done = true;
    running.forEach(ZstdSink::awaitEnd);
    frames.forEach(frame -> frame.encoder.close());
  }

  /**
   * Nobody wants this frame any more, and who closes knows already that the file failed. So no
   * failure of it, not even a lack of memory, may keep the memory of the others from being freed.
   */
  private static void awaitEnd(Frame frame) {
    try {
      frame.started.await();
    } catch (IOException | RuntimeException | Error e) {
      // See above.
    }
  }

  private void requireOpen() {
    if (done) {
      throw new IllegalStateException("The compressed file was finished or closed before");
    }
  }

  private void buffer(ByteBuffer source) throws IOException {
    if (filling == null) {
      filling = freeFrame();
      filling.plain = filling.ownMemory().clear();
    }
    int count = Math.min(filling.plain.remaining(), source.remaining());
    filling.plain.put(source.slice(source.position(), count));
    source.position(source.position() + count);
    if (!filling.plain.hasRemaining()) {
      flushFrame();
    }
  }

  private void flushFrame() throws IOException {
    if (filling != null) {
      Frame full = filling;
      filling = null;
      full.plain.flip();
      start(full);
    }
  }

  private Frame freeFrame() throws IOException {
    if (free.isEmpty()) {
      finishOldest();
    }
    return free.remove();
  }

  private void start(Frame frame) throws IOException {
    if (table.frameCount() + running.size() == SeekTable.MAX_FRAMES) {
      throw new IOException("A compressed file holds at most " + SeekTable.MAX_FRAMES + " frames");
    }
    FrameKind itsKind = kind;
    int itsWidth = width;
    frame.started = beside.start(() -> frame.encode(itsKind, itsWidth));
    running.add(frame);
  }

  private void finishOldest() throws IOException {
    helpUntilOldest();
    Frame frame = running.remove();
    frame.started.await();
    int plainBytes = frame.plain.limit();
    table.add(frame.compressed.remaining(), plainBytes);
    plainDigest.append(frame.plainDigest, plainBytes);
    writeDownstream(frame.compressed, frame.compressedDigest);
    free.add(frame);
  }

  private void writeDownstream(ByteBuffer bytes, Digest digest) throws IOException {
    fileDigest.append(digest, bytes.remaining());
    fileBytes += bytes.remaining();
    downstream.write(bytes);
  }

  /** Who waits for a frame may as well compress another. */
  private void helpUntilOldest() {
    Iterator<Frame> next = running.iterator();
    while (next.hasNext() && !running.element().started.isDone()) {
      next.next().started.help();
    }
  }
}
