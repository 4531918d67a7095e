package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import io.tailrace.feed.RecordFunction;
import io.tailrace.format.SqlType;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.options.TailraceOptions;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.Column;
import io.tailrace.report.FirstRows;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportDatabase;
import io.tailrace.report.ReportRow;
import io.tailrace.report.ReportTable;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Reports whose columns have types of all kinds and whose keys are hidden, as people see them. */
public final class ReportTypesQueryTest {

  private static final Report REPORT =
      new Report(
          "order",
          List.of(
              Report.RECORDS,
              Measure.max("high", "n"),
              new Measure("sum", Measure.Merge.SUM_DOUBLE, "SUM(n)"),
              new Measure("first", Measure.Merge.MIN_BYTES, "MIN(text)"),
              new Measure("moments", Measure.Merge.MOMENTS, "VAR_POP(n)")),
          List.of(
              Column.hiddenKey(),
              derived("user", SqlType.VARCHAR, row -> row.key()),
              derived("flag", SqlType.BOOLEAN, row -> high(row) % 2 == 1),
              derived("small", SqlType.INTEGER, row -> (int) high(row)),
              derived("large", SqlType.BIGINT, row -> high(row)),
              derived("huge", SqlType.HUGEINT, row -> high(row)),
              derived("cents", SqlType.decimal(10, 2), row -> BigDecimal.valueOf(high(row), 2)),
              derived("real", SqlType.DOUBLE, row -> row.doubleMeasure("sum")),
              derived("variance", SqlType.DOUBLE, row -> row.moments("moments").m2()),
              derived(
                  "text",
                  SqlType.VARCHAR,
                  row -> new String(row.bytesMeasure("first"), StandardCharsets.UTF_8)),
              derived("day", SqlType.DATE, row -> LocalDate.ofEpochDay(high(row))),
              derived(
                  "timestamp",
                  SqlType.TIMESTAMP,
                  row -> LocalDateTime.of(2026, 3, 29, 2, 30).plusNanos(high(row) * 1_000)),
              Column.hiddenRecords()));

  private static final String[] ROWS = {
    "a|true|3|3|3|0.03|4.5|1.125|1.5|1970-01-04|2026-03-29 02:30:00.000003",
    "b|false|20|20|20|0.20|20.0|0.0|20|1970-01-21|2026-03-29 02:30:00.00002",
    "null|null|null|null|null|null|null|null|null|null|null"
  };

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  /** A column that is NULL in the row of the key {@code -}. */
  private static Column derived(String name, SqlType type, Column.Value value) {
    return Column.derived(name, type, row -> row.key().equals("-") ? null : value.of(row));
  }

  private static long high(ReportRow row) {
    return row.measure("high").longValue();
  }

  private static final class Typed implements LogPipeline {

    @Override
    public String name() {
      return "typed";
    }

    @Override
    public String description() {
      return "rows of all types";
    }

    @Override
    public String check() {
      return "the test";
    }

    @Override
    public List<Report> reports() {
      return List.of(REPORT);
    }

    @Override
    public List<LogTable> logs() {
      return List.of();
    }

    @Override
    public RecordFunction records(TailraceOptions options) {
      return (input, output) -> {
        ReportTable table = output.table(REPORT);
        return (bytes, from, to) -> {
          String[] fields = new String(bytes, from, to - from, StandardCharsets.UTF_8).split(",");
          int row = table.row(fields[0]);
          double number = Double.parseDouble(fields[1]);
          byte[] text = fields[1].getBytes(StandardCharsets.UTF_8);
          table.add(row, 0, 1);
          table.add(row, 1, (long) number);
          table.addDouble(row, 2, number);
          table.addBytes(row, 3, text, 0, text.length);
          table.addMoment(row, 4, number);
          return Optional.empty();
        };
      };
    }
  }

  @Test
  public void theLedgerAndTheDatabaseAnswerTheSame() throws Exception {
    Path input = folder.newFolder("input").toPath();
    Folder output = new Folder(folder.getRoot() + "/output");
    Files.writeString(input.resolve("1"), "a,3\nb,20\n-,1\n");
    run(input, output);
    Files.writeString(input.resolve("2"), "a,1.5\n");
    run(input, output);
    try (QueryEngine engine = QueryEngine.open(output, new Typed())) {
      assertThat(answer(engine), contains(ROWS));
      List<String> names = new ArrayList<>();
      List<String> types = new ArrayList<>();
      engine.query(
          "DESCRIBE \"order\"",
          rows -> {
            while (rows.next()) {
              names.add(rows.getString(1));
              types.add(rows.getString(2));
            }
          });
      assertThat(names, is(REPORT.shownColumns().stream().map(Column::name).toList()));
      assertThat(
          types, is(REPORT.shownColumns().stream().map(shown -> "" + shown.type()).toList()));
      FirstRows first = new FirstRows(REPORT, 20);
      Ledger.of(output).settledTotals(REPORT, first::add);
      List<String> printed = lines(printer -> printer.printTable(REPORT, first));
      assertThat(printed, is(table(engine)));
      assertThat(
          printed,
          hasItem(
              "| a    | true  |     3 |     3 |    3 |  0.03 |  4.5 |    1.125 | 1.5  |"
                  + " 1970-01-04 | 2026-03-29 02:30:00.000003 |"));
      try (InMemoryDatabase database = InMemoryDatabase.start()) {
        ReportDatabase.prepare(
            database.connection(),
            List.of(REPORT),
            "ledger",
            (report, parts) -> {
              ReportTable all = report.newTable();
              Ledger.of(output).totals(report, all::merge);
              parts.accept(all);
            });
        RunNote.write(Ledger.of(output), Optional.of(database.connection()), "direct");
        assertThat(answer(engine), contains(ROWS));
        RunNote.delete(Ledger.of(output));
      }
    }
  }

  private static void run(Path input, Folder output) throws Exception {
    List<String> arguments =
        List.of(
            "--input=" + input,
            "--output=" + output.path(),
            "--trigger=availableNow",
            "--progress=none",
            "--settle=0ms");
    // A test has no preset of its own.
    TailraceOptions options = RunCommand.options(Pipelines.SERVER_LOGS, arguments);
    try (PipelineRun run = PipelineRun.start(new Typed(), options)) {
      run.awaitEnd();
    }
  }

  private static List<String> answer(QueryEngine engine) throws Exception {
    List<String> answer = new ArrayList<>();
    engine.query(
        "SELECT * FROM \"order\" ORDER BY \"user\"",
        rows -> {
          while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              row.add(ResultPrinter.text(rows, i));
            }
            answer.add(String.join("|", row));
          }
        });
    return answer;
  }

  private static List<String> table(QueryEngine engine) throws Exception {
    List<String> all = new ArrayList<>();
    engine.query(
        "SELECT * FROM \"order\" ORDER BY \"user\"",
        rows -> all.addAll(lines(printer -> printer.printTable(rows, 20))));
    return all;
  }

  /** What prints something. */
  @FunctionalInterface
  private interface Printing {
    void to(ResultPrinter printer) throws SQLException;
  }

  private static List<String> lines(Printing printing) throws SQLException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    printing.to(new ResultPrinter(new PrintStream(text, true, StandardCharsets.UTF_8)));
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
