// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.format.ByteSink;
import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.format.PartHeader;
import io.cairn.format.StoredPart;
import io.cairn.format.TensorEntry;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Rank;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.Sharing;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.testkit.Repro;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** From live tensors to the bytes of a file, and back. */
class StagingTest {
  private static final int SMALL_CHUNK = 1 << 16;
  private static final long PLENTY = 1L << 30;

  private final Random random = Repro.random("staging");

  private static TensorSpec bytes(String name, long size) {
    return new TensorSpec(name, DType.U8, List.of(size));
  }

  private byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static StateCapture capture() {
    return new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS);
  }

  @Test
  void whatWasCopiedIsNotHeldAnyMore() throws Exception {
    StateCapture capture = capture();
    WeakReference<byte[]> model = new WeakReference<>(randomBytes(SMALL_CHUNK));
    capture.section("model").bytes("model", model.get()).value("rounds", "3");
    StagedState staged = capture.copyInto(new StagingBuffer(PLENTY));
    capture = null;
    for (int i = 0; i < 100 && model.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(model.get()).isNull();
    assertThat(new String(written(staged), UTF_8)).contains("rounds");
  }

  /** All bytes of its file. */
  static byte[] written(StagedState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.writeTo(
        "part",
        source -> {
          byte[] copy = new byte[source.remaining()];
          source.get(copy);
          out.writeBytes(copy);
        });
    return out.toByteArray();
  }

  static ByteSource source(byte[] file) {
    return new ByteSource() {
      @Override
      public long size() {
        return file.length;
      }

      @Override
      public void readFully(long position, ByteBuffer target) throws IOException {
        if (position + target.remaining() > file.length) {
          throw new EOFException("" + position);
        }
        target.put(file, (int) position, target.remaining());
      }
    };
  }

  private static StateRestore restore(byte[] file) throws IOException {
    StateRestore restore = new StateRestore(new Copiers(2));
    StoredPart part = PartHeader.decode(source(file), "file");
    restore.addShared(part, source(file));
    restore.addOwn(part, source(file));
    return restore;
  }

  @Test
  void aStateLargerThanManyChunksComesBack() throws Exception {
    double[] numbers = random.doubles(100_001).toArray();
    byte[] opaque = randomBytes(3 * SMALL_CHUNK + 7);
    float[] small = {1, -0.0f, Float.NaN};
    StateCapture capture = capture();
    capture
        .section("a")
        .tensor(new TensorSpec("numbers", DType.F64, List.of(100_001L)), TensorMemory.of(numbers))
        .bytes("opaque", opaque);
    capture
        .section("b")
        .tensor(new TensorSpec("small", DType.F32, List.of(3L)), TensorMemory.of(small));

    StagedState state = capture.copyInto(new StagingBuffer(PLENTY, SMALL_CHUNK));
    byte[] chunked = written(state);

    double[] numbersAgain = new double[numbers.length];
    float[] smallAgain = new float[3];
    StateRestore restore = restore(chunked);
    SectionSource a = restore.section("a");
    a.tensor(
        new TensorSpec("numbers", DType.F64, List.of(100_001L)), TensorMemory.of(numbersAgain));
    assertThat(a.bytes("opaque")).isEqualTo(opaque);
    restore
        .section("b")
        .tensor(new TensorSpec("small", DType.F32, List.of(3L)), TensorMemory.of(smallAgain));
    assertThat(restore.differences()).isEmpty();
    restore.apply();
    assertThat(numbersAgain).isEqualTo(numbers);
    assertThat(smallAgain).isEqualTo(small);
  }

  @Test
  void anArrayOfLargerElementsThanItsTensorMayLieAcrossChunks() throws Exception {
    long[] numbers = random.longs(SMALL_CHUNK / 2).toArray();
    byte[] odd = randomBytes(3);
    StateCapture capture = capture();
    capture.section("m").bytes("a", odd);
    capture
        .section("n")
        .tensor(bytes("numbers", 8L * numbers.length), TensorMemory.of(numbers))
        .bytes("z", odd);

    byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY, SMALL_CHUNK)));

    long[] loaded = new long[numbers.length];
    StateRestore restore = restore(file);
    restore.section("n").tensor(bytes("numbers", 8L * loaded.length), TensorMemory.of(loaded));
    assertThat(restore.section("n").bytes("z")).isEqualTo(odd);
    restore.section("m").bytes("a");
    restore.apply();
    assertThat(loaded).isEqualTo(numbers);
  }

  @Test
  void readOnlyMemoryIsRefusedBeforeAnythingIsRestored() throws Exception {
    StateCapture capture = capture();
    ByteBuffer readOnly = ByteBuffer.wrap(randomBytes(4)).asReadOnlyBuffer();
    capture.section("m").tensor(bytes("w", 4), TensorMemory.of(readOnly));
    StateRestore restore = restore(written(capture.copyInto(new StagingBuffer(PLENTY))));

    assertThatThrownBy(() -> restore.section("m").tensor(bytes("w", 4), TensorMemory.of(readOnly)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Tensor 'm/w' cannot be restored: its memory is read-only; nothing was changed.");
  }

  @Test
  void ofVeryManyDifferencesTheMessageHasTheFirst() throws Exception {
    StateCapture capture = capture();
    for (int i = 0; i < 60; i++) {
      capture.section("s" + i).value("v", i);
    }
    StateRestore restore = restore(written(capture.copyInto(new StagingBuffer(PLENTY))));

    assertThatThrownBy(() -> restore.section("other"))
        .hasMessageContaining("this training needs it, snapshot has only s0, ")
        .hasMessageEndingWith(", ...")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    List<String> lines = IntStream.range(0, 70).mapToObj(String::valueOf).toList();
    IncompatibleSnapshotException many = new IncompatibleSnapshotException("These:", lines);
    assertThat(many).hasMessageStartingWith("These:\n  - 0\n  - 1\n");
    assertThat(many).hasMessageEndingWith("\n  - 49\n  - and 20 more");
    assertThat(many.differences()).isEqualTo(lines);
  }

  @Test
  void chunksDoNotShowInTheFile() throws Exception {
    byte[] opaque = randomBytes(5 * SMALL_CHUNK + 3);
    StateCapture one = capture();
    one.section("a").bytes("opaque", opaque);
    StateCapture other = capture();
    other.section("a").bytes("opaque", opaque);

    assertThat(written(one.copyInto(new StagingBuffer(PLENTY, SMALL_CHUNK))))
        .isEqualTo(written(other.copyInto(new StagingBuffer(PLENTY))));
  }

  @Test
  void aBufferIsUsedAgainForLargerAndSmallerStates() throws Exception {
    StagingBuffer buffer = new StagingBuffer(PLENTY, SMALL_CHUNK);
    for (int size : new int[] {10, 3 * SMALL_CHUNK, 0, 1, 2 * SMALL_CHUNK + 1, 7 * SMALL_CHUNK}) {
      byte[] opaque = randomBytes(size);
      StateCapture capture = capture();
      capture.section("a").bytes("opaque", opaque);
      StagedState state = capture.copyInto(buffer);
      assertThat(state.dataBytes()).isEqualTo(size);
      assertThat(restore(written(state)).section("a").bytes("opaque")).isEqualTo(opaque);
    }
  }

  @Test
  void eachTypeIsAlignedToItsElements() throws Exception {
    StateCapture capture = capture();
    List<TensorSpec> specs = new ArrayList<>();
    for (DType type : DType.values()) {
      for (long count : new long[] {0, 8, 24}) {
        TensorSpec spec = new TensorSpec(type + "-" + count, type, List.of(count));
        specs.add(spec);
        capture
            .section("s-" + type + "-" + count)
            .tensor(spec, TensorMemory.of(randomBytes((int) spec.byteSize())));
      }
    }
    byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY, SMALL_CHUNK)));

    StoredPart part = PartHeader.decode(source(file), "file");
    for (TensorSpec spec : specs) {
      TensorEntry entry =
          part.header().sections().get("s-" + spec.name()).tensors().get(spec.name());
      int element = Math.max(1, spec.dtype().bits() / 8);
      assertThat(part.position(entry) % element).as("%s", spec).isZero();
    }
  }

  @Test
  void aStateOverTheLimitIsRefusedBeforeMemoryIsTaken() throws Exception {
    StateCapture capture = capture();
    capture.section("a").bytes("opaque", new byte[1001]);

    assertThatThrownBy(() -> capture.copyInto(new StagingBuffer(1000)))
        .isInstanceOf(StagingException.class)
        .hasMessage(
            "The state has 1001 bytes, more than the staging limit of 1000; raise"
                + " checkpoint_staging_limit");
    StagedState state = capture.copyInto(new StagingBuffer(1001));
    assertThat(restore(written(state)).section("a").bytes("opaque")).hasSize(1001);
  }

  @Test
  void moreMemoryThanTheJvmGivesIsRefusedWithTheOptionThatHelps() {
    StagingBuffer buffer = new StagingBuffer(Long.MAX_VALUE);

    assertThatThrownBy(() -> buffer.ensureCapacity(1L << 40))
        .isInstanceOf(StagingException.class)
        .hasMessage(
            "The JVM gave no 1099511627776 bytes of direct memory to stage the state in; raise"
                + " -XX:MaxDirectMemorySize (by default as large as the heap)");
  }

  /**
   * While others still held what they had got, a training that allocated some itself would fail.
   */
  @Test
  void afterARefusalTheMemoryIsThereAgain() {
    long all = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();
    StagingBuffer buffer = new StagingBuffer(Long.MAX_VALUE);

    assertThatThrownBy(() -> buffer.ensureCapacity(1L << 40)).isInstanceOf(StagingException.class);

    assertThat(ByteBuffer.allocateDirect((int) Math.min(1 << 30, all / 2)).capacity()).isPositive();
  }

  @Test
  void aCaptureSaysWhichNameIsWrong() {
    StateCapture capture = capture();
    capture.section("a").bytes("x", new byte[1]).value("v", 1);

    assertThatThrownBy(() -> capture.section("a")).hasMessage("Section 'a' is captured twice");
    assertThatThrownBy(() -> capture.section("b").value("v", 1).value("v", 2))
        .hasMessage("'b/v' is captured twice");
    assertThatThrownBy(
            () -> capture.section("c").tensor(bytes("t", 4), TensorMemory.of(new byte[5])))
        .hasMessage("Tensor 'c/t' is U8 [4], 4 bytes, but its memory has 5");
    assertThatThrownBy(
            () -> new StateCapture(new Rank(1, 2), Sharing.SAME_ON_ALL_RANKS).ownSection("rng"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Section 'rng' is this rank's own")
        .hasMessageContaining("OWN_SECTIONS");
  }

  @Test
  void onlyTheLeaderStagesWhatIsTheSameOnAllRanks() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      StateCapture capture = new StateCapture(new Rank(rank, 2), Sharing.OWN_SECTIONS);
      capture.section("same").bytes("x", new byte[10]);
      capture.ownSection("own").bytes("y", new byte[3]);
      byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY)));
      assertThat(PartHeader.decode(source(file), "file").header().sections())
          .containsOnlyKeys(rank == 0 ? new String[] {"own", "same"} : new String[] {"own"});
    }
  }

  @Test
  void nothingIsTouchedIfOneTensorDiffers() throws Exception {
    StateCapture capture = capture();
    capture
        .section("a")
        .bytes("x", new byte[] {1, 2, 3})
        .bytes("y", new byte[] {4})
        .bytes("z", new byte[2]);
    byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY)));
    byte[] x = {9, 9, 9};
    StateRestore restore = restore(file);
    SectionSource a = restore.section("a");
    a.tensor(bytes("x", 3), TensorMemory.of(x));
    a.tensor(bytes("y", 2), TensorMemory.of(new byte[2]));
    a.tensor(bytes("w", 2), TensorMemory.of(new byte[2]));

    assertThat(restore.differences())
        .containsExactlyInAnyOrder(
            "tensor a/y: snapshot has U8 [1], this training has U8 [2]",
            "tensor a/w: snapshot has none, this training has U8 [2]",
            "tensor a/z: snapshot has U8 [2], this training has none");
    assertThat(x).containsExactly(9, 9, 9);
    assertThatThrownBy(() -> a.tensor(bytes("x", 3), TensorMemory.of(new byte[4])))
        .hasMessage("Tensor 'a/x' is 3 bytes, but its memory has 4");
  }

  @Test
  void aTensorHasOnePlaceBytesAreGivenAsOftenAsAskedFor() throws Exception {
    byte[] large = randomBytes((1 << 20) + 1);
    StateCapture capture = capture();
    capture.section("a").bytes("x", large);
    StateRestore restore = restore(written(capture.copyInto(new StagingBuffer(PLENTY))));
    byte[] again = new byte[large.length];
    byte[] second = new byte[large.length];
    SectionSource a = restore.section("a");
    a.tensor(bytes("x", large.length), TensorMemory.of(again));

    assertThatThrownBy(() -> a.tensor(bytes("x", large.length), TensorMemory.of(second)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Tensor 'a/x' is asked for twice; nothing was changed. A tensor was captured once:"
                + " take it once, and copy it to a second place in StateSource.afterwards");
    assertThat(again).containsOnly(0);
    assertThat(a.bytes("x")).isEqualTo(large);
    assertThat(a.bytes("x")).isEqualTo(large);
    restore.apply();
    assertThat(again).isEqualTo(large);
    assertThat(second).containsOnly(0);
  }

  @Test
  void missingValuesAndSectionsAreNamed() throws Exception {
    StateCapture capture = capture();
    capture.section("a").value("text", "no number").value("flag", "yes");
    StateRestore restore = restore(written(capture.copyInto(new StagingBuffer(PLENTY))));
    SectionSource a = restore.section("a");

    assertThat(restore.hasSection("b")).isFalse();
    assertThatThrownBy(() -> restore.section("b"))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("section b: this training needs it, snapshot has only a");
    assertThatThrownBy(() -> a.longValue("text"))
        .hasMessageContaining(
            "a/text: this training needs a whole number, snapshot has 'no number'");
    assertThatThrownBy(() -> a.doubleValue("text")).hasMessageContaining("needs a number");
    assertThatThrownBy(() -> a.booleanValue("flag")).hasMessageContaining("needs true or false");
    assertThatThrownBy(() -> a.value("gone"))
        .hasMessageContaining("a/gone: this training needs a value, snapshot has none");
    assertThatThrownBy(() -> a.bytes("gone"))
        .hasMessageContaining("a/gone: this training needs bytes, snapshot has none");
  }

  @Test
  void aTensorLargerThanTheReadBufferComesBackEvenIntoMemoryThatDoesNotCount() throws Exception {
    byte[] large = randomBytes((9 << 20) + 5);
    StateCapture capture = capture();
    capture.section("a").bytes("large", large);
    byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY)));
    byte[] again = new byte[large.length];
    StateRestore restore = restore(file);
    restore.section("a").tensor(bytes("large", large.length), leavesThePosition(again));

    restore.apply();

    assertThat(again).isEqualTo(large);
  }

  private static TensorMemory leavesThePosition(byte[] target) {
    return new TensorMemory() {
      @Override
      public long byteSize() {
        return target.length;
      }

      @Override
      public void read(long offset, ByteBuffer to) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void write(long offset, ByteBuffer from) {
        from.get(from.position(), target, (int) offset, from.remaining());
      }
    };
  }

  @Test
  void aFileThatChangesWhileItIsLoadedIsSaid() throws Exception {
    StateCapture capture = capture();
    capture.section("a").bytes("x", new byte[100]);
    byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY)));
    StateRestore restore = restore(file);
    restore.section("a").tensor(bytes("x", 100), TensorMemory.of(new byte[100]));
    file[file.length - 1] ^= 1;

    assertThatThrownBy(restore::apply)
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("Tensor 'a/x' has digest")
        .hasMessageContaining("the file changed while it was loaded");
  }

  @Test
  void aFileThatCannotBeReadAgainIsNotCalledChanged() throws Exception {
    StateCapture capture = capture();
    capture.section("a").bytes("x", new byte[100]);
    byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY)));
    StateRestore restore = new StateRestore(new Copiers(2));
    restore.addShared(PartHeader.decode(source(file), "file"), unreadable(file.length));
    restore.section("a").tensor(bytes("x", 100), TensorMemory.of(new byte[100]));

    assertThatThrownBy(restore::apply)
        .isExactlyInstanceOf(CheckpointException.class)
        .hasMessage(
            "Tensor 'a/x' could not be read again, after the whole file had been verified:"
                + " java.nio.file.AccessDeniedException: /c/x. The training's state is now partly"
                + " overwritten; start the process again");
  }

  private static ByteSource unreadable(long size) {
    return new ByteSource() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public void readFully(long position, ByteBuffer target) throws IOException {
        throw new AccessDeniedException("/c/x");
      }
    };
  }

  @Test
  void aTensorThatChangesAfterItsDigestIsNamed() throws Exception {
    StateCapture capture = capture();
    capture.section("a").bytes("x", new byte[100]);
    capture.section("b").bytes("y", new byte[100]);
    StagedState state = capture.copyInto(new StagingBuffer(PLENTY));

    AtomicBoolean changed = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                state.writeTo(
                    "part",
                    header -> {
                      if (!changed.getAndSet(true)) {
                        TornStates.flip(state, 150);
                      }
                    }))
        .isInstanceOf(TornStateException.class)
        .hasMessageContaining("tensor 'b/y' changed before they were written");
  }

  /** Takes the header last, as a folder does. */
  private static final class ReservingSink implements ByteSink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private byte[] head = {};

    @Override
    public void write(ByteBuffer source) {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      out.writeBytes(bytes);
    }

    @Override
    public boolean reserve(int bytes) {
      head = new byte[bytes];
      return true;
    }

    @Override
    public void fill(ByteBuffer beginning) {
      beginning.get(head);
    }

    byte[] content() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(head);
      all.writeBytes(out.toByteArray());
      return all.toByteArray();
    }
  }

  @Test
  void theOrderOfWritingDoesNotShowInTheFileAndItsDigestIsTold() throws Exception {
    for (int size : new int[] {0, 1, SMALL_CHUNK + 1, 1 << 20, (9 << 20) + 13}) {
      StateCapture capture = capture();
      capture.section("a").bytes("x", randomBytes(size)).bytes("y", randomBytes(3));
      StagedState state = capture.copyInto(new StagingBuffer(PLENTY));
      byte[] inOrder = written(state);
      ReservingSink sink = new ReservingSink();

      StagedState.Written written = state.writeTo("part", sink);

      assertThat(sink.content()).isEqualTo(inOrder);
      assertThat(written)
          .isEqualTo(new StagedState.Written(inOrder.length, Digest.of(ByteBuffer.wrap(inOrder))));
    }
  }

  @Test
  void onlyTheDataOfALargeStateBeginsAtAPage() throws Exception {
    for (int size : new int[] {(1 << 20) - 1, 1 << 20}) {
      StateCapture capture = capture();
      capture.section("a").bytes("x", randomBytes(size));
      byte[] file = written(capture.copyInto(new StagingBuffer(PLENTY)));

      long start = PartHeader.decode(source(file), "file").dataStart();

      assertThat(start).isEqualTo(size < 1 << 20 ? 192 : 4096);
    }
  }

  @Test
  void aChangeOfALargeStateIsNoticedWhicheverPieceItIsIn() throws Exception {
    for (int changedAt : new int[] {0, 9 << 20, (17 << 20) - 1}) {
      StateCapture capture = capture();
      capture.section("a").bytes("x", randomBytes(17 << 20));
      StagedState state = capture.copyInto(new StagingBuffer(PLENTY));

      AtomicBoolean changed = new AtomicBoolean();
      assertThatThrownBy(
              () ->
                  state.writeTo(
                      "part",
                      header -> {
                        if (!changed.getAndSet(true)) {
                          TornStates.flip(state, changedAt);
                        }
                      }))
          .as("changed at %s", changedAt)
          .isInstanceOf(TornStateException.class)
          .hasMessageContaining("tensor 'a/x' changed");
    }
  }

  @Test
  void aSinkThatFailsEndsTheWriteAndTheBufferIsFree() throws Exception {
    StateCapture capture = capture();
    capture.section("a").bytes("x", randomBytes(17 << 20));
    StagedState state = capture.copyInto(new StagingBuffer(PLENTY));

    assertThatThrownBy(
            () ->
                state.writeTo(
                    "part",
                    piece -> {
                      throw new IOException("injected");
                    }))
        .hasMessage("injected");
    assertThat(written(state)).hasSize((17 << 20) + 4096);
  }

  /** Sections that nobody asks for leave gaps of all sizes; blocks end anywhere in a tensor. */
  @Test
  void anySectionsOfAnyTensorsComeBack() throws Exception {
    StagingBuffer buffer = new StagingBuffer(PLENTY, SMALL_CHUNK);
    for (int round = 0; round < 15; round++) {
      StateCapture capture = capture();
      Map<String, Map<TensorSpec, byte[]>> sections = new LinkedHashMap<>();
      for (int i = 0; i < 6; i++) {
        Map<TensorSpec, byte[]> tensors = new LinkedHashMap<>();
        for (int t = random.nextInt(8); t > 0; t--) {
          DType type = random.nextBoolean() ? DType.U8 : DType.F64;
          TensorSpec spec = new TensorSpec("t" + t, type, List.of((long) anyCount()));
          tensors.put(spec, randomBytes((int) spec.byteSize()));
        }
        String section = "s" + i;
        SectionSink sink = capture.section(section);
        tensors.forEach((spec, bytes) -> sink.tensor(spec, TensorMemory.of(bytes)));
        sections.put(section, tensors);
      }
      StateRestore restore = restore(written(capture.copyInto(buffer)));
      IdentityHashMap<byte[], byte[]> expectedByResult = new IdentityHashMap<>();
      for (String section : sections.keySet()) {
        if (random.nextBoolean()) {
          SectionSource source = restore.section(section);
          sections
              .get(section)
              .forEach(
                  (spec, bytes) -> {
                    byte[] result = new byte[bytes.length];
                    expectedByResult.put(result, bytes);
                    source.tensor(spec, wholeElements(spec, result));
                  });
        }
      }
      restore.apply();
      expectedByResult.forEach((result, bytes) -> assertThat(result).isEqualTo(bytes));
    }
  }

  private int anyCount() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(100);
      case 2 -> random.nextInt(30_000);
      default -> (1 << 20) + random.nextInt(50) - 25;
    };
  }

  /** Refuses to be cut within an element. */
  private static TensorMemory wholeElements(TensorSpec spec, byte[] target) {
    TensorMemory memory = TensorMemory.of(target);
    int element = spec.dtype().bits() / 8;
    return new TensorMemory() {
      @Override
      public long byteSize() {
        return target.length;
      }

      @Override
      public void read(long offset, ByteBuffer to) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void write(long offset, ByteBuffer from) {
        assertThat(offset % element).isZero();
        assertThat(from.remaining() % element).isZero();
        memory.write(offset, from);
      }
    };
  }
}
