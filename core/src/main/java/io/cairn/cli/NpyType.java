// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotReader.Pieces;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a tensor looks to NumPy. Its element types have their like there, but for the smallest
 * floats: BF16 becomes float32, which holds every value of it; what has 8 bits or less stays bytes.
 */
final class NpyType {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private NpyType() {}

  private static String descr(DType type) {
    return switch (type) {
      case BOOL -> "|b1";
      case I8 -> "|i1";
      case U8, F4, F6_E2M3, F6_E3M2, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ -> "|u1";
      case I16 -> "<i2";
      case U16 -> "<u2";
      case F16 -> "<f2";
      case I32 -> "<i4";
      case U32 -> "<u4";
      case F32, BF16 -> "<f4";
      case F64 -> "<f8";
      case I64 -> "<i8";
      case U64 -> "<u8";
      case C64 -> "<c8";
    };
  }

  /** The header of a {@code .npy} file, version 1.0. */
  static byte[] header(TensorSpec spec) {
    String dict =
        "{'descr': '"
            + descr(spec.dtype())
            + "', 'fortran_order': False, 'shape': ("
            + shape(spec).stream().map(size -> size + ",").collect(Collectors.joining(" "))
            + "), }";
    int fixed = MAGIC.length + 2;
    int length = (fixed + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - fixed;
    String padded = dict + " ".repeat(length - dict.length() - 1) + "\n";
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(MAGIC);
    header.write(length & 0xFF);
    header.write(length >>> 8);
    header.writeBytes(padded.getBytes(StandardCharsets.US_ASCII));
    return header.toByteArray();
  }

  /** Packed elements have no shape of their own in NumPy. */
  private static List<Long> shape(TensorSpec spec) {
    return spec.dtype().bits() < Byte.SIZE ? List.of(spec.byteSize()) : spec.shape();
  }

  /** How many bytes follow the header. */
  static long bytes(TensorSpec spec) {
    return spec.dtype() == DType.BF16 ? 2 * spec.byteSize() : spec.byteSize();
  }

  /** Takes the tensor's pieces, and gives the target NumPy's. */
  static Pieces converting(DType type, Pieces target) {
    return type == DType.BF16 ? piece -> target.accept(widened(piece)) : target;
  }

  private static ByteBuffer widened(ByteBuffer halves) {
    ByteBuffer floats = ByteBuffer.allocate(2 * halves.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    while (halves.hasRemaining()) {
      floats.putShort((short) 0).putShort(halves.getShort());
    }
    return floats.flip();
  }
}
