// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.model.UnsupportedFormatException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestCodecTest {
  private static final String GOLDEN = new String(Golden.bytes(Golden.MANIFEST), UTF_8);

  @Test
  void the_largest_and_strangest_facts_come_back() throws CheckpointException {
    TreeMap<String, Double> metrics = new TreeMap<>();
    for (double value :
        new double[] {
          0.0,
          -0.0,
          0.1,
          1e-300,
          Double.MIN_VALUE,
          Double.MAX_VALUE,
          Math.nextUp(1e22),
          100.0,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          2.0E-3,
          Math.PI
        }) {
      metrics.put("metric \"" + value + "\" ü", value);
    }
    Manifest manifest =
        new Manifest(
            new RunName("r".repeat(63)),
            new SnapshotId(Progress.MAX_STEP, SnapshotId.MAX_ATTEMPT),
            new Progress(Progress.MAX_STEP, Long.MAX_VALUE, Long.MAX_VALUE),
            Rank.MAX_WORLD_SIZE - 1,
            Rank.MAX_WORLD_SIZE,
            Instant.parse("9999-12-31T23:59:59.999Z"),
            Optional.empty(),
            metrics,
            new Fingerprint(Map.of("a\"b\\c", "\u0000\n🪨"), Map.of("digest", "\"\n}\n")),
            List.of(new FileEntry("n".repeat(255), Long.MAX_VALUE, new Digest(-1))));

    assertThat(ManifestCodec.decode(ManifestCodec.encode(manifest), "x")).isEqualTo(manifest);
  }

  @Test
  void the_smallest_facts_come_back() throws CheckpointException {
    Manifest manifest = small(new TreeMap<>());

    assertThat(ManifestCodec.decode(ManifestCodec.encode(manifest), "x")).isEqualTo(manifest);
  }

  @Test
  void the_last_line_is_the_digest_of_all_bytes_before_it() throws CheckpointException {
    String text = new String(ManifestCodec.encode(small(new TreeMap<>())), UTF_8);
    int line = text.lastIndexOf("  \"digest\": ");

    assertThat(text)
        .startsWith("{\n  \"format\": \"cairn-manifest\",\n  \"version\": 1,\n")
        .isEqualTo(signed(text.substring(0, line)));
    assertThat(text.length() - line).isEqualTo(ManifestCodec.TAIL_BYTES);
  }

  @Test
  void every_truncation_is_noticed() {
    byte[] whole = Golden.bytes(Golden.MANIFEST);
    for (int length = 0; length < whole.length; length++) {
      assertDamaged(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void every_flipped_byte_is_noticed() {
    byte[] bytes = Golden.bytes(Golden.MANIFEST);
    for (int at = 0; at < bytes.length; at++) {
      for (int mask : new int[] {0x01, 0x20, 0x80, 0xFF}) {
        bytes[at] ^= (byte) mask;
        assertDamaged(bytes);
        bytes[at] ^= (byte) mask;
      }
    }
  }

  @Test
  void appended_bytes_are_noticed() {
    assertDamaged((GOLDEN + "\n").getBytes(UTF_8));
    assertDamaged((GOLDEN + GOLDEN).getBytes(UTF_8));
  }

  @Test
  void damage_says_what_was_expected() {
    assertThatThrownBy(() -> ManifestCodec.decode(new byte[3], "x.json"))
        .hasMessage("x.json: a manifest has 88 to 1048576 bytes, found 3; truncated?");
    assertThatThrownBy(() -> ManifestCodec.decode(new byte[1 << 21], "x.json"))
        .hasMessage("x.json: a manifest has 88 to 1048576 bytes, found 2097152");
    assertThatThrownBy(() -> ManifestCodec.decode(new byte[100], "x.json"))
        .hasMessageStartingWith("x.json: expected the manifest to end in the digest sha256:");
  }

  @Test
  void an_intact_manifest_of_a_newer_version_is_not_called_damaged() {
    String newer = signed("{\n  \"format\": \"cairn-manifest\",\n  \"version\": 2,\n");

    assertThatThrownBy(() -> ManifestCodec.decode(newer.getBytes(UTF_8), "x.json"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage(
            "x.json: found format 'cairn-manifest' version 2, this Cairn knows 'cairn-manifest'"
                + " version 1; a newer Cairn wrote it");
  }

  @Test
  void another_format_is_not_supported() {
    assertThatThrownBy(() -> decode("cairn-manifest", "cairn-other"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("found format 'cairn-other' version 1");
  }

  @Test
  void a_damaged_manifest_of_a_newer_version_is_called_damaged() {
    assertDamaged(GOLDEN.replace("\"version\": 1", "\"version\": 2").getBytes(UTF_8));
  }

  @Test
  void unknown_members_are_ignored() throws Exception {
    assertThat(decode("  \"run\":", "  \"later\": {\"a\": [1, null]},\n  \"run\":"))
        .isEqualTo(Golden.manifest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"version\": 1 | \"version\": 0 | 'version': expected at least 1, found 0",
        "\"version\": 1 | \"version\": \"1\" | 'version': expected a whole number, found the text",
        "\"run\": \"bank\" | \"run\": \"../bank\" | A run name is 1 to 63 letters",
        "\"step\": 1200 | \"step\": -1 | A snapshot needs 0 <= step",
        "\"step\": 1200 | \"step\": 900 | cannot come from a training resumed from step 1000",
        "\"epoch\": 3 | \"epoch\": -3 | epoch >= 0",
        "\"attempt\": 2 | \"attempt\": 1 | cannot come from a training resumed from",
        "\"attempt\": 2 | \"attempt\": 4294967298 | 'attempt': number does not fit into 32 bits",
        "\"part\": 0 | \"part\": 1 | but is part 1 of 1",
        "\"part\": 0 | \"part\": null | 'part': expected a whole number, found null",
        "\"part\": 0, | \"part\": 0, \"part\": 0, | Duplicate",
        "\"parts\": 1 | \"parts\": 100000 | but is part 0 of 100000",
        "56.789Z | 56.789 | 'time': expected a time as",
        "2026-03-01 | 2026-02-30 | 'time': expected a time as",
        "2026-03-01 | +12026-03-01 | A time is in the years 0000 to 9999",
        "\"metrics\" | \"m\" | 'metrics': expected an object, found nothing",
        "\"loss\" | \"\" | The name of a metric is 1 to 512 characters",
        "0.125 | \"0.125\" | 'metrics.loss': expected a number, found the text \"0.125\"",
        "\"42\" | 42 | 'fingerprint.identity.seed': expected a text, found 42",
        "\"files\" | \"f\" | 'files': expected an array, found nothing",
        "\"name\": \"bank | \"name\": \"/bank | The name of a file is 1 to 255",
        "\"bytes\": 596 | \"bytes\": -1 | cannot have -1 bytes",
        "\"bytes\": 596 | \"bytes\": 1e3 | 'files[0].bytes': expected a whole number, found 1000.0",
        "crc32c:2faf0d22 | crc32c:2 | expected a digest as",
      })
  void an_intact_manifest_that_cannot_be_is_refused(String right, String wrong, String message) {
    assertThatThrownBy(() -> decode(right, wrong))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith("x.json: ")
        .hasMessageContaining(message);
  }

  @Test
  void an_unknown_digest_of_a_file_is_not_supported() {
    assertThatThrownBy(() -> decode("crc32c:2faf0d22", "blake3:00"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("the digest uses the algorithm 'blake3'");
  }

  @Test
  void intact_bytes_that_are_no_JSON_are_refused() {
    byte[] notUtf8 = signed("{\n  \"a\": \"?\",\n").getBytes(UTF_8);
    assertThatThrownBy(() -> ManifestCodec.decode(signed("{\n").getBytes(UTF_8), "x"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("is as it was written, but wrong: 'format': expected a text");
    assertThatThrownBy(() -> ManifestCodec.decode(signed("").getBytes(UTF_8), "x"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("is as it was written, but wrong: malformed JSON");
    assertThatThrownBy(() -> ManifestCodec.decode(signed("[".repeat(100_000)).getBytes(UTF_8), "x"))
        .isInstanceOf(CorruptSnapshotException.class);
    notUtf8[10] = (byte) 0xFF;
    assertThatThrownBy(() -> ManifestCodec.decode(notUtf8, "x"))
        .isInstanceOf(CorruptSnapshotException.class);
  }

  @Test
  void a_manifest_beyond_the_limit_is_not_written() {
    TreeMap<String, Double> metrics = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      metrics.put("m".repeat(500) + i, 1.0);
    }

    assertThatThrownBy(() -> ManifestCodec.encode(small(metrics)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot write a manifest of ")
        .hasMessageContaining("at most 1048576 are accepted");
  }

  private static Manifest small(SortedMap<String, Double> metrics) {
    return new Manifest(
        new RunName("r"),
        new SnapshotId(0, 1),
        Progress.START,
        0,
        1,
        Instant.parse("0000-01-01T00:00:00Z"),
        Optional.empty(),
        metrics,
        Fingerprint.NONE,
        List.of(new FileEntry("f", 0, new Digest(0))));
  }

  /** The golden manifest with one thing changed, and a digest that fits. */
  private static Manifest decode(String right, String wrong) throws CheckpointException {
    String body = GOLDEN.substring(0, GOLDEN.length() - ManifestCodec.TAIL_BYTES);
    assertThat(body).contains(right);
    return ManifestCodec.decode(signed(body.replace(right, wrong)).getBytes(UTF_8), "x.json");
  }

  private static String signed(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return body + "  \"digest\": \"sha256:" + Digest.sha256(bytes, bytes.length) + "\"\n}\n";
  }

  private static void assertDamaged(byte[] bytes) {
    assertThatThrownBy(() -> ManifestCodec.decode(bytes, "x.json"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith("x.json: ");
  }
}
