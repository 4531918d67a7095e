package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.format.FieldReader.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these objects, these are the values at paths. */
public final class JsonFieldsTest {

  private static final List<List<String>> PATHS =
      List.of(
          List.of("level"),
          List.of("http", "status"),
          List.of("http", "request", "size"),
          List.of("http"),
          List.of("é\""));

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private static JsonFields reader(List<List<String>> paths) {
    return new JsonFields(paths, IntStream.range(0, paths.size()).toArray());
  }

  private static String problem(JsonFields reader, String record, String behind) {
    byte[] bytes = ("x\n" + record + behind).getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, 2, 2 + record.getBytes(StandardCharsets.UTF_8).length).orElse(null);
  }

  private static String value(JsonFields reader, int column) {
    Content content = reader.content(column);
    return content == Content.NOTHING
        ? null
        : content
            + " "
            + new String(
                reader.bytes(column),
                reader.from(column),
                reader.to(column) - reader.from(column),
                StandardCharsets.UTF_8);
  }

  private static List<String> values(JsonFields reader, int columns) {
    return IntStream.range(0, columns)
        .mapToObj(column -> value(reader, column))
        .collect(Collectors.toList());
  }

  private static List<String> values(List<List<String>> paths, String record) {
    JsonFields reader = reader(paths);
    List<String> values = null;
    for (String behind : new String[] {"", "\n{\"level\": \"\u00e9\"}"}) {
      assertThat(problem(reader, record, behind), is((String) null));
      List<String> now = values(reader, paths.size());
      assertThat(values == null || values.equals(now), is(true));
      values = now;
    }
    return values;
  }

  private static List<List<String>> names(String... names) {
    return Arrays.stream(names).map(List::of).toList();
  }

  @Test
  public void eachValueIsWhatItIs() {
    assertThat(
        values(
            names("a", "b", "c", "d", "e", "f", "", "none"),
            " {\"a\": \"x\", \"b\":-1.50e3 ,\"c\":true,\"d\" : null, \"e\": [1, {\"x\": \" y\"} ],"
                + " \"f\": {} , \"\": 0}\r"),
        contains(
            "TEXT x",
            "REAL -1.50e3",
            "TRUTH true",
            null,
            "NESTED [1,{\"x\":\" y\"}]",
            "NESTED {}",
            "INTEGER 0",
            null));
  }

  @Test
  public void pathsLeadIntoObjects() {
    assertThat(
        values(
            PATHS,
            "{\"level\": 1, \"http\": {\"status\": 200, \"request\": {\"size\": 7, \"x\": []}}}"),
        contains(
            "INTEGER 1",
            "INTEGER 200",
            "INTEGER 7",
            "NESTED {\"status\":200,\"request\":{\"size\":7,\"x\":[]}}",
            null));
    assertThat(
        values(PATHS, "{\"level\": {\"a\" : \"\\u00e9\\/\\u001f\\n\"}}"),
        contains("NESTED {\"a\":\"é/\\u001F\\n\"}", null, null, null, null));
    assertThat(values(PATHS, "{\"http\": null}"), contains(null, null, null, null, null));
  }

  @Test
  public void escapesAreRead() {
    assertThat(
        values(
            names("a", "é\""),
            "{\"\\u0061\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\u65e5é\","
                + " \"\\u00E9\\\"\": \"日\"}"),
        contains("TEXT \"\\/\b\f\n\r\té\ud83d\ude00日é", "TEXT 日"));
  }

  @Test
  public void numbersAreThoseOfJson() {
    Random random = new Random(11);
    JsonFields reader = reader(names("a"));
    int numbers = 0;
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        text.append("01234567890123456789.-+eE".charAt(random.nextInt(25 - random.nextInt(6))));
      }
      String number = text.toString();
      boolean isNumber = number.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?");
      String behind = List.of("}", ",\"b\":1}", " }", "}   ").get(random.nextInt(4));
      String record = "{\"a\":" + number + behind;
      String problem = problem(reader, record, List.of("", "0123456789").get(random.nextInt(2)));
      assertThat(record, problem == null, is(isNumber));
      if (isNumber) {
        numbers++;
        String kind = number.matches("-?[0-9]+") ? "INTEGER " : "REAL ";
        assertThat(value(reader, 0), is(kind + number));
      }
      String open = "{\"a\":" + number;
      assertThat(open, problem(reader, open, "9}"), is(notNullValue()));
    }
    assertThat(numbers, is(greaterThan(10_000)));
  }

  @Test
  public void namesAreTheSameOrOthers() {
    assertThat(values(names("a"), "{\"A\": 1, \"a\": 2}"), contains("INTEGER 2"));
    assertThat(values(names("a"), "{\"a\": 1, \"A\": 2}"), contains("INTEGER 1"));
    assertThat(values(names("a"), "{\"A\": 1, \"A\": 2}"), contains((String) null));
  }

  @Test
  public void anotherOrderOfNamesIsReadAsWell() {
    JsonFields reader = reader(names("a", "b"));
    for (int i = 0; i < 3; i++) {
      assertThat(problem(reader, "{\"a\": 1, \"x\": 2, \"b\": 3}", ""), is((String) null));
      assertThat(values(reader, 2), contains("INTEGER 1", "INTEGER 3"));
      assertThat(problem(reader, "{\"b\": 1, \"a\": 2, \"bb\": 3}", ""), is((String) null));
      assertThat(values(reader, 2), contains("INTEGER 2", "INTEGER 1"));
      assertThat(problem(reader, "{}", ""), is((String) null));
      assertThat(values(reader, 2), contains(null, null));
    }
  }

  @Test
  public void fieldsThatBelongToNoColumnAreRescued() {
    JsonFields reader =
        new JsonFields(
            List.of(List.of("a"), List.of("http", "status"), List.of("b")), FieldReader.RESCUED, 0);
    assertThat(problem(reader, "{\"a\": 1, \"b\": 2, \"http\": {}}", ""), is((String) null));
    assertThat(values(reader, 2), contains(null, "INTEGER 1"));
    assertThat(
        problem(
            reader,
            "{\"x\\u0041\": [1, 2], \"a\": 1, \"http\": {\"status\": 2, \"y\": \" \\n\", \"z\": {}},"
                + " \"n\": null}",
            ""),
        is((String) null));
    assertThat(
        values(reader, 2),
        contains(
            "TEXT {\"x\\u0041\":[1,2],\"http\":{\"y\":\" \\n\",\"z\":{}},\"n\":null}",
            "INTEGER 1"));
    assertThat(problem(reader, "{\"http\": {\"y\": 1}}", ""), is((String) null));
    assertThat(values(reader, 2), contains("TEXT {\"http\":{\"y\":1}}", null));
    assertThat(problem(reader, "{\"a\": 1}", ""), is((String) null));
    assertThat(values(reader, 2), contains(null, "INTEGER 1"));
  }

  private static String problem(String record) {
    String problem = problem(reader(PATHS), record, "");
    assertThat(problem(reader(PATHS), record, " \"}1\n........"), is(problem));
    return problem;
  }

  @Test
  public void whatIsNoRecordIsRefusedWithTheReason() {
    assertThat(
        problem("{\"level\": 1, \"x\": 1, \"x\": 2, \"level\": 1}"), is("field level comes twice"));
    assertThat(
        problem("{\"http\": {}, \"x\": {\"http\": 1}, \"http\": {}}"),
        is("field http comes twice"));
    assertThat(problem("{\"http\": {\"request\": [1]}}"), is("field request is not an object"));
    assertThat(problem("17"), is("not a JSON object"));
    assertThat(problem(""), is("not a JSON object"));
    assertThat(problem("[{}]"), is("not a JSON object"));
    assertThat(problem("{} {}"), is("more than one JSON object"));
    assertThat(problem("{\"a\": 1}}"), is("more than one JSON object"));
    assertThat(problem("{\"a\": }"), is("not JSON: a value is missing or none of JSON"));
    assertThat(problem("{\"a\": 1 \"b\": 2}"), is("not JSON: a comma or bracket is missing"));
    assertThat(problem("{\"a\" 1}"), is("not JSON: a colon is missing"));
    assertThat(problem("{\"a\": 1,}"), is("not JSON: a name in quotes is missing"));
    assertThat(problem("{\"a\": {\"b\": [1"), is("not JSON: it ends too early"));
    assertThat(problem("{\"a\": \"b}"), is("not JSON: it ends too early"));
    assertThat(problem("{\"a\": \"\t\"}"), is("not JSON: control character in a text"));
    assertThat(problem("{\"a\": \"\\x\"}"), is("not JSON: unknown escape in a text"));
    assertThat(problem("{\"a\": \"\\u00g0\"}"), is("not JSON: unknown escape in a text"));
    assertThat(problem("{\"a\": \"\\ud800!\"}"), is("not JSON: half a surrogate pair in a text"));
    assertThat(
        problem("{\"a\": " + "[".repeat(1_001)),
        is("not JSON: more than 1000 levels of objects and arrays"));
    byte[] latin = "{\"a\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(reader(PATHS).read(latin, 0, latin.length).orElseThrow(), is("not valid UTF-8"));
  }

  /** Jackson's reading of what is nearly JSON is the measure. */
  @Test
  public void anyRecordIsReadAsJacksonReadsIt() throws IOException {
    ObjectMapper jackson =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    Random random = new Random(5);
    JsonFields reader = reader(PATHS);
    String letters = "{}[]:,\"\\ \n01.-eatrufalsn\u00e9";
    String base =
        "{\"level\": \"x\", \"http\": {\"status\": -1.5, \"a\": [true, null, \"b\", {}]},"
            + " \"é\\\"\": false}";
    int good = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(base);
      for (int change = random.nextInt(4); change > 0; change--) {
        int place = random.nextInt(text.length());
        char letter = letters.charAt(random.nextInt(letters.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.insert(place, letter);
          case 1 -> text.deleteCharAt(place);
          default -> text.setCharAt(place, letter);
        }
      }
      JsonNode tree = null;
      try {
        tree = jackson.readTree(text.toString());
      } catch (JsonProcessingException e) {
        // It is none.
      }
      boolean isObject = tree instanceof ObjectNode;
      String problem = problem(reader, text.toString(), i % 2 == 0 ? "" : "\n........");
      assertThat(text + ": " + problem, problem == null, is(isObject));
      JsonNode level = isObject ? tree.get("level") : null;
      if (level != null && level.isTextual()) {
        good++;
        assertThat(text.toString(), value(reader, 0), is("TEXT " + level.textValue()));
      }
    }
    assertThat(good > 10_000, is(true));
  }

  /** The lines of a file of DuckDB's are read as DuckDB reads them. */
  @Test
  public void anyObjectIsReadAsDuckDbReadsIt() throws IOException, SQLException {
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      ObjectMapper jackson =
          JsonMapper.builder().configure(JsonWriteFeature.ESCAPE_NON_ASCII, seed % 2 == 0).build();
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        lines.add(jackson.writeValueAsString(randomObject(random, 0)));
      }
      Path file = temporary.newFile().toPath();
      Files.write(file, lines);
      List<List<String>> expected = duckDb(file);
      List<List<String>> paths = new ArrayList<>(PATHS.subList(0, 3));
      paths.add(List.of("x"));
      JsonFields reader = reader(paths);
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i), problem(reader, lines.get(i), "\n...."), is((String) null));
        List<String> values =
            values(reader, paths.size()).stream()
                .map(value -> value == null ? null : value.replaceFirst("[A-Z]+ ", ""))
                .toList();
        assertThat(lines.get(i), values, equalTo(expected.get(i)));
      }
    }
  }

  private static Map<String, Object> randomObject(Random random, int depth) {
    Map<String, Object> fields = new LinkedHashMap<>();
    String[][] names = {
      {"level", "x", "Level", "", "é"}, {"status", "z", "Status"}, {"size", "level", "status"}
    };
    for (int count = random.nextInt(5); count > 0; count--) {
      fields.put(names[depth][random.nextInt(names[depth].length)], randomValue(random));
    }
    if (depth == 0 && random.nextInt(4) > 0) {
      fields.put("http", randomObject(random, 1));
    }
    if (depth == 1 && random.nextBoolean()) {
      fields.put("request", randomObject(random, 2));
    }
    return fields;
  }

  private static Object randomValue(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt(1_000) - 500;
      case 3 -> random.nextLong();
      case 4 -> random.nextInt(100_000) / 8.0;
      case 5 -> Map.of("a", List.of(1, randomText(random), List.of()));
      default -> randomText(random);
    };
  }

  private static String randomText(Random random) {
    String[] letters = {"a", "\"", "\\", "\n", "/", "\u001f", "\u007f", "é", "日", "🌊", " "};
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(i -> letters[random.nextInt(letters.length)])
        .collect(Collectors.joining());
  }

  private static List<List<String>> duckDb(Path file) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet answer =
            statement.executeQuery(
                String.format(
                    "SELECT level, http.status, http.request.size, x FROM read_json('%s', format ="
                        + " 'newline_delimited', columns = {'x': 'VARCHAR', 'level': 'VARCHAR', 'http':"
                        + " 'STRUCT(status VARCHAR, request STRUCT(size VARCHAR))'})",
                    file))) {
      while (answer.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          row.add(answer.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
