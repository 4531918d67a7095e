package io.tailrace.pipelines;

import io.tailrace.options.TopicOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of {@code game-events}. */
public interface GameEventsOptions extends TopicOptions {

  @Description(
      "With --notify: the events of which Redis is told, as 'column = value' or 'column != value' of"
          + " valid_events. Default stream: events.")
  @Default.String("event_type = guild_event")
  String getNotifyOn();

  void setNotifyOn(String value);
}
