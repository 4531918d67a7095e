package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import io.tailrace.feed.RecordFunction;
import io.tailrace.format.SqlType;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.options.TailraceOptions;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.query.QueryEngine;
import io.tailrace.report.Column;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportDatabase;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The page gets each value with all of its digits. */
public final class ReportsViewTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Folder output;

  @Before
  public void makeFolders() throws Exception {
    input = folder.newFolder("input").toPath();
    output = new Folder(folder.getRoot() + "/output");
  }

  @Test
  public void averagesMoveByWhatPeopleSee() throws Exception {
    LogPipeline pipeline = Pipelines.SERVER_LOGS;
    Files.writeString(input.resolve("1.csv"), "s1,2,1\ns1,2,10\ns1,2,1\n");
    TestRun.run(pipeline, input, Path.of(output.path()));
    Map<String, ReportTable> before = totals(Pipelines.SERVER_LOGS);
    Files.writeString(
        input.resolve("2.csv"), "s1,2,1\ns2,2,1580520000\ns2,2,9223372036854775807\n");
    TestRun.run(pipeline, input, Path.of(output.path()));
    ReportsView.View volume = look(pipeline, before).get(0);
    assertThat(
        volume.rows(),
        contains(
            Arrays.asList("s1", "0.4", 0L, 0L, 4L, 1L, 10L, 4L, "0.1"),
            Arrays.asList(
                "s2",
                "2.1684043453425877e-19",
                0L,
                0L,
                2L,
                1580520000L,
                "9223372036854775807",
                2L,
                "2.1684043453425877e-19")));
    assertThat(
        volume.columns().stream().filter(Table.Column::count).map(Table.Column::name).toList(),
        contains("sev0", "sev1", "sev2", "records"));
  }

  @Test
  public void sumsAreExactWhateverTheirSize() throws Exception {
    LogPipeline pipeline = Pipelines.ACCESS_LOG;
    String line =
        "h - - [02/Mar/2026:06:04:11 +0000] \"GET /a HTTP/1.1\" 200 9223372036854775807\n";
    Files.writeString(input.resolve("1.log"), line);
    TestRun.run(pipeline, input, Path.of(output.path()), "--format=common");
    Map<String, ReportTable> before = totals(pipeline);
    Files.writeString(input.resolve("2.log"), line + line);
    TestRun.run(pipeline, input, Path.of(output.path()), "--format=common");
    List<ReportsView.View> views = look(pipeline, before);
    assertThat(views.get(0).rows(), contains(List.of(200L, 3L, 2L)));
    assertThat(views.get(1).rows(), contains(List.of("h", 3L, "27670116110564327421", 0L, 2L)));
    Table.Column bytes = views.get(1).columns().get(2);
    assertThat(bytes, is(new Table.Column("bytes", true, false)));
  }

  /** A row without a key that people see is told from others by nothing, so all of them come. */
  @Test
  public void allRowsOfAReportWithAHiddenKeyComeWhenOneHasChanged() throws Exception {
    Report report =
        new Report(
            "byUser",
            List.of(Report.RECORDS, new Measure("sum", Measure.Merge.SUM_DOUBLE, "SUM(n)")),
            List.of(
                Column.hiddenKey(),
                Column.derived(
                    "user",
                    SqlType.VARCHAR,
                    row -> row.key().isEmpty() ? null : row.key().substring(1)),
                Column.derived("sum", SqlType.DOUBLE, row -> row.doubleMeasure("sum")),
                Column.hiddenRecords()));
    ReportsView view = new ReportsView(Map.of("byUser", table(report, Map.of("", 1.0))));
    try (InMemoryDatabase database = InMemoryDatabase.start()) {
      Ledger ledger = Ledger.of(output);
      Files.createDirectories(Path.of(ledger.folder().path()));
      RunNote.write(ledger, Optional.of(database.connection()), "direct");
      assertThat(
          look(view, report, database, Map.of("", 3.5)).get(0).rows(),
          contains(Arrays.asList(null, "3.5", "2.5")));
      ReportsView.View grown = look(view, report, database, Map.of("", 3.5, "ua", -1.0)).get(0);
      assertThat(
          grown.rows(),
          containsInAnyOrder(Arrays.asList(null, "3.5", null), Arrays.asList("a", "-1.0", null)));
      assertThat(grown.keys(), is(List.of()));
      assertThat(grown.value(), is(1));
      assertThat(
          grown.columns(),
          contains(new Table.Column("user", false, false), new Table.Column("sum", true, false)));
      assertThat(look(view, report, database, Map.of("", 3.5, "ua", -1.0)), is(List.of()));
    }
  }

  private List<ReportsView.View> look(
      ReportsView view, Report report, InMemoryDatabase database, Map<String, Double> sums)
      throws Exception {
    ReportDatabase.prepare(
        database.connection(),
        List.of(report),
        "ledger",
        (of, parts) -> parts.accept(table(report, sums)));
    try (QueryEngine engine = QueryEngine.open(output, new OneReport(report))) {
      return view.look(engine);
    }
  }

  private static ReportTable table(Report report, Map<String, Double> sums) {
    ReportTable table = report.newTable();
    sums.forEach(
        (key, sum) -> {
          int row = table.row(key);
          table.add(row, 0, Math.round(Math.abs(sum)));
          table.addDouble(row, 1, sum);
        });
    return table;
  }

  /** What has a report. */
  private record OneReport(Report report) implements LogPipeline {

    @Override
    public String name() {
      return "one-report";
    }

    @Override
    public String description() {
      return "a report";
    }

    @Override
    public String check() {
      return "the test";
    }

    @Override
    public List<Report> reports() {
      return List.of(report);
    }

    @Override
    public List<LogTable> logs() {
      return List.of();
    }

    @Override
    public RecordFunction records(TailraceOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  public void anAnswerHasWhatQueryPrints() throws Exception {
    try (QueryEngine engine = QueryEngine.open(output, Pipelines.SERVER_LOGS)) {
      String sql =
          "SELECT 1580520000.25::DOUBLE, 0.123456789::FLOAT, 0.12345678901234567890::DECIMAL(38, 20),"
              + " 9007199254740992, 9007199254740993, -9007199254740993,"
              + " 170141183460469231731687303715884105727::HUGEINT, 'nan'::DOUBLE, 7::TINYINT, NULL,"
              + " true, 18446744073709551615::UBIGINT";
      assertThat(
          Table.of(engine, sql).rows(),
          contains(
              Arrays.asList(
                  "1580520000.25",
                  "0.12345679",
                  "0.12345678901234567890",
                  9_007_199_254_740_992L,
                  "9007199254740993",
                  "-9007199254740993",
                  "170141183460469231731687303715884105727",
                  "NaN",
                  7L,
                  null,
                  true,
                  "18446744073709551615")));
    }
  }

  private Map<String, ReportTable> totals(LogPipeline pipeline) throws Exception {
    Ledger ledger = Ledger.of(output);
    Map<String, ReportTable> totals = new HashMap<>();
    for (Report report : pipeline.reports()) {
      ReportTable all = report.newTable();
      ledger.totals(report, all::merge);
      totals.put(report.name(), all);
    }
    return totals;
  }

  private List<ReportsView.View> look(LogPipeline pipeline, Map<String, ReportTable> before)
      throws Exception {
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      return new ReportsView(before).look(engine);
    }
  }
}
