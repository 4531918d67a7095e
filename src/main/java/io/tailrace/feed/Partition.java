package io.tailrace.feed;

/**
 * A partition of one life of a topic: a topic that was deleted and made anew is another source.
 *
 * @param topic the topic's name
 * @param topicId the topic's id, as the brokers gave it when it was made
 * @param number the partition's number
 */
record Partition(String topic, String topicId, int number) {

  /** The name of the source: {@code topic-number@id}. */
  String source() {
    return topic + "-" + number + "@" + topicId;
  }

  /** The partition of a source's name; names of topics and ids have no {@code @}. */
  static Partition of(String source) {
    int at = source.indexOf('@');
    int dash = source.lastIndexOf('-', at);
    return new Partition(
        source.substring(0, dash),
        source.substring(at + 1),
        Integer.parseInt(source.substring(dash + 1, at)));
  }
}
