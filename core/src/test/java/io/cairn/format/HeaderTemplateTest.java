// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.testkit.Repro;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A template gives the bytes that the header itself gives. */
class HeaderTemplateTest {
  private static final String[] TEXTS = {
    "",
    "a",
    "a/b",
    "z",
    "crc32c:00000000",
    "\"x\":\"crc32c:00000000\"",
    "\\",
    "\n\u0001",
    "ü🪨",
    "}"
  };

  private final Random random = Repro.random("header template");

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private String name() {
    return "n" + text().replaceAll("\\p{Cntrl}", "") + random.nextInt(20);
  }

  private List<TensorSpec> specs() {
    Map<String, TensorSpec> specs = new HashMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String name = name();
      DType type = random.nextBoolean() ? DType.F32 : DType.U8;
      specs.put(name, new TensorSpec(name, type, List.of((long) random.nextInt(400_000))));
    }
    return List.copyOf(specs.values());
  }

  private SortedMap<String, String> values() {
    SortedMap<String, String> values = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.put(name(), text());
    }
    return values;
  }

  @Test
  void any_header_is_what_its_template_gives() throws CheckpointException {
    for (int round = 0; round < 1000; round++) {
      Map<String, List<TensorSpec>> specs = new HashMap<>();
      Map<String, Boolean> sharing = new HashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        String section = "s" + random.nextInt(12);
        specs.put(section, specs());
        sharing.put(section, random.nextBoolean());
      }
      PartLayout layout = PartLayout.of(specs);
      BitSet planes = inPlanes(layout);
      HeaderTemplate template = new HeaderTemplate(layout, sharing, planes);
      for (int use = 0; use < 3; use++) {
        requireSame(template, layout, sharing);
      }
    }
  }

  /** In every other round some of the tensors that can be. */
  private BitSet inPlanes(PartLayout layout) {
    BitSet planes = new BitSet();
    if (random.nextBoolean()) {
      for (int i = 0; i < layout.slots().size(); i++) {
        DType dtype = layout.slots().get(i).spec().dtype();
        planes.set(i, TensorEntry.hasPlanes(dtype) && random.nextBoolean());
      }
    }
    return planes;
  }

  private void requireSame(HeaderTemplate template, PartLayout layout, Map<String, Boolean> sharing)
      throws CheckpointException {
    String part = name();
    List<Digest> digests = new ArrayList<>();
    Map<String, SortedMap<String, TensorEntry>> tensors = new HashMap<>();
    sharing.keySet().forEach(section -> tensors.put(section, new TreeMap<>()));
    for (int i = 0; i < layout.slots().size(); i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      Digest digest = new Digest(random.nextInt());
      digests.add(digest);
      tensors
          .get(slot.section())
          .put(
              slot.spec().name(),
              new TensorEntry(slot.spec(), slot.offset(), digest, template.inPlanes().get(i)));
    }
    Map<String, SortedMap<String, String>> values = new HashMap<>();
    SortedMap<String, SectionHeader> sections = new TreeMap<>();
    sharing.forEach(
        (section, same) -> {
          values.put(section, values());
          sections.put(section, new SectionHeader(same, values.get(section), tensors.get(section)));
        });

    HeaderTemplate.Unfinished begun = template.begin(part, values);

    assertThat(begun.with(digests)).isEqualTo(new PartHeader(part, sections).encode());
    assertThat(begun.byteSize()).isEqualTo(begun.with(digests).remaining());
  }

  @Test
  void what_a_header_refuses_is_refused() {
    HeaderTemplate template =
        new HeaderTemplate(PartLayout.of(Map.of()), Map.of("s", true), new BitSet());

    assertThatThrownBy(() -> template.begin("a\nb", Map.of()))
        .hasMessageContaining("The name of a part is 1 to 512 characters");
    assertThatThrownBy(() -> template.begin("p", Map.of("s", new TreeMap<>(Map.of("v", "\ud800")))))
        .hasMessageContaining("value 'v'");
    String large = "x".repeat(100_000_001);
    assertThatThrownBy(() -> template.begin("p", Map.of("s", new TreeMap<>(Map.of("v", large)))))
        .isExactlyInstanceOf(CheckpointException.class)
        .hasMessageContaining("100000000 bytes that readers accept");
  }
}
