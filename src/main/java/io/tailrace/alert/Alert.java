package io.tailrace.alert;

import io.tailrace.table.LogTable;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;

/** Something has become so that people want to know it, or has ceased to be so. */
public interface Alert {

  /** The name of the log of alerts. */
  String LOG_NAME = "alerts";

  /** What becomes of an alert. The order is that of the bytes in ledgers. */
  enum State {
    /** It is no longer so. */
    RESOLVED("resolved"),
    /** It is so. */
    RAISED("raised"),
    /** Of a share: it was never seen below the limit, as there are too few requests to see that. */
    TOO_FEW("no longer enough requests"),
    /** Of a row of a report: there is none any more. */
    NO_DATA("no data");

    private final String text;

    State(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * A SELECT of what each row of a log of alerts says, in one form for all of them: {@code name};
   * {@code view} and {@code series}, or NULL; {@code state}; {@code told}, a time in UTC; {@code
   * much}, in words.
   */
  static String summary(LogTable log) {
    boolean isOfShares = log.schema().getName().equals(ShareAlert.LOG.schema().getName());
    return isOfShares ? ShareAlert.SUMMARY : ViewAlert.SUMMARY;
  }

  /** The row of the log. */
  GenericRecord toRow();

  /**
   * What it says, by the names of the columns of the log: texts, numbers, truth values, and maps of
   * texts or null; times are in ISO 8601. What it does not have is left out.
   */
  Map<String, Object> toFields();

  /** One line for people. */
  String toLine();
}
