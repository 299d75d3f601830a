// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.cairn.model.DType;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.SnapshotId;
import io.cairn.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/FORMAT.md says what the code does. */
class FormatPageTest {
  private static final int SEEK_TABLE_BYTES = 25;

  private static final String PRINT =
      """
      sys.stdout.reconfigure(encoding="utf-8")
      for name, text in metadata.items():
          print(name + "=" + text)
      for name, (dtype, shape, data) in tensors.items():
          print((name + " " + dtype + " " + str(shape) + " " + data.hex()).strip())
      """;

  private static final String LOAD_WITH_STOCK_LIBRARY =
      """
      try:
          from safetensors.numpy import load_file
      except ImportError:
          print("not installed")
      else:
          for name, tensor in sorted(load_file(sys.argv[1]).items()):
              print(name, tensor.dtype, tensor.tolist())
      """;

  private static String page;

  @TempDir private Path folder;

  @BeforeAll
  static void readPage() throws IOException {
    page = Files.readString(Path.of("..", "docs", "FORMAT.md"));
  }

  static Stream<String> statements() {
    return Stream.of(
        "| header of a data file | " + SafetensorsHeader.MAX_BYTES + " bytes |",
        "| start of the data | multiple of " + SafetensorsHeader.ALIGNMENT + " bytes |",
        "of " + SafetensorsHeader.LARGE_ALIGNMENT + " if it has 1 MiB or more",
        "| name of a tensor, value, metric, fact or part | " + Text.MAX_NAME_CHARS + " characters",
        "| nesting of JSON | " + Json.MAX_DEPTH + " levels |",
        "| name in JSON | " + Json.MAX_NAME_CHARS + " characters |",
        "| number in JSON | " + Json.MAX_NUMBER_CHARS + " characters",
        "| plain bytes of a zstd frame | " + SeekTable.MAX_FRAME_BYTES + " bytes |",
        "| frames of a compressed file | " + SeekTable.MAX_FRAMES + " |",
        "| manifest | " + ManifestCodec.MAX_BYTES + " bytes |",
        "| data files of a part | " + Manifest.MAX_FILES + " |",
        "| name of a data file | " + FileEntry.MAX_NAME_CHARS + " characters",
        "| `step` | number | steps complete, 0 to " + Progress.MAX_STEP + " |",
        "| `attempt` | number | the attempt that wrote it, 1 to " + SnapshotId.MAX_ATTEMPT + " |",
        "| 0 <= part < parts <= " + Rank.MAX_WORLD_SIZE + " |",
        "| `format` | text | `" + ManifestCodec.FORMAT + "`;",
        "| `version` | number | `" + ManifestCodec.VERSION + "`;",
        "The last " + ManifestCodec.TAIL_BYTES + " bytes are",
        "| `" + PartHeader.VERSION_KEY + "` | version of the data file: `" + PartHeader.VERSION,
        "| `" + PartHeader.PART_KEY + "` |",
        "| `" + PartHeader.SECTION_PREFIX + "SECTION` | `" + PartHeader.SAME + "` (on all ranks)",
        "or `" + PartHeader.OWN + "` (of this rank)",
        "| `" + PartHeader.VALUE_PREFIX + "SECTION/NAME` |",
        "| `" + PartHeader.DIGEST_PREFIX + "SECTION/TENSOR` |",
        "table  = 0x" + HexFormat.of().withUpperCase().toHexDigits(SeekTable.FRAME_MAGIC),
        ", 0x" + HexFormat.of().withUpperCase().toHexDigits(SeekTable.FOOTER_MAGIC),
        Stream.of(DType.values()).map(DType::name).collect(Collectors.joining(" ")) + ".");
  }

  @ParameterizedTest
  @MethodSource("statements")
  void the_page_says(String statement) {
    assertThat(page.replaceAll("\\s+", " ")).contains(statement.replaceAll("\\s+", " "));
  }

  @Test
  void every_member_of_the_manifest_is_explained() throws JsonException {
    for (String name : Json.parseObject(Golden.bytes(Golden.MANIFEST)).names()) {
      assertThat(page).containsPattern("(?m)^\\|.*`" + name + "`.*\\| (text|number|object|array)");
    }
  }

  @Test
  void the_examples_are_the_golden_files() {
    byte[] compressed = Golden.bytes(Golden.COMPRESSED);
    byte[] table =
        Arrays.copyOfRange(compressed, compressed.length - SEEK_TABLE_BYTES, compressed.length);

    assertThat(blocks("hexdump"))
        .containsExactly(hexDump(Golden.bytes(Golden.DATA)), hexDump(table));
    assertThat(blocks("json")).containsExactly(new String(Golden.bytes(Golden.MANIFEST), UTF_8));
  }

  @Test
  void the_reader_on_the_page_reads_the_golden_data_file() throws IOException {
    Path file = Files.write(folder.resolve(Golden.DATA), Golden.bytes(Golden.DATA));

    assertThat(python("metadata, tensors = read_data_file(sys.argv[1])", PRINT, file))
        .contains("cairn.part=" + Golden.PART, "value/rng/seed=42")
        .contains("model/bias F32 [1] 0000803e", "model/mean F64 [] 000000000000e03f");
  }

  @Test
  void the_stock_library_reads_the_golden_data_file() throws IOException {
    Path file = Files.write(folder.resolve(Golden.DATA), Golden.bytes(Golden.DATA));
    List<String> lines = python(LOAD_WITH_STOCK_LIBRARY, "", file);

    assumeFalse(lines.equals(List.of("not installed")), "Python has no safetensors");
    assertThat(lines)
        .containsExactly(
            "model/bias float32 [0.25]",
            "model/mean float64 0.5",
            "model/weights float32 [[1.0, -2.0]]");
  }

  @Test
  void the_reader_on_the_page_reads_a_random_data_file() throws IOException {
    Random random = new Random(Long.getLong("cairn.test.seed", 1));
    Map<String, List<TensorSpec>> specs = new TreeMap<>();
    for (DType type : DType.values()) {
      List<Long> shape = List.of(random.nextLong(3), 4L);
      specs.put("section." + type, List.of(new TensorSpec("ü/" + type, type, shape)));
    }
    PartLayout layout = PartLayout.of(specs);
    byte[] data = new byte[Math.toIntExact(layout.dataBytes())];
    random.nextBytes(data);
    TreeMap<String, SectionHeader> sections = new TreeMap<>();
    List<String> expected = new ArrayList<>();
    for (PartLayout.Slot slot : layout.slots()) {
      TensorSpec spec = slot.spec();
      int from = Math.toIntExact(slot.offset());
      int size = Math.toIntExact(spec.byteSize());
      Digest digest = Digest.of(ByteBuffer.wrap(data, from, size));
      TensorEntry entry = new TensorEntry(spec, from, digest);
      sections.put(
          slot.section(),
          new SectionHeader(true, new TreeMap<>(), new TreeMap<>(Map.of(spec.name(), entry))));
      String hex = HexFormat.of().formatHex(data, from, from + size);
      expected.add((slot.section() + "/" + spec + " " + hex).strip());
    }
    MemoryFile file = MemoryFile.of(new PartHeader("part", sections).encode());
    file.write(ByteBuffer.wrap(data));
    Path path = Files.write(folder.resolve("x.safetensors"), file.content());

    assertThat(python("metadata, tensors = read_data_file(sys.argv[1])", PRINT, path))
        .containsAll(expected);
  }

  @Test
  void the_reader_on_the_page_knows_an_intact_manifest() throws IOException {
    byte[] bytes = Golden.bytes(Golden.MANIFEST);
    Path intact = Files.write(folder.resolve("intact.json"), bytes);
    bytes[20] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.json"), bytes);
    String script = "print(read_manifest(sys.argv[1])['files'][0]['name'])";

    assertThat(python(script, "", intact)).containsExactly(Golden.DATA);
    assertThatThrownBy(() -> python(script, "", damaged))
        .hasMessageContaining("ValueError: damaged manifest: ");
  }

  /** Anyone who decompresses a file can read it, without Cairn. */
  @Test
  void the_page_undoes_planes() throws IOException {
    int size = ZstdSink.FRAME_BYTES + 100_004;
    ByteBuffer tensor = ByteBuffer.allocateDirect(size);
    for (int i = 0; i < size; i++) {
      tensor.put(i, (byte) (i * 31 + i / 257));
    }
    MemoryFile compressed = new MemoryFile();
    try (ZstdSink sink = new ZstdSink(compressed)) {
      sink.begin(FrameKind.PLANES, 4);
      sink.write(tensor.duplicate());
      sink.finish();
    }
    Path planes = folder.resolve("planes");
    try (ZstdSource source = ZstdSource.open(MemoryFile.of(compressed.content()), "x")) {
      ByteBuffer stored = ByteBuffer.allocate(size);
      source.readFully(0, stored);
      assertThat(stored.flip()).isNotEqualTo(tensor);
      Files.write(planes, stored.array());
    }
    String undo =
        """
        try:
            import numpy
            import zlib
            with open(sys.argv[1], "rb") as file:
                print(zlib.crc32(b"".join(undo_planes(file.read(), 4))))
        except ImportError:
            print("no numpy")
        """;
    List<String> lines = python(undo, "", planes);
    assumeThat(lines).as("this Python has no numpy").doesNotContain("no numpy");
    CRC32 crc = new CRC32();
    crc.update(tensor);
    assertThat(lines).containsExactly(String.valueOf(crc.getValue()));
  }

  /** Runs the code of the page and then some more; gives the lines printed. */
  private List<String> python(String call, String print, Path file) throws IOException {
    String script = String.join("\n", blocks("python")) + "\n" + call + "\n" + print;
    Path path = Files.writeString(folder.resolve("reader.py"), script);
    return Tool.run("python3", path.toString(), file.toString()).lines().toList();
  }

  private static List<String> blocks(String language) {
    Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(page);
    return block.results().map(result -> result.group(1)).toList();
  }

  /** As {@code hexdump -Cv} prints it. */
  private static String hexDump(byte[] bytes) {
    StringBuilder dump = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 16) {
      byte[] line = Arrays.copyOfRange(bytes, at, Math.min(at + 16, bytes.length));
      StringBuilder hex = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < line.length; i++) {
        hex.append(i == 8 ? "  " : " ").append(HexFormat.of().toHexDigits(line[i]));
        text.append(line[i] >= ' ' && line[i] < 127 ? (char) line[i] : '.');
      }
      dump.append(String.format("%08x %-49s  |%s|\n", at, hex, text));
    }
    return dump.append(String.format("%08x\n", bytes.length)).toString();
  }
}
