// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import io.cairn.commit.PartCommit;
import io.cairn.commit.PartImage;
import io.cairn.commit.PartName;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.staging.StagedState;
import io.cairn.staging.StagingBuffer;
import io.cairn.staging.StateCapture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** One tensor of one kind of bytes, staged and ready to be encoded. */
final class Sample {
  /** What a compressor is given at a time. */
  static final int CHUNK_BYTES = 8 << 20;

  private final ByteBuffer bytes;
  private final StagedState state;

  /** Kinds of bytes that snapshots hold. */
  enum Kind {
    WEIGHTS("float32 weights", DType.F32),
    SECOND_MOMENTS("Adam's second moments", DType.F32),
    BFLOAT16("bfloat16", DType.BF16),
    INT8("int8", DType.I8),
    SPARSE_GRADIENTS("sparse gradients", DType.F32),
    XGBOOST("XGBoost bytes", DType.U8);

    private final String words;
    private final DType dtype;

    Kind(String words, DType dtype) {
      this.words = words;
      this.dtype = dtype;
    }

    /** As a reader of the table knows it. */
    String words() {
      return words;
    }
  }

  private Sample(ByteBuffer bytes, DType dtype) throws IOException {
    this.bytes = bytes;
    long elements = bytes.capacity() * 8L / dtype.bits();
    StateCapture capture = new StateCapture(new Rank(0, 1), Sharing.SAME_ON_ALL_RANKS);
    capture
        .section("model")
        .tensor(new TensorSpec("tensor", dtype, List.of(elements)), TensorMemory.of(bytes));
    this.state = capture.copyInto(new StagingBuffer(2L * bytes.capacity()));
  }

  /** About that many bytes of a kind. */
  static Sample of(Kind kind, int size) throws Exception {
    return new Sample(bytes(kind, size), kind.dtype);
  }

  private static ByteBuffer bytes(Kind kind, int size) throws Exception {
    Random random = new Random(11);
    return switch (kind) {
      case WEIGHTS -> Data.weights(size, random);
      case SECOND_MOMENTS -> Data.secondMoments(size, random);
      case BFLOAT16 -> Data.bfloats(size, random);
      case INT8 -> Data.int8(size, random);
      case SPARSE_GRADIENTS -> Data.sparse(size, random);
      case XGBOOST -> trees(size);
    };
  }

  /** A trained model, a sixtieth as large: one round for each megabyte. */
  private static ByteBuffer trees(int size) throws Exception {
    Path folder = Folders.create();
    try (Peer booster = Peer.of(Peer.Kind.XGBOOST.name(), Math.max(2, size >> 20), folder)) {
      booster.save();
      byte[] model = Files.readAllBytes(folder.resolve("peer.ubj"));
      return ByteBuffer.allocateDirect(model.length).put(model).clear();
    } finally {
      Folders.delete(folder);
    }
  }

  long size() {
    return bytes.capacity();
  }

  /** The size of the bytes compressed by zstd alone, in chunks. */
  long zstd(ZstdCompressCtx context, ByteBuffer target) {
    long total = 0;
    for (int at = 0; at < bytes.capacity(); at += CHUNK_BYTES) {
      int count = Math.min(CHUNK_BYTES, bytes.capacity() - at);
      total += context.compressDirectByteBuffer(target, 0, target.capacity(), bytes, at, count);
    }
    return total;
  }

  /** The size of the file with the tensor in it: encoded and digested, and then thrown away. */
  long encode() throws IOException {
    return commit(image(), 1);
  }

  /** The same, compressed: sampled, split, compressed and digested. */
  long compress(int threads) throws IOException {
    return commit(image().compressed(state.planCompression()), threads);
  }

  private static long commit(PartImage image, int threads) throws IOException {
    return new PartCommit(new DiscardingStore(), threads).commit(image).dataBytes();
  }

  /** The compressed file itself. */
  ByteBuffer compressedFile() throws IOException {
    ByteBuffer file =
        ByteBuffer.allocateDirect(bytes.capacity() + bytes.capacity() / 8 + (1 << 20));
    state.writeCompressed("sample", state.planCompression(), 1, file::put);
    return file.flip();
  }

  private PartImage image() {
    return image(new PartName(new RunName("sample"), new SnapshotId(1, 1), 0, 1), state);
  }

  /** A part that says nothing but its name and its bytes. */
  static PartImage image(PartName name, StagedState state) {
    return new PartImage(
        name,
        Progress.ofStep(name.id().step()),
        Instant.EPOCH,
        Map.of(),
        Fingerprint.NONE,
        Optional.empty(),
        Optional.empty(),
        state);
  }
}
