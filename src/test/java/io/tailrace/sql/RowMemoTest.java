package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.tailrace.sql.function.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

/** Given keys of records, those that are known are in the row that they were in. */
public final class RowMemoTest {

  private static final int RECORDS = 200_000;

  /** Texts that differ little: by a zero byte, by what is behind eight bytes, by their length. */
  private static final List<String> TEXTS =
      Arrays.asList(
          null,
          "",
          "\0",
          "\0\0",
          "a",
          "a\0",
          "abcdefgh",
          "abcdefg",
          "abcdefgh\0",
          "abcdefghi",
          "abcdefghijklmno",
          "abcdefghijklmnp",
          "abcdefghijklmno\0",
          "much longer than two words",
          "much longer than two wordz",
          "\377é");

  private final Random random = new Random(3);

  private static void add(RowMemo memo, String text, int behind) {
    if (text == null) {
      memo.addNullText();
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] among = Arrays.copyOf(bytes, bytes.length + behind);
    Arrays.fill(among, bytes.length, among.length, (byte) 'x');
    Text added = new Text();
    added.set(among, 0, bytes.length);
    memo.add(added);
  }

  private static void add(RowMemo memo, Long number) {
    if (number == null) {
      memo.addNull();
    } else {
      memo.add(number);
    }
    memo.addWhichAreNull(number == null ? 1 : 0);
  }

  /** How many of so many records were known, whose keys are of so many numbers. */
  private int known(RowMemo memo, int records, int numbers) {
    Map<List<Object>, Integer> rows = new HashMap<>();
    int known = 0;
    for (int i = 0; i < records; i++) {
      String text = TEXTS.get(random.nextInt(TEXTS.size()));
      int number = random.nextInt(numbers);
      Long key = number == 0 ? null : Long.valueOf(number - 1);
      memo.begin();
      add(memo, text, random.nextInt(40));
      add(memo, key);
      int row = memo.row();
      Integer expected = rows.get(Arrays.asList(text, key));
      assertThat(row, anyOf(is(RowMemo.UNKNOWN), is(expected == null ? row + 1 : expected)));
      if (row == RowMemo.UNKNOWN) {
        row = rows.computeIfAbsent(Arrays.asList(text, key), added -> rows.size());
        memo.put(row);
      } else {
        known++;
      }
    }
    return known;
  }

  @Test
  public void keysOfEarlierRecordsAreInTheirRows() {
    assertThat(known(new RowMemo(4), RECORDS, 5), is(greaterThan(RECORDS / 2)));
  }

  @Test
  public void itGrowsWithTheKeys() {
    assertThat(known(new RowMemo(4), RECORDS, 500), is(greaterThan(RECORDS / 3)));
  }

  @Test
  public void itGivesUpWhereMostKeysAreNew() {
    RowMemo memo = new RowMemo(4);
    known(memo, RECORDS, Integer.MAX_VALUE);
    assertThat(known(memo, 1_000, 1), is(lessThan(1)));
  }

  @Test
  public void recordsWithoutKeysAreInOneRow() {
    RowMemo memo = new RowMemo(0);
    memo.begin();
    assertThat(memo.row(), is(RowMemo.UNKNOWN));
    memo.put(0);
    memo.begin();
    assertThat(memo.row(), is(0));
  }
}
