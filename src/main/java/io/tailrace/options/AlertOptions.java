package io.tailrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** How alerts treat the time in the log. */
public interface AlertOptions extends TailraceOptions {

  @Description(
      "How far the time of alerts is behind the latest time in the log: so long an alert waits for"
          + " records that are logged out of order.")
  @Default.String("10s")
  String getWatermarkDelay();

  void setWatermarkDelay(String value);

  @Description(
      "How long after its end a window or a time bucket of an alert still takes records; those that"
          + " come later are dropped from alerts and counted.")
  @Default.String("2h")
  String getAllowedLateness();

  void setAllowedLateness(String value);
}
