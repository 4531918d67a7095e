package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.Test;

/** A filter has whatever was added and little else. */
public final class NameFilterTest {

  private static Stream<NameHash> hashes(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> NameHash.of("name " + i));
  }

  @Test
  public void whatWasAddedIsThereAndOneOtherInAHundred() {
    for (int number : List.of(1, 100, 10_000, 100_000)) {
      NameFilter filter = new NameFilter(number);
      hashes(0, number).forEach(hash -> filter.add(hash.high(), hash.low()));
      assertThat(hashes(0, number).allMatch(filter::mayHave), is(true));
      long wrong = hashes(number, number + 100_000).filter(filter::mayHave).count();
      assertThat(wrong, is(lessThan(1_000L)));
    }
  }

  @Test
  public void theLeastAndTheGreatestHashHaveTheirPlace() {
    for (int number : List.of(0, 1, 1_000)) {
      NameFilter filter = new NameFilter(number);
      for (NameHash hash : List.of(new NameHash(0, 0), new NameHash(-1, -1))) {
        assertThat(filter.mayHave(hash), is(false));
        filter.add(hash.high(), hash.low());
        assertThat(filter.mayHave(hash), is(true));
      }
    }
  }
}
