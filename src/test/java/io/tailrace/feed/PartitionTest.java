package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.Test;

/** How a partition is named as a source. */
public final class PartitionTest {

  @Test
  public void itsNameTellsItWhateverTheTopicIsCalled() {
    Partition partition = new Partition("game-events.v-2_x", "3-fUdzUHoSqKkl0-QnmA_A", 12);
    assertThat(partition.source(), is("game-events.v-2_x-12@3-fUdzUHoSqKkl0-QnmA_A"));
    assertThat(Partition.of(partition.source()), is(partition));
  }
}
