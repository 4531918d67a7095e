package io.tailrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of pipelines that read a Kafka topic. */
public interface TopicOptions extends TailraceOptions {

  @Description("Where the Kafka brokers are, as host:port, several with commas.")
  @Default.String("127.0.0.1:9092")
  String getBootstrapServers();

  void setBootstrapServers(String value);

  @Description("The Kafka topic to read, from its first message on.")
  String getTopic();

  void setTopic(String value);

  @Description(
      "Messages can be queried about this long after they were written. A longer time makes fewer"
          + " and larger files.")
  @Default.String("10s")
  String getLandEvery();

  void setLandEvery(String value);
}
