package io.tailrace.alert;

import io.tailrace.report.Report;
import io.tailrace.table.LogTable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;

/** What alerts are raised of. */
public interface Alerts extends Serializable {

  /**
   * The table in receipts that tells of a unit, beside those of reports. The states in the ledger
   * have its name, and no report does.
   */
  Report table();

  /** Tells its alerts from those of others of the same ledger; empty if there are no others. */
  String origin();

  /** The log of the alerts, in Parquet. */
  LogTable log();

  /** The state before the first unit. */
  AlertState newState();

  /** Reads a state; what it knows of alerts that are not there any more is forgotten. */
  AlertState readState(DataInputStream in) throws IOException;
}
