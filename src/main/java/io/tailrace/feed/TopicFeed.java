package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.TopicOptions;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The messages of Kafka topics.
 *
 * @param bootstrapServers where the brokers are
 * @param topics their names
 * @param pollMillis how often their ends are asked for
 * @param landMillis messages are in the results about so long after they were written
 * @param once whether only messages count that are there at the start
 */
public record TopicFeed(
    String bootstrapServers, List<String> topics, long pollMillis, long landMillis, boolean once)
    implements Feed {

  private static final long serialVersionUID = 1L;

  public TopicFeed {
    topics = List.copyOf(topics);
  }

  /**
   * Reads the options.
   *
   * @throws UsageException if one cannot be used
   */
  static TopicFeed of(TailraceOptions options) {
    TopicOptions own = options.as(TopicOptions.class);
    if (options.getReader() == Reader.textio) {
      throw new UsageException("--reader=textio reads files, not topics; use --reader=units");
    }
    if (own.getTopic() == null || own.getTopic().isBlank()) {
      throw new UsageException("--topic: give the Kafka topic to read");
    }
    return new TopicFeed(
        own.getBootstrapServers() == null ? TopicOptions.LOCAL_BROKER : own.getBootstrapServers(),
        Arrays.stream(own.getTopic().split(",")).map(String::strip).distinct().toList(),
        Quantities.duration("pollInterval", options.getPollInterval()).toMillis(),
        Quantities.duration("landEvery", own.getLandEvery()).toMillis(),
        options.getTrigger() == Trigger.availableNow);
  }

  @Override
  public void prepare(TailraceOptions options) {
    topics.forEach(this::requireTopic);
  }

  private void requireTopic(String topic) {
    try (TopicClient client = new TopicClient(bootstrapServers, topic)) {
      client.describe();
    } catch (UnknownTopicException e) {
      throw new UsageException(
          String.format(
              "--topic: there is no topic %s at %s; make it first, or start what writes to it",
              topic, bootstrapServers),
          e);
    } catch (IOException e) {
      throw new UsageException(
          String.format(
              "--bootstrapServers: no Kafka broker answers at %s (%s); is it running?",
              bootstrapServers, e.getMessage()),
          e);
    }
  }

  /** Every message that is there can be read. */
  @Override
  public long settleMillis() {
    return 0;
  }

  @Override
  public Finder newFinder(Ledger ledger) {
    return new TopicFinder(this);
  }

  @Override
  public SliceReader newReader() {
    return new TopicSliceReader(bootstrapServers);
  }

  @Override
  public String toString() {
    return String.format(
        "%s %s at %s",
        topics.size() == 1 ? "Topic" : "Topics", String.join(", ", topics), bootstrapServers);
  }
}
