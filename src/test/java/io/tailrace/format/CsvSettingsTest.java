package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.util.Map;
import org.junit.Test;

public final class CsvSettingsTest {

  private static String problem(Map<String, String> properties) {
    return assertThrows(IllegalArgumentException.class, () -> CsvSettings.of(properties))
        .getMessage();
  }

  @Test
  public void whatIsNotGivenIsAsInTheStandard() {
    assertThat(CsvSettings.of(Map.of()), is(CsvSettings.RFC_4180));
    assertThat(CsvSettings.RFC_4180.skippedLines(), is(0));
  }

  @Test
  public void eachPropertyCounts() {
    CsvSettings settings =
        CsvSettings.of(
            Map.of(
                "delim", ";", "quote", "'", "escape", "\\", "null", "\\N", "header", "TRUE", "skip",
                "2", "trim", "true"));
    assertThat(settings, is(new CsvSettings(';', '\'', '\\', "\\N", true, 2, true)));
    assertThat(settings.skippedLines(), is(3));
    assertThat(
        CsvSettings.of(Map.of("delimiter", "\\t", "quote", "", "nullstr", "NA")),
        is(new CsvSettings('\t', CsvSettings.NONE, CsvSettings.NONE, "NA", false, 0, false)));
    assertThat(CsvSettings.of(Map.of("quote", "'")).escape(), is('\''));
  }

  @Test
  public void whatCannotBeUsedIsRefused() {
    assertThat(
        problem(Map.of("seperator", ";")),
        is(
            "csv has no property 'seperator'; there are delimiter, delim, quote, escape, nullstr,"
                + " null, header, skip, trim"));
    assertThat(
        problem(Map.of("delim", ",", "delimiter", ",")),
        is("delimiter and delim are the same; give one"));
    assertThat(problem(Map.of("delim", "||")), is("delim: give one character of ASCII, not '||'"));
    assertThat(problem(Map.of("quote", "»")), is("quote: give one character of ASCII, not '»'"));
    assertThat(problem(Map.of("null", "a,b")), is("the null text has no delimiter in it"));
    assertThat(problem(Map.of("header", "yes")), is("header: give true or false, not 'yes'"));
    assertThat(problem(Map.of("skip", "x")), is("skip: give a number from 0, not 'x'"));
    assertThat(problem(Map.of("skip", "-1")), is("skip: give a number from 0, not '-1'"));
    assertThat(
        problem(Map.of("delim", "\"")),
        is("the delimiter is another character than quote and escape, and no end of a line"));
    assertThat(problem(Map.of("quote", "\n")), is("neither quote nor escape is an end of a line"));
  }
}
