package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.tailrace.ledger.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** How messages become units. */
public final class TopicFinderTest {

  private static final long SEED = 7;

  @Test
  public void fewMessagesOfManyPartitionsAreOneUnit() {
    List<Slice> slices = new ArrayList<>();
    for (int partition = 0; partition < 50; partition++) {
      slices.add(messages(partition, 100, 150));
    }
    assertThat(TopicFinder.pack(slices, 2_500), hasSize(1));
    assertThat(TopicFinder.pack(slices, 2_500).get(0).slices(), is(slices));
  }

  @Test
  public void manyMessagesOfOnePartitionAreSeveralUnits() {
    List<Finder.Pack> packs = TopicFinder.pack(List.of(messages(0, 0, 5_000_000)), 5_000_000);
    assertThat(packs, hasSize(20));
    assertThat(packs.get(19).slices(), is(List.of(messages(0, 4_750_000, 5_000_000))));
  }

  @Test
  public void everyMessageIsInOneUnitWhateverTheyAre() {
    Random random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      List<Slice> slices = new ArrayList<>();
      long count = 0;
      for (int partition = 0; partition <= random.nextInt(6); partition++) {
        long from = random.nextInt(1_000);
        long to = from + 1 + random.nextInt(1 << random.nextInt(21));
        slices.add(messages(partition, from, to));
        count += to - from;
      }
      List<Slice> joined = new ArrayList<>();
      for (Finder.Pack pack : TopicFinder.pack(slices, count)) {
        long size = 0;
        for (Slice slice : pack.slices()) {
          size += slice.to() - slice.from();
          join(joined, slice);
        }
        assertThat(size, lessThanOrEqualTo(TopicFinder.MESSAGES_A_UNIT));
        assertThat(size, greaterThanOrEqualTo(1L));
      }
      assertThat(joined, is(slices));
    }
  }

  /** Adds a slice, or makes the last one longer by it, if it is what comes next there. */
  private static void join(List<Slice> joined, Slice slice) {
    if (!joined.isEmpty()) {
      Slice last = joined.get(joined.size() - 1);
      if (last.source().equals(slice.source()) && last.to() == slice.from()) {
        joined.set(
            joined.size() - 1,
            Slice.ofMessages(slice.source(), last.from(), slice.to(), slice.modified()));
        return;
      }
    }
    joined.add(slice);
  }

  private static Slice messages(int partition, long from, long to) {
    return Slice.ofMessages(new Partition("events", "id", partition).source(), from, to, 0);
  }
}
