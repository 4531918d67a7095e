package io.tailrace.options;

/** The options of pipelines that are files of SQL and read a Kafka topic. */
public interface SqlTopicOptions extends TopicOptions, AlertOptions {}
