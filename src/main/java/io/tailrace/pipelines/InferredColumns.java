package io.tailrace.pipelines;

import io.tailrace.feed.FirstRecords;
import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.sql.CompiledRecords;
import io.tailrace.sql.InferredInput;
import io.tailrace.sql.InputTable;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.RecordOrigin;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.SqlRecords;
import io.tailrace.sql.UndeclaredInput;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the columns of an input that a file of SQL does not declare.
 *
 * <p>DuckDB says what the first records are. They are read as they will be then: where one does not
 * fit the type of a column, the column is a text, and of several ways to read a file the one counts
 * that most records fit.
 */
public final class InferredColumns {

  /** Where the first record may be a line of names. */
  private static final int ENOUGH_LINES = 2;

  private static final RecordOrigin NO_ORIGIN =
      new RecordOrigin() {
        @Override
        public String file() {
          return "";
        }

        @Override
        public long offset() {
          return 0;
        }

        @Override
        public int partition() {
          return 0;
        }

        @Override
        public long modifiedMillis() {
          return 0;
        }
      };

  private final UndeclaredInput input;

  private InferredColumns(UndeclaredInput input) {
    this.input = input;
  }

  /**
   * A declaration that was found.
   *
   * @param statement CREATE EXTERNAL TABLE with columns
   * @param file the file in whose records it was found
   * @param table what it declares
   */
  public record Found(String statement, String file, InputTable table) {}

  /**
   * The declaration that a ledger has, so that all runs of an output have the same.
   *
   * @throws DamagedFileException with the remedy, if it is damaged
   */
  public static Optional<String> noted(Ledger ledger) throws IOException {
    try {
      // The columns of a pipeline that is built in are no SQL.
      return ledger.columns().filter(columns -> columns.startsWith("CREATE "));
    } catch (DamagedFileException e) {
      throw new DamagedFileException(
          e.file(), e.reason() + "; declare the columns in the file of SQL as they were");
    }
  }

  /**
   * Looks at the first file of an input.
   *
   * @return nothing while there is no file
   * @throws UsageException if nothing is found in it
   */
  public static Optional<Found> find(UndeclaredInput input, TailraceOptions options)
      throws IOException, InterruptedException {
    boolean isCsv = input.format().equals("csv");
    Optional<FirstRecords> first =
        FirstRecords.find(options, Folder.of(options.getOutput()).path(), isCsv ? ENOUGH_LINES : 1);
    return first.isEmpty()
        ? Optional.empty()
        : Optional.of(new InferredColumns(input).of(first.get()));
  }

  /** A declaration, and how many records fit it. */
  private record Fit(String statement, InputTable table, long records, String problem) {}

  private Found of(FirstRecords first) throws IOException {
    Optional<Fit> best = Optional.empty();
    String problem = "DuckDB finds no columns in it";
    for (InferredInput inferred : InferredInput.of(input, first.records())) {
      Fit fit = fit(inferred, first.records());
      problem = fit.problem();
      if (fit.records() > best.map(Fit::records).orElse(0L)) {
        best = Optional.of(fit);
      }
    }
    if (best.isEmpty()) {
      throw input.error(
          String.format(
              "the columns of %s cannot be inferred from %s: %s; declare them",
              input.name(), first.file(), problem));
    }
    return new Found(best.get().statement(), first.file(), best.get().table());
  }

  private Fit fit(InferredInput first, List<byte[]> records) {
    InferredInput inferred = first;
    while (true) {
      InputTable table = table(inferred);
      SqlRecords compiled = SqlRecords.of(table, List.of(), List.of());
      SqlFormat format = SqlFormat.of(table, compiled.fields());
      CompiledRecords taker = compiled.begin(format.newReader(), NO_ORIGIN, List.of(), List.of());
      Set<String> misfits = new HashSet<>();
      long fitting = 0;
      String problem = "there are no records in it";
      int header = Math.min(records.size(), format.skippedLines());
      for (byte[] record : records.subList(header, records.size())) {
        if (record.length > 0) {
          Optional<String> reason = taker.record(record, 0, record.length);
          fitting += reason.isEmpty() ? 1 : 0;
          problem = reason.orElse(problem);
          reason.ifPresent(text -> addColumn(table, text, misfits));
        }
      }
      if (misfits.isEmpty()) {
        return new Fit(inferred.statement(), table, fitting, problem);
      }
      inferred = inferred.withTexts(misfits);
    }
  }

  private InputTable table(InferredInput inferred) {
    return SqlPrograms.of(
            "inferred",
            String.format(
                "%1$s CREATE STREAMING TABLE %2$s_files AS SELECT _file FROM \"%2$s\";",
                inferred.statement(), input.name()))
        .input();
  }

  /** Adds the column whose type a reason is about. */
  private static void addColumn(InputTable table, String reason, Set<String> columns) {
    table.columns().stream()
        .map(InputColumn::name)
        .filter(name -> isAbout(name, reason))
        .forEach(columns::add);
  }

  private static boolean isAbout(String column, String reason) {
    return reason.startsWith("column '" + column + "'")
        || reason.startsWith("column '" + column + "[");
  }
}
