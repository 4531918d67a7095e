package io.tailrace.alert;

import io.tailrace.ledger.Unit;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the requests of one unit add to the slots of the rules: a row for each rule, slot and, if
 * the rule is by host, host. A request whose time is later than an hour after the unit was planned
 * is in none of them: its clock is wrong, and what it says would be the end of all windows until
 * then.
 *
 * <p>Adding to a row that is there allocates nothing. Not safe for use by more than one thread.
 */
public final class ShareCounts {

  /** The tables that receipts have; nobody else sees them. */
  public static final Report TABLE =
      new Report(
          "alert_counts",
          List.of(
              Report.RECORDS,
              Measure.count("counted", "the condition of the rule"),
              Measure.max("lastTime", "time")),
          List.of(Column.key("slot"), Column.records("requests")));

  private static final int REQUESTS = TABLE.indexOf("records");
  private static final int COUNTED = TABLE.indexOf("counted");
  private static final int LAST_TIME = TABLE.indexOf("lastTime");
  private static final char SEPARATOR = '\t';

  /** The rule of the row that counts the requests of wrong clocks; its slot is the latest time. */
  private static final String AHEAD = "";

  private static final long MOST_MILLIS_AHEAD = 3_600_000;

  /**
   * A row of the table.
   *
   * @param rule the text of the rule
   * @param slot the beginning of the slot
   * @param host the host, or null
   * @param lastTime the time of the latest request
   */
  record Row(String rule, long slot, String host, long requests, long counted, long lastTime) {

    /**
     * Whether the row counts the requests that are in no slot, because their time is later than
     * {@link #slot}, which is the latest that can be.
     */
    boolean isAhead() {
      return rule.equals(AHEAD);
    }
  }

  /** A rule, with the begin of the key that its last row had. */
  private static final class RuleKey {
    private final ShareRule rule;
    private final long slotMillis;
    private byte[] key;
    private int hostFrom;
    private long slot = Long.MIN_VALUE;

    RuleKey(ShareRule rule) {
      this.rule = rule;
      this.slotMillis = rule.slotMillis();
    }

    /** Most requests are of the same slot as the one before. */
    void moveTo(long time) {
      long begin = Math.floorDiv(time, slotMillis) * slotMillis;
      if (begin != slot) {
        slot = begin;
        byte[] text =
            (rule.text() + SEPARATOR + begin + SEPARATOR).getBytes(StandardCharsets.UTF_8);
        hostFrom = text.length;
        key = ByteBuffer.allocate(hostFrom + MOST_HOST_BYTES).put(text).array();
      }
    }
  }

  /** What is longer is cut. */
  private static final int MOST_HOST_BYTES = 256;

  private final ReportTable table;
  private final List<RuleKey> rules;
  private final long latest;
  private final int aheadRow;

  /**
   * @param table where the rows go
   * @param planned when the unit was planned, in milliseconds since 1970, or {@link Unit#UNKNOWN}
   */
  public ShareCounts(ReportTable table, List<ShareRule> rules, long planned) {
    this.table = table;
    this.rules = rules.stream().map(RuleKey::new).toList();
    this.latest = planned == Unit.UNKNOWN ? Long.MAX_VALUE : planned + MOST_MILLIS_AHEAD;
    this.aheadRow = table.row(AHEAD + SEPARATOR + latest + SEPARATOR);
  }

  /**
   * Adds a request.
   *
   * @param time when it was, in milliseconds since 1970
   * @param status its status
   * @param bytes has its host in {@code [from, to)}
   */
  public void add(long time, int status, byte[] bytes, int from, int to) {
    if (time > latest) {
      table.addToSum(aheadRow, REQUESTS, 1);
      return;
    }
    for (RuleKey key : rules) {
      key.moveTo(time);
      int end = key.hostFrom;
      if (key.rule.byHost()) {
        int length = Math.min(to - from, MOST_HOST_BYTES);
        System.arraycopy(bytes, from, key.key, end, length);
        end += length;
      }
      int row = table.row(key.key, 0, end);
      table.add(row, REQUESTS, 1);
      if (key.rule.counts(status)) {
        table.add(row, COUNTED, 1);
      }
      table.add(row, LAST_TIME, time);
    }
  }

  /** The rows of a table. */
  static List<Row> rows(ReportTable table) {
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < table.size(); row++) {
      String[] key = table.key(row).split(String.valueOf(SEPARATOR), 3);
      rows.add(
          new Row(
              key[0],
              Long.parseLong(key[1]),
              key[2].isEmpty() ? null : key[2],
              table.measure(row, REQUESTS),
              table.measure(row, COUNTED),
              table.measure(row, LAST_TIME)));
    }
    return rows;
  }
}
