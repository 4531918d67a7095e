package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these records, these are their fields. */
public final class CsvFieldsTest {

  private static final int COLUMNS = 5;

  private static final CsvSettings UNIX = new CsvSettings('|', '\'', '\\', "\\N", false, 0, false);

  private static final String[] CHARACTERS = {
    "\"",
    "\"",
    ",",
    ",",
    "'",
    "|",
    "\\",
    "\\N",
    " ",
    "\t",
    "a",
    "NULL",
    "long enough for a word",
    "ß",
    "日",
    "🌊"
  };

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  /** What is before and behind a record in its array must not matter. */
  private static String problem(CsvFields reader, String record, String before, String behind) {
    byte[] bytes = (before + record + behind).getBytes(StandardCharsets.UTF_8);
    int from = before.getBytes(StandardCharsets.UTF_8).length;
    return reader
        .read(bytes, from, from + record.getBytes(StandardCharsets.UTF_8).length)
        .orElse(null);
  }

  private static List<String> values(CsvFields reader, int columns) {
    return IntStream.range(0, columns)
        .mapToObj(column -> value(reader, column))
        .collect(Collectors.toList());
  }

  private static String value(CsvFields reader, int column) {
    return reader.content(column) == Content.NOTHING
        ? null
        : new String(
            reader.bytes(column),
            reader.from(column),
            reader.to(column) - reader.from(column),
            StandardCharsets.UTF_8);
  }

  private static List<String> fields(CsvSettings settings, int fields, String record) {
    CsvFields reader = new CsvFields(settings, fields, false, IntStream.range(0, fields).toArray());
    List<String> values = null;
    for (String behind : new String[] {"", "\nnext,\"record\",\u00e9"}) {
      assertThat(problem(reader, record, "before\n", behind), is((String) null));
      List<String> now = values(reader, fields);
      assertThat(values == null || values.equals(now), is(true));
      values = now;
    }
    return values;
  }

  private static String problem(CsvSettings settings, int fields, String record) {
    CsvFields reader = new CsvFields(settings, fields, false);
    String problem = problem(reader, record, "", "");
    assertThat(problem(reader, record, "x\n", "\n\"next\",record"), is(problem));
    return problem;
  }

  @Test
  public void fieldsAreWhatIsBetweenDelimiters() {
    assertThat(fields(CsvSettings.RFC_4180, 3, "a,b,c"), contains("a", "b", "c"));
    assertThat(fields(CsvSettings.RFC_4180, 3, " a , b,c \r"), contains(" a ", " b", "c "));
    assertThat(fields(CsvSettings.RFC_4180, 1, "alone"), contains("alone"));
    assertThat(
        fields(CsvSettings.RFC_4180, 2, "x".repeat(200) + ",é"), contains("x".repeat(200), "é"));
  }

  @Test
  public void nothingIsNullAndAnEmptyTextIsOne() {
    assertThat(fields(CsvSettings.RFC_4180, 4, ",\"\",,\"\""), contains(null, "", null, ""));
    assertThat(fields(UNIX, 4, "\\N||'\\\\N'|'\\N'"), contains(null, "", "\\N", "N"));
  }

  @Test
  public void quotesAreAroundWhatHasDelimiters() {
    assertThat(
        fields(CsvSettings.RFC_4180, 3, "\"a,b\",\"c \"\"d\"\"\",\"\"\"\"\r"),
        contains("a,b", "c \"d\"", "\""));
    assertThat(fields(UNIX, 4, "'a|b'|'it\\'s'|'\\\\'|'\\x'"), contains("a|b", "it's", "\\", "x"));
    assertThat(
        fields(CsvSettings.RFC_4180, 4, "  \"a\"  , \"\",\" \" ,a \"b\""),
        contains("a", "", " ", "a \"b\""));
    CsvSettings none =
        new CsvSettings(',', CsvSettings.NONE, CsvSettings.NONE, "", false, 0, false);
    assertThat(fields(none, 3, "\"a,b\"\",\0"), contains("\"a", "b\"\"", "\0"));
  }

  @Test
  public void blanksAroundFieldsAreTakenOffIfThatIsAskedFor() {
    CsvSettings trim = CsvSettings.of(Map.of("trim", "true"));
    assertThat(fields(trim, 4, " a\t, ,b c,\t\r"), contains("a", null, "b c", null));
    assertThat(fields(trim, 4, "\t\" a \" \t, b,\"\",\"\"\"\"\t"), contains(" a ", "b", "", "\""));
    CsvSettings tabs = CsvSettings.of(Map.of("trim", "true", "delim", "\\t"));
    assertThat(fields(tabs, 3, " a \t\t \"b\" "), contains("a", null, "b"));
  }

  @Test
  public void whatIsNoRecordIsRefusedWithTheReason() {
    assertThat(problem(CsvSettings.RFC_4180, 3, "a,b"), is("2 fields, 3 expected"));
    assertThat(problem(CsvSettings.RFC_4180, 3, ""), is("1 field, 3 expected"));
    assertThat(problem(CsvSettings.RFC_4180, 3, "a,b,c,d"), is("4 fields, 3 expected"));
    assertThat(problem(CsvSettings.RFC_4180, 3, "\"a\",b,c,d,e"), is("5 fields, 3 expected"));
    assertThat(
        problem(CsvSettings.RFC_4180, 3, "a,b,\"c"), is("quoted field does not end in its line"));
    assertThat(
        problem(CsvSettings.RFC_4180, 3, "a,b,\"c\"\""),
        is("quoted field does not end in its line"));
    assertThat(problem(CsvSettings.RFC_4180, 2, "a,\"b\"c"), is("text behind a quoted field"));
    byte[] latin = "a,\u00e9".getBytes(StandardCharsets.ISO_8859_1);
    CsvFields reader = new CsvFields(CsvSettings.RFC_4180, 2, false, 0);
    assertThat(reader.read(latin, 0, latin.length).orElseThrow(), is("not valid UTF-8"));
    assertThat(
        reader.read(Arrays.copyOf(latin, 20), 0, latin.length).orElseThrow(),
        is("not valid UTF-8"));
  }

  @Test
  public void fieldsThatAreTooManyAreRescued() {
    CsvFields reader = new CsvFields(CsvSettings.RFC_4180, 2, true, 1, FieldReader.RESCUED, 0, 1);
    assertThat(problem(reader, "a,b", "", "\n........"), is((String) null));
    assertThat(values(reader, 4), contains("b", null, "a", "b"));
    assertThat(problem(reader, "a,b,c,,\"\"\"\",\"\",\\,\u0001é", "", ""), is((String) null));
    assertThat(
        values(reader, 4),
        contains("b", "[\"c\",null,\"\\\"\",\"\",\"\\\\\",\"\\u0001é\"]", "a", "b"));
    assertThat(problem(reader, "a,b,c", "", "\n........"), is((String) null));
    assertThat(values(reader, 4), contains("b", "[\"c\"]", "a", "b"));
    assertThat(problem(reader, "a", "", "\n........"), is("1 field, 2 expected"));
  }

  /** The lines of a file of DuckDB's are read as DuckDB reads them. */
  @Test
  public void anyRecordIsReadAsDuckDbReadsIt() throws IOException, SQLException {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      CsvSettings settings =
          new CsvSettings[] {
                CsvSettings.RFC_4180,
                new CsvSettings('|', '\'', '\'', "NULL", false, 0, false),
                new CsvSettings('\t', '"', '"', "", false, 0, false),
                new CsvSettings(';', '"', '\\', "", false, 0, false)
              }
              [seed % 4];
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        lines.add(
            IntStream.range(0, COLUMNS)
                .mapToObj(field -> randomField(random, settings))
                .collect(Collectors.joining(String.valueOf(settings.delimiter()))));
      }
      String end = seed % 2 == 0 ? "\n" : "\r\n";
      Path file = temporary.newFile().toPath();
      Files.writeString(file, String.join(end, lines) + end);
      List<List<String>> expected = duckDb(file, settings);
      byte[] all = Files.readAllBytes(file);
      int[] order = {3, 0, 4, 1, 2};
      CsvFields reader = new CsvFields(settings, COLUMNS, false, order);
      int from = 0;
      for (int i = 0; i < lines.size(); i++) {
        int to = from;
        while (all[to] != '\n') {
          to++;
        }
        byte[] bytes = random.nextBoolean() ? all : Arrays.copyOf(all, to);
        assertThat(lines.get(i), reader.read(bytes, from, to).orElse(null), is((String) null));
        List<String> row = expected.get(i);
        assertThat(
            lines.get(i),
            values(reader, COLUMNS),
            equalTo(Arrays.stream(order).mapToObj(row::get).toList()));
        from = to + 1;
      }
    }
  }

  private static String randomField(Random random, CsvSettings settings) {
    String blanks = " ".repeat(random.nextInt(10) / 8);
    return blanks + randomFieldWithoutBlanks(random, settings) + blanks;
  }

  private static String randomFieldWithoutBlanks(Random random, CsvSettings settings) {
    if (random.nextInt(6) == 0) {
      return settings.nullText();
    }
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    String quote = String.valueOf(settings.quote());
    String escape = String.valueOf(settings.escape());
    String value = text.toString();
    boolean needsQuotes =
        value.indexOf(settings.delimiter()) >= 0
            || value.indexOf(settings.quote()) >= 0
            || value.indexOf(settings.escape()) >= 0;
    if (!needsQuotes && random.nextBoolean()) {
      return value;
    }
    return quote
        + (escape.equals(quote) ? value : value.replace(escape, escape + escape))
            .replace(quote, escape + quote)
        + quote;
  }

  private static List<List<String>> duckDb(Path file, CsvSettings settings) throws SQLException {
    String columns =
        IntStream.range(0, COLUMNS)
            .mapToObj(column -> "'c" + column + "': 'VARCHAR'")
            .collect(Collectors.joining(", "));
    List<List<String>> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet answer =
            statement.executeQuery(
                String.format(
                    "SELECT * FROM read_csv('%s', auto_detect = false, header = false, delim = '%s',"
                        + " quote = '%s', escape = '%s', nullstr = '%s', allow_quoted_nulls = false,"
                        + " columns = {%s})",
                    file,
                    settings.delimiter(),
                    String.valueOf(settings.quote()).replace("'", "''"),
                    String.valueOf(settings.escape()).replace("'", "''"),
                    settings.nullText(),
                    columns))) {
      while (answer.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= COLUMNS; i++) {
          row.add(answer.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
