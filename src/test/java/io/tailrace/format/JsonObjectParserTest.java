package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.Test;

/** Given these objects, these are their fields. */
public final class JsonObjectParserTest {

  private final JsonObjectParser parser = new JsonObjectParser();

  @Test
  public void eachValueIsWhatItIs() {
    assertThat(
        fields(
            "{\"a\": \"x\", \"b\":-1.5e3 ,\"c\":true,\"d\" : null, \"e\":{\"f\": [1]}, \"\": 0}"),
        contains(
            "a=TEXT x",
            "b=NUMBER -1.5e3",
            "c=TRUTH true",
            "d=NULL null",
            "e=NESTED {\"f\":[1]}",
            "=NUMBER 0"));
    assertThat(fields("{\n \"a\" : false\r\n}\n"), contains("a=TRUTH false"));
    assertThat(fields("{}").size(), is(0));
  }

  @Test
  public void escapesAndOtherLettersAreRead() {
    assertThat(
        fields("{\"a\\u0062\": \"\\\"\\n\", \"\u00e9\": \"\ud83d\ude00\"}"),
        contains("ab=TEXT \"\n", "\u00e9=TEXT \ud83d\ude00"));
  }

  @Test
  public void ofANameThatComesTwiceBothAreThere() {
    assertThat(fields("{\"a\": 1, \"a\": 2}"), contains("a=NUMBER 1", "a=NUMBER 2"));
  }

  @Test
  public void whatIsNoneIsRefusedWithTheReason() {
    assertThat(problem("17"), is(Optional.of("not a JSON object")));
    assertThat(problem("[{}]"), is(Optional.of("not a JSON object")));
    assertThat(problem("{} {}"), is(Optional.of("more than one JSON object")));
    for (String broken :
        new String[] {
          "{\"a\": }",
          "{\"a\": 01}",
          "{\"a\": 1,}",
          "{\"a\": +1}",
          "{\"a\": 1.}",
          "{\"a\": tru}",
          "{\"a\" 1}",
          "{a: 1}",
          "{\"a\": \"x}",
          "{\"a\": NaN}",
          "{\"a\": \"\t\"}",
          "{",
          "{\"a\"",
          "{\"a\": -}",
          "{\"a\": 1e}"
        }) {
      assertThat(broken, problem(broken).orElseThrow(), startsWith("not JSON: "));
    }
    byte[] latin = "{\"a\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(parser.parse(latin, 0, latin.length), is(Optional.of("not valid UTF-8")));
  }

  @Test
  public void numbersAreReadAsJavaDoes() {
    Random random = new Random(1);
    NumberText number = new NumberText();
    for (int i = 0; i < 100_000; i++) {
      String text =
          switch (i % 4) {
            case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 1 -> random.nextInt(1_000) + "." + random.nextInt(1_000_000_000);
            case 2 -> Long.toString(random.nextLong() >> random.nextInt(64));
            default -> "-" + random.nextInt(100) + "." + Math.abs(random.nextLong());
          };
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      if (number.isDecimal(bytes, 0, bytes.length)) {
        assertThat(text, number.decimal(), is(Double.parseDouble(text)));
      }
      if (i % 4 == 2) {
        assertThat(
            number.isInteger(bytes, 0, bytes.length, Long.MIN_VALUE, Long.MAX_VALUE), is(true));
        assertThat(number.integer(), is(Long.parseLong(text)));
      }
    }
    assertThat(isLong("9223372036854775807"), is(true));
    assertThat(isLong("9223372036854775808"), is(false));
    assertThat(isLong("-9223372036854775808"), is(true));
    assertThat(isLong("-9223372036854775809"), is(false));
    for (String none : new String[] {"", "-", "1.0", "1e3", " 1", "+1", "x"}) {
      assertThat(none, isLong(none), is(false));
    }
  }

  /** What is plain is read by other code than what is not: Jackson's own reading is the measure. */
  @Test
  public void anyObjectIsReadAsJacksonReadsIt() throws IOException {
    ObjectMapper jackson = new ObjectMapper();
    Random random = new Random(2);
    String letters = "{}[]:,\"\\ \n01.-eatrufalsn\u00e9";
    String base = "{\"a\": \"x\", \"b\": -1.5, \"c\": true, \"d\": null}";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(base);
      for (int change = random.nextInt(4); change > 0; change--) {
        int place = random.nextInt(text.length());
        char letter = letters.charAt(random.nextInt(letters.length()));
        if (random.nextBoolean()) {
          text.setCharAt(place, letter);
        } else {
          text.insert(place, letter);
        }
      }
      JsonNode expected = null;
      try (var json = jackson.getFactory().createParser(text.toString())) {
        JsonNode read = jackson.readTree(json);
        if (read != null && read.isObject() && json.nextToken() == null) {
          expected = read;
        }
      } catch (IOException e) {
        // It is none.
      }
      Optional<String> problem = problem(text.toString());
      assertThat(text.toString(), problem.isEmpty(), is(expected != null));
      if (expected != null) {
        for (String field : fields(text.toString())) {
          assertThat(expected.has(field.substring(0, field.indexOf('='))), is(true));
        }
      }
    }
  }

  private static boolean isLong(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new NumberText().isInteger(bytes, 0, bytes.length, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private Optional<String> problem(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return parser.parse(bytes, 0, bytes.length);
  }

  private List<String> fields(String text) {
    assertThat(text, problem(text), is(Optional.empty()));
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < parser.size(); i++) {
      fields.add(
          text(parser.nameFrom(i), parser.nameTo(i))
              + "="
              + parser.kind(i)
              + " "
              + text(parser.valueFrom(i), parser.valueTo(i)));
    }
    return fields;
  }

  private String text(int from, int to) {
    return new String(parser.bytes(), from, to - from, StandardCharsets.UTF_8);
  }
}
