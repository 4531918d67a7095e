package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.tailrace.format.AccessLogFields.Column;
import io.tailrace.format.FieldReader.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.Test;

/** Given this line, these are the values of the columns. */
public final class AccessLogFieldsTest {

  private static final String COMBINED =
      "::1 ident Ada L [02/Mar/2026:06:04:11 +0100] \"GET /a?b=1 HTTP/1.1\" 404 12 \"ref\" \"agent\"";

  private static AccessLogFields reader(String format, int longest, Column... columns) {
    return new AccessLogFields(new AccessLogFormat(format).parser(), List.of(columns), longest);
  }

  private static List<Object> values(AccessLogFields reader, String line, Column... columns) {
    byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(reader.read(bytes, 0, bytes.length), is(Optional.empty()));
    List<Object> values = new ArrayList<>();
    IntStream.range(0, columns.length)
        .forEach(
            i ->
                values.add(
                    switch (reader.content(i)) {
                      case NOTHING -> null;
                      case TEXT ->
                          new String(
                              reader.bytes(i),
                              reader.from(i),
                              reader.to(i) - reader.from(i),
                              StandardCharsets.UTF_8);
                      default -> reader.number(i);
                    }));
    return values;
  }

  private static List<Object> values(String line, Column... columns) {
    return values(reader("combined", Integer.MAX_VALUE, columns), line, columns);
  }

  @Test
  public void allColumns() {
    assertThat(
        values(COMBINED, Column.values()),
        contains(
            "::1",
            "ident",
            "Ada L",
            1_772_427_851_000_000L,
            "GET",
            "/a?b=1",
            "/a",
            "HTTP/1.1",
            404L,
            12L,
            "ref",
            "agent"));
  }

  @Test
  public void whatIsNotThereIsNull() {
    assertThat(
        values(
            "- - - [02/Mar/2026:06:04:11 +0000] \"\" 200 - \"-\" \"\"",
            Column.HOST,
            Column.USER,
            Column.METHOD,
            Column.PATH,
            Column.BYTES,
            Column.REFERER,
            Column.USER_AGENT,
            Column.STATUS),
        contains(null, null, null, null, null, null, null, 200L));
    assertThat(
        values(
            reader("%t %>s", 99, Column.HOST, Column.BYTES),
            "[02/Mar/2026:06:04:11 +0000] 200",
            Column.HOST,
            Column.BYTES),
        contains(null, null));
  }

  @Test
  public void textIsPrintableUtf8AndMayBeCut() {
    String line = COMBINED.replace("ref", "\u0001 \u00ff \u00c3\u00a9 x").replace("/a?b=1", "?b");
    assertThat(
        values(line, Column.REFERER, Column.PATH, Column.ENDPOINT),
        contains("\\x01 \\xff é x", null, "?b"));
    String longLine = COMBINED.replace("agent", "a".repeat(300));
    assertThat(values(longLine, Column.USER_AGENT), contains("a".repeat(300)));
    assertThat(
        values(reader("combined", 256, Column.USER_AGENT), longLine, Column.USER_AGENT),
        contains("a".repeat(253) + "..."));
  }

  @Test
  public void aLineThatIsNoneIsRefusedWithTheReason() {
    AccessLogFields reader = reader("common", 99, Column.STATUS);
    byte[] line = COMBINED.getBytes(StandardCharsets.US_ASCII);
    assertThat(
        reader.read(line, 0, line.length), is(Optional.of(ByteAccessLineParser.COMBINED_LINE)));
    assertThat(reader.content(0), is(Content.INTEGER));
  }
}
