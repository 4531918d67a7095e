package io.tailrace.pipelines;

import io.tailrace.options.AlertOptions;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of access-log. */
public interface AccessLogOptions extends AlertOptions {

  @Description(
      "Format of the log: common, combined or nginx, or the LogFormat (Apache) or log_format (NGINX)"
          + " of the server's own configuration, also as the whole directive.")
  @Default.String("combined")
  String getFormat();

  void setFormat(String value);

  @Description(
      "Keep the requests, bytes and errors per host and per endpoint, too. Each host and each endpoint"
          + " is a row for good, so where endpoints contain identifiers the report grows without end.")
  @Default.Boolean(true)
  boolean getTraffic();

  void setTraffic(boolean value);

  @Description(
      "Raise an alert when too many requests fail, for example '5xx > 10% over 1m', '5xx > 50 over"
          + " 1m' or '4xx > 20% over 5m by host'. Can be given several times.")
  List<String> getAlert();

  void setAlert(List<String> value);

  @Description("A window with fewer requests raises no alert of a share.")
  @Default.Integer(20)
  int getAlertMinimum();

  void setAlertMinimum(int value);
}
