package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.KnownNames;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds new messages of topics: what lies between the offsets that were planned and the ends of
 * their partitions.
 *
 * <p>Messages wait for others, so that few files come of them, but not for longer than lets them
 * land in time. A topic that was made anew under its name is read from its beginning.
 */
final class TopicFinder implements Finder {

  /** The most messages in a unit. */
  static final long MESSAGES_A_UNIT = 250_000;

  /** So many are worth a unit of their own, when there is work for several workers. */
  private static final long FEW_MESSAGES = 50_000;

  /** If there are more than a few, they become about this many units. */
  private static final int UNITS_A_POLL = 4;

  /** A poll takes about this many full units at most: what it plans is worked off together. */
  private static final int FULL_UNITS_A_POLL = 64;

  /** So long takes what comes after planning. */
  private static final long MILLIS_TO_LAND = 3_000;

  private static final Logger LOG = LoggerFactory.getLogger(TopicFinder.class);

  private final TopicFeed feed;

  /** The offset after the last one that was planned, of each source. */
  private final Map<String, Long> planned = new HashMap<>();

  /** Where a run ends that takes what is there at its start. */
  private Map<String, Long> lastEnds;

  private final List<Topic> topics;
  private long waiting;
  private long waitingSince;
  private boolean more;

  TopicFinder(TopicFeed feed) {
    this.feed = feed;
    this.topics = feed.topics().stream().map(Topic::new).toList();
  }

  @Override
  public void remember(Checkpoint checkpoint, KnownNames names) {
    checkpoint.offsets().forEach((source, offset) -> planned.merge(source, offset, Math::max));
  }

  @Override
  public void remember(Plan plan) {
    for (Unit unit : plan.units()) {
      for (Slice slice : unit.slices()) {
        planned.merge(slice.source(), slice.to(), Math::max);
      }
    }
  }

  @Override
  public void begin() {
    // All that a run needs to know is in the plans.
  }

  @Override
  public Found find(long now) throws IOException {
    List<Slice> news = news(now);
    long count = news.stream().mapToLong(slice -> slice.to() - slice.from()).sum();
    if (waiting == 0) {
      waitingSince = now;
    }
    more = false;
    waiting = count;
    if (count == 0 || count < MESSAGES_A_UNIT && now - waitingSince < patienceMillis()) {
      return new Found(List.of(), List.of());
    }
    List<Pack> packs = pack(news, count);
    more = packs.size() > FULL_UNITS_A_POLL;
    waiting = 0;
    return new Found(more ? packs.subList(0, FULL_UNITS_A_POLL) : packs, List.of());
  }

  private long patienceMillis() {
    return feed.once() ? 0 : feed.landMillis() - 2 * feed.pollMillis() - MILLIS_TO_LAND;
  }

  private List<Slice> news(long now) throws IOException {
    Map<String, Long> ends = new HashMap<>();
    List<Slice> news = new ArrayList<>();
    for (Topic topic : topics) {
      topic.addNews(now, ends, news);
    }
    if (feed.once() && lastEnds == null) {
      lastEnds = ends;
    }
    return news;
  }

  /** One of the topics. */
  private final class Topic {

    private final String name;
    private TopicClient client;
    private String id;

    Topic(String name) {
      this.name = name;
    }

    /**
     * Adds what is new in it.
     *
     * @param ends are told the ends of its partitions
     */
    void addNews(long now, Map<String, Long> ends, List<Slice> news) throws IOException {
      if (client == null) {
        client = new TopicClient(feed.bootstrapServers(), name);
      }
      TopicClient.Description description = client.describe();
      if (id != null && !id.equals(description.id())) {
        LOG.warn(
            "Topic {} at {} was made anew and is read from its beginning",
            name,
            feed.bootstrapServers());
      }
      id = description.id();
      Map<Integer, Long> endsByNumber = client.ends(description.partitions());
      Map<Integer, Long> beginnings = null;
      for (int number = 0; number < description.partitions(); number++) {
        String source = new Partition(name, id, number).source();
        ends.put(source, endsByNumber.get(number));
        Long from = planned.get(source);
        if (from == null) {
          beginnings =
              beginnings == null ? client.beginnings(description.partitions()) : beginnings;
          from = beginnings.get(number);
        }
        long end = ends.get(source);
        long to = lastEnds == null ? end : Math.min(end, lastEnds.getOrDefault(source, 0L));
        if (from < to) {
          news.add(Slice.ofMessages(source, from, to, now));
        }
      }
    }

    void close() {
      if (client != null) {
        client.close();
        client = null;
      }
    }
  }

  /** Cuts and packs slices, in their order, to units of about the same number of messages. */
  static List<Pack> pack(List<Slice> slices, long count) {
    long target = Math.min(MESSAGES_A_UNIT, Math.max(FEW_MESSAGES, count / UNITS_A_POLL + 1));
    List<Pack> packs = new ArrayList<>();
    List<Slice> pack = new ArrayList<>();
    long room = target;
    for (Slice slice : slices) {
      for (long from = slice.from(); from < slice.to(); ) {
        long to = Math.min(slice.to(), from + room);
        pack.add(Slice.ofMessages(slice.source(), from, to, slice.modified()));
        room -= to - from;
        from = to;
        if (room == 0) {
          packs.add(new Pack(pack, 0));
          pack = new ArrayList<>();
          room = target;
        }
      }
    }
    if (!pack.isEmpty()) {
      packs.add(new Pack(pack, 0));
    }
    return packs;
  }

  @Override
  public void forget() {
    // Messages are found again as long as they were not planned. Perhaps the brokers moved.
    close();
  }

  @Override
  public long waiting() {
    return waiting;
  }

  @Override
  public long pauseMillis() {
    return more ? 0 : feed.pollMillis();
  }

  @Override
  public void close() {
    topics.forEach(Topic::close);
  }
}
