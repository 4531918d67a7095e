package io.tailrace.options;

import io.tailrace.storage.StorageOptions;
import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options that every Tailrace pipeline has. */
public interface TailraceOptions extends StorageOptions, RunOptions {

  /** When a run ends. */
  enum Trigger {
    /** Run until stopped; take what arrives. */
    continuous,
    /** Take what is there, finish and exit. */
    availableNow
  }

  /** How a run that is continuous watches its input. */
  enum WatchMode {
    /** One pipeline without end. */
    stream,
    /** A pipeline with an end for whatever a poll found, and nothing while it finds nothing. */
    rounds
  }

  /** How the input is read. */
  enum Reader {
    /** In units, through the ledger: exact after any crash, and fast. */
    units,
    /** One element a line with Beam's own file sources: the textbook form, no ledger. */
    textio
  }

  /** What becomes a version of a Delta table. */
  enum CommitEvery {
    /** What one poll found and has been read since the last refresh. */
    refresh,
    /** One file of the input. */
    file
  }

  /** How progress is written to standard error. */
  enum Progress {
    /** A line every few seconds while there is work; redrawn in place on a terminal. */
    text,
    /** One JSON object a line. */
    json,
    /** Nothing. */
    none
  }

  @Description(
      "Folder or glob of the files to read, for example 'logs', 'logs/*.csv', 's3://bucket/logs/*'"
          + " or 'hdfs://namenode:8020/logs'; give the option once for each of several.")
  List<String> getInput();

  void setInput(List<String> value);

  @Description(
      "Folder for the results, here, on s3:// or on hdfs://: one folder a log, dead_letters, and the"
          + " ledger in _ledger.")
  @Default.String("tailrace-output")
  String getOutput();

  void setOutput(String value);

  @Description(
      "Format of logs: files of parquet or csv, or delta: Delta Lake tables with versions.")
  @Default.Enum("parquet")
  TableFormat getLogFormat();

  void setLogFormat(TableFormat value);

  @Description(
      "With --logFormat=delta: what makes a version of a table. refresh: what was read since the last"
          + " --refresh, of one poll. file: each file of the input.")
  @Default.Enum("refresh")
  CommitEvery getCommitEvery();

  void setCommitEvery(CommitEvery value);

  @Description(
      "Names for questions that are asked often, saved with the output and queried like tables:"
          + " 'name: SELECT ...', several with semicolons.")
  String getViews();

  void setViews(String value);

  @Description("continuous: run until stopped. availableNow: take what is there, then exit.")
  @Default.Enum("continuous")
  Trigger getTrigger();

  void setTrigger(Trigger value);

  @Description(
      "stream: watch with one unbounded pipeline. rounds: a bounded pipeline for what each poll"
          + " found. The preset of the runner has the one that suits it.")
  @Default.Enum("stream")
  WatchMode getWatch();

  void setWatch(WatchMode value);

  @Description(
      "units: fast and exact through the ledger. textio: Beam's own TextIO, the textbook form.")
  @Default.Enum("units")
  Reader getReader();

  void setReader(Reader value);

  @Description("How often the input is listed for new files.")
  @Default.String("500ms")
  String getPollInterval();

  void setPollInterval(String value);

  @Description("A file is read once it has not changed for this long.")
  @Default.String("500ms")
  String getSettle();

  void setSettle(String value);

  @Description(
      "Read files while they are appended to, up to the last whole line, and follow them through"
          + " rotation; files of this machine alone.")
  @Default.Boolean(false)
  boolean getFollow();

  void setFollow(boolean value);

  @Description("The most files that one poll takes, in the order of their names.")
  @Default.Integer(10_000)
  int getMaxFilesPerPoll();

  void setMaxFilesPerPoll(int value);

  @Description(
      "What becomes of files that were read: off (they stay), delete, or move:FOLDER, a folder of"
          + " the same storage outside of the input.")
  @Default.String("off")
  String getCleanSource();

  void setCleanSource(String value);

  @Description("With --cleanSource: how long after it was found a file is moved or deleted.")
  @Default.String("30d")
  String getCleanAfter();

  void setCleanAfter(String value);

  @Description("How often a report is brought up to date while records arrive.")
  @Default.String("250ms")
  String getRefresh();

  void setRefresh(String value);

  @Description("Files above this size are read in pieces of it, smaller ones are packed up to it.")
  @Default.String("32MB")
  String getUnitSize();

  void setUnitSize(String value);

  @Description("Skip the first line of each file.")
  @Default.Boolean(false)
  boolean getHeader();

  void setHeader(boolean value);

  @Description(
      "JDBC URL of the report database, for example"
          + " jdbc:postgresql://localhost/reports?user=me&password=secret."
          + " Default: H2 in memory, served on the loopback address while the run lasts; with"
          + " --trigger=availableNow the ledger alone.")
  String getReportUrl();

  void setReportUrl(String value);

  @Description(
      "The page of the run: on (any free port of the loopback address), off, a port, or"
          + " ADDRESS:PORT; who comes needs the token in the address that the run prints.")
  @Default.String("on")
  String getDashboard();

  void setDashboard(String value);

  @Description(
      "A file with the token of the page, for programs that ask for it, such as Prometheus; the run"
          + " does not print it then. Default: the one of the user on a loopback address, a new"
          + " one for each run on another.")
  String getDashboardTokenFile();

  void setDashboardTokenFile(String value);

  @Description(
      "Print the first report to standard output as a numbered batch whenever it has changed.")
  @Default.Boolean(false)
  boolean getConsole();

  void setConsole(boolean value);

  @Description(
      "Tell of alerts or of chosen events: https://host/path (or http://) posts each as JSON,"
          + " redis://host:port/database?stream=name appends each to a Redis stream, once. Default"
          + " stream: alerts or events.")
  String getNotify();

  void setNotify(String value);

  @Description("Progress on standard error: text, json or none.")
  @Default.Enum("text")
  Progress getProgress();

  void setProgress(Progress value);
}
