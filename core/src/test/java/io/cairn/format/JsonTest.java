// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void scalars_become_plain_values() throws JsonException {
    assertThat(Json.parseValue("\"text\"")).isEqualTo("text");
    assertThat(Json.parseValue("-12")).isEqualTo(-12L);
    assertThat(Json.parseValue("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(Json.parseValue("1e3")).isEqualTo(1000.0);
    assertThat(Json.parseValue(" true ")).isEqualTo(true);
    assertThat(Json.parseValue("null")).isNull();
    assertThat(Json.parseValue("[1, null, [\"a\"]]"))
        .isEqualTo(Arrays.asList(1L, null, List.of("a")));
    assertThat(Json.parseValue("{\"a\": 1}")).isInstanceOf(JsonObject.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\": 1,}",
        "{'a': 1}",
        "{a: 1}",
        "NaN",
        "Infinity",
        "01",
        "+1",
        ".5",
        "1.",
        "// note\n1",
        "1 2",
        "{} {}",
        "{}x",
        "\"a\nb\"",
        "\"\\x\"",
        "tru",
        "9223372036854775808",
        "1e999",
        "\"\\ud800\"",
        "{\"\\udc00\": 1}"
      })
  void what_is_no_strict_JSON_is_refused(String text) {
    assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parseValue(text));
  }

  @Test
  void a_malformed_document_says_where() {
    assertThatThrownBy(() -> Json.parseObject("{\"a\": 1,\n \"b\" 2}".getBytes(UTF_8)))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("malformed JSON at line 2, column 6: ");
  }

  /** Each object with a path of its own as text would take 200 KB, and there are 100,000. */
  @Test
  void many_objects_at_a_long_path_take_little_memory() throws Exception {
    String name = "n".repeat(Json.MAX_NAME_CHARS);
    int depth = 50;
    int count = 100_000;
    String text =
        ("{\"" + name + "\":").repeat(depth)
            + "["
            + "{},".repeat(count - 1)
            + "{}]"
            + "}".repeat(depth);

    JsonObject innermost = Json.parseObject(text.getBytes(UTF_8));
    for (int level = 1; level < depth; level++) {
      innermost = innermost.object(name);
    }
    List<JsonObject> objects = innermost.objects(name);

    assertThat(objects).hasSize(count);
    assertThatThrownBy(() -> objects.get(count - 1).string("x"))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("'" + name.substring(0, 100));
  }

  @Test
  void a_name_twice_is_refused() {
    assertThatThrownBy(() -> Json.parseValue("{\"a\": {\"b\": 1, \"b\": 1}}"))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("Duplicate")
        .hasMessageContaining("'b'");
    assertThatThrownBy(() -> Json.parseObject("{\"a\": 1, \"\\u0061\": 1}".getBytes(UTF_8)))
        .hasMessageContaining("Duplicate");
  }

  @Test
  void bytes_that_are_no_UTF_8_are_refused() {
    for (int second : new int[] {0x22, 0x80, 0xFF}) {
      byte[] document = {'{', '"', (byte) 0xC0, (byte) second, '"', ':', '1', '}'};
      assertThatThrownBy(() -> Json.parseObject(document))
          .isInstanceOf(JsonException.class)
          .hasMessage("malformed JSON: not UTF-8");
    }
  }

  @Test
  void other_encodings_are_not_guessed() {
    byte[] utf16 = "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);

    assertThatThrownBy(() -> Json.parseObject(utf16)).isInstanceOf(JsonException.class);
  }

  @Test
  void deep_nesting_is_refused_before_the_stack_ends() throws JsonException {
    Json.parseValue("[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH));

    assertThatThrownBy(() -> Json.parseValue("[".repeat(1_000_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("depth")
        .hasMessageContaining(String.valueOf(Json.MAX_DEPTH));
    assertThatThrownBy(() -> Json.parseValue("{\"a\":".repeat(1_000_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("depth");
  }

  @Test
  void long_numbers_and_names_are_refused() {
    assertThatThrownBy(() -> Json.parseValue("9".repeat(Json.MAX_NUMBER_CHARS + 1)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("length");
    String name = "n".repeat(Json.MAX_NAME_CHARS + 1);
    assertThatThrownBy(() -> Json.parseValue("{\"" + name + "\": 1}"))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("length");
  }

  @Test
  void an_object_is_asked_by_name_and_kind() throws JsonException {
    JsonObject object =
        Json.parseObject(
            """
            {"s": "x", "l": 3, "d": 0.5, "b": true, "o": {"in": "y"}, "a": [{"k": 1}, {"k": 2}],
             "t": ["p", "q"], "n": [4, 5], "z": null}"""
                .getBytes(UTF_8));

    assertThat(object.names()).containsExactly("s", "l", "d", "b", "o", "a", "t", "n", "z");
    assertThat(object.string("s")).isEqualTo("x");
    assertThat(object.longValue("l")).isEqualTo(3);
    assertThat(object.doubleValue("d")).isEqualTo(0.5);
    assertThat(object.doubleValue("l")).isEqualTo(3);
    assertThat(object.booleanValue("b")).isTrue();
    assertThat(object.object("o").string("in")).isEqualTo("y");
    assertThat(object.stringMap("o")).isEqualTo(Map.of("in", "y"));
    assertThat(object.array("t")).hasSize(2);
    assertThat(object.objects("a").get(1).longValue("k")).isEqualTo(2);
    assertThat(object.strings("t")).containsExactly("p", "q");
    assertThat(object.longs("n")).containsExactly(4L, 5L);
    assertThat(object.value("z")).isNull();
  }

  @Test
  void optional_members_may_be_missing_or_null_but_not_of_another_kind() throws JsonException {
    JsonObject object =
        Json.parseObject("{\"s\": \"x\", \"o\": {\"in\": \"y\"}, \"z\": null}".getBytes(UTF_8));

    assertThat(object.optionalObject("o").orElseThrow().string("in")).isEqualTo("y");
    assertThat(object.optionalObject("z")).isEmpty();
    assertThat(object.optionalObject("missing")).isEmpty();
    assertThatThrownBy(() -> object.optionalObject("s"))
        .hasMessage("'s': expected an object, found the text \"x\"");
  }

  @Test
  void errors_name_the_member_the_kind_and_what_was_found() throws JsonException {
    JsonObject object =
        Json.parseObject("{\"o\": {\"a\": [1, {}]}, \"s\": \"x\", \"d\": 1.5}".getBytes(UTF_8));

    assertThatThrownBy(() -> object.longValue("s"))
        .isInstanceOf(JsonException.class)
        .hasMessage("'s': expected a whole number, found the text \"x\"");
    assertThatThrownBy(() -> object.longValue("d"))
        .hasMessage("'d': expected a whole number, found 1.5");
    assertThatThrownBy(() -> object.string("missing"))
        .hasMessage("'missing': expected a text, found nothing");
    assertThatThrownBy(() -> object.object("o").longs("a"))
        .hasMessage("'o.a[1]': expected a whole number, found an object");
    assertThatThrownBy(() -> object.stringMap("o"))
        .hasMessage("'o.a': expected a text, found an array");
  }

  @Test
  void values_are_immutable() throws JsonException {
    List<?> array = (List<?>) Json.parseValue("[1]");
    JsonObject object = (JsonObject) Json.parseValue("{\"a\": 1}");

    assertThatThrownBy(array::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> object.names().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void errors_of_the_stream_stay_what_they_are() {
    ByteSource cut = MemoryFile.of("{".getBytes(UTF_8)).claiming(1);
    InputStream broken = new SourceInputStream(cut, 0, 2);

    assertThatThrownBy(() -> Json.readMembers(broken, (name, value) -> {}))
        .isExactlyInstanceOf(EOFException.class)
        .hasMessage("The file in memory ends at 1");
    assertThatThrownBy(
            () ->
                Json.readMembers(
                    new ByteArrayInputStream("{\"a\":1}".getBytes(UTF_8)),
                    (name, value) -> {
                      throw new IOException("not wanted: " + name);
                    }))
        .hasMessage("not wanted: a");
  }
}
