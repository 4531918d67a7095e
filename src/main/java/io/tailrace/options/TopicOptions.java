package io.tailrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of pipelines that read a Kafka topic. */
public interface TopicOptions extends TailraceOptions {

  /** Where the brokers are if nobody says it. */
  String LOCAL_BROKER = "127.0.0.1:9092";

  @Description(
      "Where the Kafka brokers are, as host:port, several with commas; by default those of the"
          + " SQL's LOCATION, or "
          + LOCAL_BROKER
          + ".")
  String getBootstrapServers();

  void setBootstrapServers(String value);

  @Description("The Kafka topic to read, from its first message on; several with commas.")
  String getTopic();

  void setTopic(String value);

  @Description(
      "Messages can be queried about this long after they were written. A longer time makes fewer"
          + " and larger files.")
  @Default.String("10s")
  String getLandEvery();

  void setLandEvery(String value);
}
