package io.tailrace.watch;

import static org.junit.Assert.assertEquals;

import io.tailrace.query.TextTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** Given rows and a size, this is the screen. */
public final class ScreenTest {

  private static final String[] NAMES = {"service", "n"};
  private static final boolean[] NUMBERS = {false, true};

  private static List<String> screen(int columns, int lines, View view) {
    return Screen.lines(view, new Terminal.Size(columns, lines));
  }

  private static View view(long total, List<String> status, String... services) {
    List<String[]> rows = new ArrayList<>();
    for (int i = 0; i < services.length; i++) {
      rows.add(new String[] {services[i], String.valueOf(10 * (services.length - i))});
    }
    return new View(new TextTable(NAMES, NUMBERS, rows), total, false, status);
  }

  @Test
  public void allRowsFit() {
    assertEquals(
        List.of(
            "+----------+----+",
            "| service  | n  |",
            "+----------+----+",
            "| checkout | 20 |",
            "| login    | 10 |",
            "+----------+----+",
            "30 records, 0 dead letters, 1 file, 2 s"),
        screen(
            80,
            24,
            view(2, List.of("30 records, 0 dead letters, 1 file, 2 s"), "checkout", "login")));
  }

  @Test
  public void asManyRowsAsFitAndHowManyMoreThereAre() {
    List<String> screen = screen(80, 9, view(1_002, List.of("status"), "a", "b", "c", "d", "e"));
    assertEquals(
        List.of(
            "+---------+----+",
            "| service | n  |",
            "+---------+----+",
            "| a       | 50 |",
            "| b       | 40 |",
            "+---------+----+",
            "and 1,000 more rows",
            "status"),
        screen);
  }

  @Test
  public void ofALogTheNewestRowsFit() {
    View rows = view(5, List.of("status"), "a", "b", "c", "d", "e");
    View newest = new View(rows.table(), rows.total(), true, rows.status());
    assertEquals(
        List.of("| c       | 30 |", "| d       | 20 |", "| e       | 10 |"),
        screen(80, 9, newest).subList(3, 6));
    assertEquals("status", screen(80, 9, newest).get(7));
  }

  @Test
  public void aScreenOfAnySizeHoldsWhatIsDrawn() {
    for (int lines = 1; lines < 12; lines++) {
      for (int columns = 1; columns < 40; columns++) {
        List<String> screen =
            screen(columns, lines, view(7, List.of("two", "lines"), "checkout", "ログイン", "c"));
        assertEquals(Math.min(screen.size(), Math.max(1, lines - 1)), screen.size());
        int width = columns;
        screen.forEach(line -> assertEquals(line, TextTable.cut(line, width)));
      }
    }
  }

  @Test
  public void widthsAreThoseOfTheTerminal() {
    assertEquals(
        List.of(
            "+---------+----+",
            "| service | n  |",
            "+---------+----+",
            "| 結帳    | 30 |",
            "| cafe\u0301    | 20 |",
            "| 🛒      | 10 |",
            "+---------+----+"),
        screen(80, 24, view(3, List.of(), "結帳", "cafe\u0301", "🛒")));
  }

  @Test
  public void longTextsAreCutAndNumbersAreNot() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {"a message that is much longer than the screen", "1234567890123", "結帳結帳結帳"});
    View view =
        new View(
            new TextTable(
                new String[] {"message", "n", "more"}, new boolean[] {false, true, false}, rows),
            1,
            false,
            List.of());
    assertEquals(
        List.of(
            "+-----------+---------------+-----------+",
            "| message   | n             | more      |",
            "+-----------+---------------+-----------+",
            "| a messag… | 1234567890123 | 結帳結帳… |",
            "+-----------+---------------+-----------+"),
        screen(42, 24, view));
    assertEquals(
        List.of(
            "+------------+---------------+",
            "| message    | n             |",
            "+------------+---------------+",
            "| a message… | 1234567890123 |",
            "+------------+---------------+",
            "and 1 more column"),
        screen(30, 24, view).stream().map(String::strip).toList());
  }

  @Test
  public void whatIsInTheDataCannotMoveTheCursor() {
    String evil = "\u001b[2J\u009b1A\r\n\u202egnp.exe\u2028";
    List<String> screen = screen(80, 24, view(1, List.of(), evil));
    assertEquals("| \\x1b[2J\\x9b1A\\x0d\\x0a\\u202egnp.exe\\u2028 | 10 |", screen.get(3));
    TextTable named =
        new TextTable(
            new String[] {"a\u001bc"},
            new boolean[1],
            List.of(new String[] {null}, new String[] {""}));
    assertEquals(
        List.of(
            "+--------+", "| a\\x1bc |", "+--------+", "| NULL   |", "|        |", "+--------+"),
        named.lines());
  }

  @Test
  public void aLongStatusHasSeveralLines() {
    assertEquals(
        List.of("| service | n  |", "0123456789ABCDEF", "GH"),
        screen(16, 24, view(1, List.of("0123456789ABCDEFGH"), "a")).stream()
            .filter(line -> line.contains("n") || !line.matches("[+|].*"))
            .toList());
  }

  @Test
  public void aStatusIsBrokenBetweenItsWords() {
    assertEquals(
        List.of("2 records, 0 dead", "letters, 1 file, 5 s"),
        screen(20, 24, view(1, List.of("2 records, 0 dead letters, 1 file, 5 s"), "a")).stream()
            .filter(line -> !line.matches("[+|].*"))
            .toList());
  }
}
