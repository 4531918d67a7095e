package io.tailrace.watch;

import io.tailrace.feed.FirstRecords;
import io.tailrace.format.AccessLineParser;
import io.tailrace.format.AccessLogFormat;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.options.SqlOptions;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.InferredColumns;
import io.tailrace.pipelines.InferredColumns.Found;
import io.tailrace.run.PipelineRun;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.UndeclaredInput;
import io.tailrace.sql.WatchedSelect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the files of an input are written, which its first file tells: JSON, an access log or CSV.
 *
 * @param statement CREATE EXTERNAL TABLE, without columns where they are inferred
 * @param inferred the same with the columns that were inferred
 */
record InputDeclaration(String statement, Optional<String> inferred) {

  private static final String CREATE = "CREATE EXTERNAL TABLE " + WatchedSelect.INPUT + " TYPE ";
  private static final List<String> ACCESS_LOGS = List.of("combined", "common");

  /** What the only column of a table may be called. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");

  /** So many lines are looked at. */
  private static final int ENOUGH_LINES = 200;

  /** The first line may be the names of columns. */
  private static final int ENOUGH_TO_TELL = 2;

  /**
   * The declaration that an output was written with, if a SELECT was watched with it before.
   *
   * @throws io.tailrace.ledger.DamagedFileException with the remedy, if it is damaged
   */
  static Optional<InputDeclaration> noted(Ledger ledger) throws IOException {
    Optional<String> text =
        ledger.sql().filter(sql -> sql.file().equals(WatchedSelect.FILE)).map(Ledger.Sql::text);
    int start = text.map(sql -> sql.lastIndexOf(CREATE)).orElse(-1);
    return start < 0
        ? Optional.empty()
        : Optional.of(
            new InputDeclaration(
                text.get().substring(start).strip(), InferredColumns.noted(ledger)));
  }

  /** A file of SQL with an input of any type, by which the options of a run can be found out. */
  static Ledger.Sql standIn() {
    return new Ledger.Sql(WatchedSelect.FILE, undeclared("csv").standIn());
  }

  /**
   * Looks at the first file of an input.
   *
   * @param options of the run, those of {@link #standIn}
   * @return nothing while there is no file from which it can be told: a line alone may be the names
   *     of columns whose values are still to come
   * @throws UsageException if it is nothing of these, with what was tried
   */
  static Optional<InputDeclaration> find(SqlOptions options)
      throws IOException, InterruptedException {
    Optional<InputDeclaration> found = find(options, 1);
    return found.isPresent() ? found : find(options, ENOUGH_TO_TELL);
  }

  private static Optional<InputDeclaration> find(SqlOptions options, int lines)
      throws IOException, InterruptedException {
    options.setRecords(Records.lines);
    Optional<FirstRecords> first =
        FirstRecords.find(options, PipelineRun.outputFolder(options).path(), lines);
    return first.isEmpty() ? Optional.empty() : new Search(first.get(), options).found();
  }

  private static UndeclaredInput undeclared(String type) {
    return SqlPrograms.undeclared(
            WatchedSelect.FILE,
            CREATE + type + "; CREATE STREAMING TABLE stand_in AS SELECT * FROM input;")
        .orElseThrow();
  }

  /** Tries one format after the other. */
  private static final class Search {

    private final FirstRecords first;
    private final SqlOptions options;
    private final List<String> problems = new ArrayList<>();

    Search(FirstRecords first, SqlOptions options) {
      this.first = first;
      this.options = options;
    }

    Optional<InputDeclaration> found() throws IOException, InterruptedException {
      Optional<InputDeclaration> found = Optional.empty();
      if (isText()) {
        found = json();
        found = found.isPresent() ? found : accessLog();
        found = found.isPresent() ? found : csv();
      } else {
        problems.add("it is no text");
      }
      if (found.isEmpty() && !mayBeAHeader()) {
        throw new UsageException(
            String.format(
                "the format of %s cannot be told: %s; declare it in a file of SQL (docs/sql.md) and"
                    + " run that",
                first.file(), String.join(", ", problems)));
      }
      return found;
    }

    private boolean mayBeAHeader() {
      return isText()
          && !beginsAsJson()
          && first.records().stream().filter(line -> line.length > 0).count() < ENOUGH_TO_TELL;
    }

    private boolean isText() {
      for (byte[] line : first.records()) {
        for (byte b : line) {
          if (b == 0) {
            return false;
          }
        }
      }
      return true;
    }

    private Optional<InputDeclaration> json() throws IOException, InterruptedException {
      if (!beginsAsJson()) {
        problems.add("no JSON (it begins with neither { nor [)");
        return Optional.empty();
      }
      Optional<Found> found = infer("json");
      if (found.isEmpty()) {
        problems.add("no JSON (it has no object with fields)");
      }
      return found.map(columns -> declared("json", columns));
    }

    private boolean beginsAsJson() {
      char begin = firstCharacter();
      return begin == '{' || begin == '[';
    }

    private char firstCharacter() {
      for (byte[] line : first.records()) {
        for (byte b : line) {
          boolean isBlank = b == ' ' || b == '\t' || b == '\r';
          // A mark of the order of bytes is nothing.
          if (!isBlank && b != (byte) 0xEF && b != (byte) 0xBB && b != (byte) 0xBF) {
            return (char) (b & 0xFF);
          }
        }
      }
      return 0;
    }

    private Optional<InputDeclaration> accessLog() {
      List<byte[]> lines =
          first.records().stream().filter(line -> line.length > 0).limit(ENOUGH_LINES).toList();
      long most = 0;
      String best = "";
      for (String format : ACCESS_LOGS) {
        AccessLineParser parser = new AccessLogFormat(format).parser();
        long fitting =
            lines.stream().filter(line -> parser.parse(line, 0, line.length).isEmpty()).count();
        if (fitting > most) {
          most = fitting;
          best = format;
        }
      }
      if (2 * most <= lines.size()) {
        problems.add("no access log (combined, common)");
        return Optional.empty();
      }
      return Optional.of(
          new InputDeclaration(
              String.format("%saccess_log TBLPROPERTIES '{\"format\": \"%s\"}';", CREATE, best),
              Optional.empty()));
    }

    /** A table has several columns, or one with a name above it: lines of words have none. */
    private Optional<InputDeclaration> csv() throws IOException, InterruptedException {
      Optional<Found> found = infer("csv").filter(Search::isTable);
      if (found.isEmpty()) {
        problems.add("no CSV (it has no columns)");
      }
      return found.map(columns -> declared("csv", columns));
    }

    private static boolean isTable(Found found) {
      List<InputColumn> columns =
          found.table().columns().stream()
              .filter(column -> column.origin() == Origin.FIELD)
              .toList();
      return columns.size() > 1
          || found.table().properties().containsKey("header")
              && columns.stream().allMatch(column -> NAME.matcher(column.name()).matches());
    }

    private static InputDeclaration declared(String type, Found found) {
      return new InputDeclaration(CREATE + type + ";", Optional.of(found.statement()));
    }

    private Optional<Found> infer(String type) throws IOException, InterruptedException {
      options.setRecords(type.equals("json") ? Records.json : Records.lines);
      try {
        return InferredColumns.find(undeclared(type), options);
      } catch (UsageException e) {
        return Optional.empty();
      }
    }
  }
}
