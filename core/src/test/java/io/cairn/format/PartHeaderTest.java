// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.model.UnsupportedFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartHeaderTest {
  private static final String TENSOR =
      "\"model/w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}";

  @Test
  void all_texts_come_back() throws IOException {
    Map<String, String> values =
        Map.of(
            "plain", "text",
            "a/b/c", "slashes in the name",
            "empty", "",
            "controls", "\u0000\n\t\u001f\u007f",
            "quotes", "\"\\/",
            "ünïcödé 🪨", "北京 🏔\ufeff\uffff");
    SectionHeader section = new SectionHeader(false, new TreeMap<>(values), new TreeMap<>());
    PartHeader header =
        new PartHeader("part", new TreeMap<>(Map.of("0.-_x", section, "empty", emptySection())));

    StoredPart stored = PartHeader.decode(MemoryFile.of(header.encode()), "x");

    assertThat(stored.header()).isEqualTo(header);
    assertThat(stored.dataBytes()).isZero();
  }

  @Test
  void tensors_come_back_at_the_places_of_the_layout() throws IOException {
    TensorSpec large = new TensorSpec("large", DType.F32, List.of(1L << 32));
    TensorSpec scalar = new TensorSpec("deep/scalar", DType.I64, List.of());
    PartLayout layout =
        PartLayout.of(Map.of("model", List.of(large), "optimizer", List.of(scalar)));
    TreeMap<String, SectionHeader> sections = new TreeMap<>();
    for (PartLayout.Slot slot : layout.slots()) {
      TensorEntry entry = new TensorEntry(slot.spec(), slot.offset(), new Digest(7));
      sections.put(
          slot.section(),
          new SectionHeader(
              true, new TreeMap<>(), new TreeMap<>(Map.of(slot.spec().name(), entry))));
    }
    PartHeader header = new PartHeader("part", sections);

    StoredPart stored =
        PartHeader.decode(MemoryFile.of(header.encode()).claiming(layout.dataBytes()), "x");

    assertThat(stored.header()).isEqualTo(header);
    assertThat(stored.dataBytes()).isEqualTo(layout.dataBytes());
    TensorEntry entry = stored.header().sections().get("model").tensors().get("large");
    assertThat(stored.position(entry)).isEqualTo(stored.dataStart() + 8);
  }

  @Test
  void the_same_state_gives_the_same_bytes() throws CheckpointException {
    assertThat(Golden.header().encode()).isEqualTo(Golden.header().encode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "-a", ".", "..", "_a", "a b", "ä", "__metadata__"})
  void a_section_name_of_another_form_is_refused(String name) {
    assertThatThrownBy(() -> new PartHeader("part", new TreeMap<>(Map.of(name, emptySection()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A section name is 1 to 64 letters, digits, '-', '_' or '.'");
  }

  @Test
  void values_that_cannot_be_written_are_refused() {
    assertThatThrownBy(() -> sectionWithValue("a", "half \ud83e"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The text of value 'a' holds half a surrogate pair");
    assertThatThrownBy(() -> sectionWithValue("x".repeat(513), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 512 characters")
        .hasMessageEndingWith("(513 characters)");
    assertThatThrownBy(() -> sectionWithValue("half \udc00", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_newer_version_is_not_called_damaged() {
    String newer =
        "{\"__metadata__\":{\"cairn.format\":\"3\"},\"model/w\":{\"dtype\":\"F2\",\"new\":1}}";

    assertThatThrownBy(() -> PartHeader.decode(MemoryFile.safetensors(newer, 2), "x"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage(
            "x: found data file version '3', this Cairn knows versions 1 and 2; a newer Cairn wrote it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | the metadata has no 'cairn.format'; no data file of Cairn?",
        "{'cairn.format':1} | '__metadata__.cairn.format': expected a text, found 1",
        "{'cairn.format':'1'} | the metadata has no 'cairn.part'",
        "{'cairn.format':'1','cairn.part':''} | 'model/w' belongs to no section",
        "{'cairn.format':'1','cairn.part':'p','section/model':'same'}"
            + " | tensor 'model/w' has no digest",
        "{'cairn.format':'1','cairn.part':'p','section/model':'all'}"
            + " | 'section/model': expected 'same' or 'own', found 'all'",
        "{'cairn.format':'1','cairn.part':'p','section/':'own','section/model':'own',"
            + "'digest/model/w':'crc32c:00000000'} | A section name is 1 to 64",
        "{'cairn.format':'1','cairn.part':'','section/model':'own',"
            + "'digest/model/w':'crc32c:00000000'} | The name of a part is 1 to 512",
        "{'cairn.format':'1','cairn.part':'p','section/model':'own','digest/model/w':'crc32c:0'}"
            + " | tensor 'model/w': expected a digest as",
        "{'cairn.format':'1','cairn.part':'p','section/model':'own','value/rng/a':'',"
            + "'digest/model/w':'crc32c:00000000'} | 'rng/a' belongs to no section",
        "{'cairn.format':'1','cairn.part':'p','section/model':'own','value/a':'',"
            + "'digest/model/w':'crc32c:00000000'} | 'a' belongs to no section",
        "{'cairn.format':'1','cairn.part':'p','section/model':'own','value/model/':'',"
            + "'digest/model/w':'crc32c:00000000'} | The name of a value is 1 to 512",
        "{'cairn.format':'1','cairn.part':'p','section/model':'own',"
            + "'digest/model/v':'crc32c:00000000','digest/model/w':'crc32c:00000000'}"
            + " | there are 2 digests for 1 tensors",
      })
  void metadata_that_does_not_fit_is_refused(String metadata, String message) {
    String header = "{\"__metadata__\":" + metadata.replace('\'', '"') + "," + TENSOR + "}";

    assertThatThrownBy(() -> PartHeader.decode(MemoryFile.safetensors(header, 2), "x"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith("x: ")
        .hasMessageContaining(message);
  }

  /** No digest of the file would tell. */
  @Test
  void an_empty_tensor_has_the_digest_of_no_bytes() throws IOException {
    String header =
        "{\"__metadata__\":{\"cairn.format\":\"1\",\"cairn.part\":\"p\",\"section/m\":\"own\","
            + "\"digest/m/e\":\"crc32c:0000000%d\"},"
            + "\"m/e\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}";

    assertThat(
            PartHeader.decode(MemoryFile.safetensors(header.formatted(0), 0), "x")
                .header()
                .sections())
        .containsOnlyKeys("m");
    assertThatThrownBy(() -> PartHeader.decode(MemoryFile.safetensors(header.formatted(1), 0), "x"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "x: tensor 'm/e' is empty, but has digest crc32c:00000001, expected crc32c:00000000");
  }

  @Test
  void metadata_of_other_tools_is_ignored() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\",\"cairn.format\":\"1\",\"cairn.part\":\"p\","
            + "\"cairn.later\":\"x\"}}";

    assertThat(PartHeader.decode(MemoryFile.safetensors(header, 0), "x").header())
        .isEqualTo(new PartHeader("p", new TreeMap<>()));
  }

  @Test
  void every_truncation_is_noticed() {
    byte[] whole = Golden.bytes(Golden.DATA);
    for (int length = 0; length < whole.length; length++) {
      MemoryFile cut = MemoryFile.of(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PartHeader.decode(cut, "x"))
          .isInstanceOf(CorruptSnapshotException.class)
          .hasMessageStartingWith("x: ");
    }
  }

  /** Damage that leaves a header readable is found by the digest of the file. */
  @Test
  void a_flipped_byte_never_gives_a_foreign_error() throws IOException {
    byte[] bytes = Golden.bytes(Golden.DATA);
    for (int at = 0; at < bytes.length; at++) {
      for (int mask : new int[] {0x01, 0x20, 0x80, 0xFF}) {
        bytes[at] ^= (byte) mask;
        try {
          PartHeader.decode(MemoryFile.of(bytes), "x");
        } catch (CheckpointException e) {
          assertThat(e).hasMessageStartingWith("x: ");
        }
        bytes[at] ^= (byte) mask;
      }
    }
  }

  private static SectionHeader emptySection() {
    return new SectionHeader(true, new TreeMap<>(), new TreeMap<>());
  }

  private static SectionHeader sectionWithValue(String name, String text) {
    return new SectionHeader(true, new TreeMap<>(Map.of(name, text)), new TreeMap<>());
  }
}
