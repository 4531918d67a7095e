package io.tailrace.sql;

import java.io.Serializable;
import java.util.List;

/**
 * Where the messages of an input are, as far as its declaration says so.
 *
 * @param bootstrapServers its brokers, as {@code host:port}; none if it does not say
 * @param topics the names of the topics; none if it does not say
 */
public record TopicAddress(List<String> bootstrapServers, List<String> topics)
    implements Serializable {

  public TopicAddress {
    bootstrapServers = List.copyOf(bootstrapServers);
    topics = List.copyOf(topics);
  }

  /** In words, behind the word of the format. */
  String inWords() {
    return " of "
        + (topics.isEmpty()
            ? "a Kafka topic"
            : (topics.size() == 1 ? "the Kafka topic " : "the Kafka topics ")
                + String.join(", ", topics))
        + (bootstrapServers.isEmpty() ? "" : " at " + String.join(",", bootstrapServers));
  }
}
