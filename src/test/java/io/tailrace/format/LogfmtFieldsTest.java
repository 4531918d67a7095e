package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.tailrace.format.FieldReader.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.Test;

/** Given these lines of keys and values, these are their columns. */
public final class LogfmtFieldsTest {

  private static final List<String> KEYS = List.of("level", "msg", "a.b", "größe", "level2");

  private static final String[] PIECES = {
    "a", "\"", "\\", " ", "=", "\n", "\t", "\u0001", "ß", "日", "🌊", "long enough for a word"
  };

  private final LogfmtFields reader = new LogfmtFields(KEYS, 0, 1, 2, 3, 4, FieldReader.RESCUED);

  /** What is before and behind a line in its array must not matter. */
  private Optional<String> read(String line) {
    byte[] bytes = ("x=1 \"" + line + "\" y=2").getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, 5, bytes.length - 5);
  }

  private String column(int column) {
    if (reader.content(column) == Content.NOTHING) {
      return null;
    }
    int from = reader.from(column);
    return new String(reader.bytes(column), from, reader.to(column) - from, StandardCharsets.UTF_8);
  }

  private void requireColumns(String line, String... values) {
    assertThat(line, read(line), is(Optional.empty()));
    List<String> columns = new ArrayList<>();
    for (int column = 0; column < values.length; column++) {
      columns.add(column(column));
    }
    assertThat(line, columns, equalTo(Arrays.asList(values)));
  }

  @Test
  public void valuesBelongToKeys() {
    requireColumns("level=info msg=hello", "info", "hello", null, null, null, null);
    requireColumns(
        "  msg=\"two words\"\tlevel=info \r", "info", "two words", null, null, null, null);
    requireColumns("a.b=1 größe=2 level2=3", null, null, "1", "2", "3", null);
    requireColumns("level=a=b msg=x\"y", "a=b", "x\"y");
  }

  @Test
  public void aKeyAloneIsTrue() {
    requireColumns("level msg=x", "true", "x");
    requireColumns("msg=x level", "true", "x");
  }

  @Test
  public void nothingIsNullAndTheEmptyTextIsQuoted() {
    requireColumns("level= msg=\"\" a.b=", null, "", null);
  }

  @Test
  public void escapesAreThoseOfJson() {
    requireColumns(
        "level=\"a\\\"b\\\\c\\/\" msg=\"\\b\\f\\n\\r\\t\" a.b=\"\\u00e9\\ud83c\\udf0a\"",
        "a\"b\\c/",
        "\b\f\n\r\t",
        "é🌊");
  }

  @Test
  public void otherKeysAreRescued() {
    requireColumns(
        "x=1 level=info y=\"a \\\"b\\\"\" z",
        "info",
        null,
        null,
        null,
        null,
        "{\"x\":\"1\",\"y\":\"a \\\"b\\\"\",\"z\":\"true\"}");
  }

  @Test
  public void whatIsNoRecord() {
    assertThat(read("panic: index out of range"), is(LogfmtFields.NO_PAIR));
    assertThat(read(""), is(LogfmtFields.NO_PAIR));
    assertThat(read("level=info =3"), is(LogfmtFields.NO_KEY));
    assertThat(read("level=info \"quoted\""), is(LogfmtFields.NO_KEY));
    assertThat(read("level\"x\"=info"), is(LogfmtFields.NO_KEY));
    assertThat(read("level=\"info"), is(LogfmtFields.OPEN_QUOTE));
    assertThat(read("level=\"info\\\""), is(LogfmtFields.OPEN_QUOTE));
    assertThat(read("level=\"info\\"), is(LogfmtFields.OPEN_QUOTE));
    assertThat(read("level=\"in\"fo"), is(LogfmtFields.BEHIND_QUOTE));
    for (String escape : List.of("\\x", "\\u12", "\\u12x4", "\\ud83c", "\\udf0a", "\\ud83c\\n")) {
      assertThat(read("level=\"" + escape + "\""), is(LogfmtFields.BAD_ESCAPE));
    }
    assertThat(read("level=info level=warn"), is(Optional.of("key 'level' comes twice")));
    byte[] latin = "level=é".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(reader.read(latin, 0, latin.length), is(CsvFields.INVALID_UTF8));
    requireColumns("level=info x=1 x=2", "info");
  }

  @Test
  public void whatIsWrittenIsRead() {
    Random random = new Random(4);
    for (int line = 0; line < 20_000; line++) {
      Map<String, String> written = new HashMap<>();
      StringBuilder text = new StringBuilder();
      List<String> keys = new ArrayList<>(KEYS);
      Collections.shuffle(keys, random);
      for (String key : keys.subList(0, 1 + random.nextInt(KEYS.size()))) {
        StringBuilder value = new StringBuilder();
        for (int piece = random.nextInt(5); piece > 0; piece--) {
          value.append(PIECES[random.nextInt(PIECES.length)]);
        }
        written.put(key, value.toString());
        text.append(key).append('=').append(quoted(value.toString())).append(' ');
      }
      requireColumns(text.toString(), KEYS.stream().map(written::get).toArray(String[]::new));
    }
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\u0001' -> quoted.append("\\u0001");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
