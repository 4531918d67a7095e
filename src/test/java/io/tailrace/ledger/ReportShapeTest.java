package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.format.SqlType;
import io.tailrace.options.TableFormat;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a version may change in a report whose totals are there. */
public final class ReportShapeTest {

  private static final Measure BYTES = Measure.sum("bytes", "bytes");
  private static final Measure ERRORS = Measure.count("errors", "status >= 400");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Ledger ledger;

  @Before
  public void keepBytesAndErrors() throws IOException {
    ledger = Ledger.of(new Folder(folder.getRoot() + "/output"));
    claim(report(BYTES, ERRORS));
  }

  private void claim(Report report) throws IOException {
    ledger.claim("tests", "units", TableFormat.parquet, List.of(report));
  }

  private static Report report(Measure second, Measure... others) {
    List<Measure> measures = new ArrayList<>(List.of(Report.RECORDS, second));
    measures.addAll(List.of(others));
    return new Report("traffic", measures, List.of(Column.key("host"), Column.records("requests")));
  }

  private String refusal(Report report) {
    return assertThrows(UsageException.class, () -> claim(report)).getMessage();
  }

  private String expected(String change) {
    return String.format(
        "--output: the report traffic in %s was computed %s; leave that, or give another --output",
        ledger.folder().path(), change);
  }

  @Test
  public void columnsThatAreComputedFromTheSameMeasuresMayChange() throws IOException {
    claim(
        new Report(
            "traffic",
            List.of(Report.RECORDS, BYTES, ERRORS),
            List.of(
                Column.key("server"),
                Column.derived(
                    "errorRate",
                    SqlType.DOUBLE,
                    row ->
                        row.measure("errors").doubleValue() / row.measure("records").doubleValue()),
                Column.records("requests"))));
  }

  @Test
  public void typesOfColumnsKeepTheNamesThatLedgersHaveForThem() throws IOException {
    List<Column> columns = new ArrayList<>(List.of(Column.key("host"), Column.records("requests")));
    for (SqlType type :
        List.of(SqlType.HUGEINT, SqlType.DOUBLE, SqlType.decimal(10, 2), SqlType.TIMESTAMP)) {
      columns.add(Column.derived("of " + type, type, row -> null));
    }
    Ledger other = Ledger.of(new Folder(folder.getRoot() + "/other"));
    other.claim(
        "tests",
        "units",
        TableFormat.parquet,
        List.of(new Report("traffic", List.of(Report.RECORDS), columns)));
    assertThat(
        other.identity().orElseThrow().reports().get(0).columns().stream()
            .map(ReportShape.ShownColumn::type)
            .toList(),
        is(List.of("TEXT", "BIGINT", "HUGEINT", "DOUBLE", "DECIMAL(10,2)", "TIMESTAMP")));
  }

  @Test
  public void aMeasureThatWasNotKeptIsRefused() {
    assertThat(
        refusal(report(BYTES, ERRORS, Measure.max("last", "time"))),
        is(expected("without last = MAX(time)")));
  }

  @Test
  public void aMeasureOfTheSameNameAndAnotherDefinitionIsRefused() {
    assertThat(
        refusal(report(BYTES, Measure.count("errors", "status >= 500"))),
        is(
            expected(
                "with errors = COUNT(*) FILTER (WHERE status >= 400), not with errors = COUNT(*)"
                    + " FILTER (WHERE status >= 500)")));
    assertThat(
        refusal(report(Measure.max("bytes", "bytes"), ERRORS)),
        is(expected("with bytes = SUM(bytes), not with bytes = MAX(bytes)")));
  }

  @Test
  public void measuresInAnotherOrderAreRefused() {
    assertThat(
        refusal(report(ERRORS, BYTES)),
        is(
            expected(
                "with bytes = SUM(bytes) before errors = COUNT(*) FILTER (WHERE status >= 400)")));
  }

  @Test
  public void aMeasureThatIsNotWantedAnyMoreIsRefused() {
    assertThat(
        refusal(report(BYTES)),
        is(expected("with errors = COUNT(*) FILTER (WHERE status >= 400)")));
  }

  /** Those of SQL have their definitions for names. */
  @Test
  public void measuresThatAreNamedByTheirDefinitionsAreNamedOnce() {
    assertThat(
        refusal(report(BYTES, ERRORS, Measure.max("MAX(amount)", "amount"))),
        is(expected("without MAX(amount)")));
    assertThat(
        refusal(report(BYTES, ERRORS, Measure.max("MAX(amount) #2", "amount"))),
        is(expected("without MAX(amount)")));
  }

  /** Ledgers have not always noted what their measures are. */
  @Test
  public void measuresWithoutDefinitionsAreTakenByTheirNames() throws IOException {
    Ledger.Identity known = ledger.identity().orElseThrow();
    ReportShape shape = known.reports().get(0);
    List<Measure> bare =
        shape.measures().stream()
            .map(measure -> new Measure(measure.name(), measure.merge(), null))
            .toList();
    ledger.replaceIdentity(
        new Ledger.Identity(
            known.id(),
            known.pipeline(),
            known.reader(),
            known.logFormat(),
            List.of(new ReportShape(shape.name(), bare, shape.columns()))));
    claim(report(BYTES, ERRORS));
    assertThat(
        refusal(report(BYTES, Measure.max("last", "time"))),
        is(expected("with errors = SUM, not with last = MAX(time)")));
  }
}
