package io.tailrace.options;

/** The format of the tables that only grow: the logs, the dead letters and the alerts. */
public enum TableFormat {
  /** Parquet files, compressed with snappy. */
  parquet(".parquet"),
  /** Text files with a line of names, quoted as in RFC 4180. */
  csv(".csv"),
  /** Delta Lake tables of Parquet files. Dead letters and alerts are plain Parquet then. */
  delta(".parquet");

  private final String suffix;

  TableFormat(String suffix) {
    this.suffix = suffix;
  }

  /** What the names of its files end with. */
  public String suffix() {
    return suffix;
  }

  /** Whether a table has versions, each of which names its files. */
  public boolean hasVersions() {
    return this == delta;
  }

  /** The format of small tables beside those of this format, which need no versions. */
  public TableFormat withoutVersions() {
    return this == delta ? parquet : this;
  }
}
