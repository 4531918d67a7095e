package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files of SQL whose input has fields that nobody has declared, which become columns. */
public final class SqlEvolutionTest {

  private static final String INPUT =
      "CREATE EXTERNAL TABLE visits (id BIGINT NOT NULL, name VARCHAR, pages INTEGER) TYPE json"
          + " TBLPROPERTIES '{\"schemaEvolutionMode\": \"addNewColumns\"}';\n";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  private SqlPipeline sql(String statements) {
    return SqlPipeline.of(new Ledger.Sql("visits.sql", INPUT + statements));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(input.resolve(name), text);
  }

  @Test
  public void fieldsThatNobodyHasDeclaredBecomeColumns() throws Exception {
    SqlPipeline pipeline = sql("CREATE STREAMING TABLE landed AS SELECT * FROM visits;");
    write("1.json", "{\"id\": 1, \"name\": \"Ada\", \"pages\": \"7\"}\n");
    TestRun.run(pipeline, input, output);
    write("2.json", "{\"ID\": 2, \"pages\": 1.5, \"browser\": {\"name\": \"x\"}}\n");
    TestRun.run(pipeline, input, output);
    assertThat(
        TestRun.ask(pipeline, output, "SELECT column_name FROM (DESCRIBE landed)"),
        contains("_rescued", "browser", "id", "name", "pages"));
    assertThat(
        TestRun.ask(
            pipeline, output, "SELECT id, name, pages, browser, _rescued FROM landed ORDER BY id"),
        contains("1|Ada|7|null|null", "2|null|null|{\"name\":\"x\"}|{\"pages\":1.5}"));
  }

  /** Of one record there are rows of several logs and values of reports, which agree. */
  @Test
  public void statementsReadTheSameRecords() throws Exception {
    SqlPipeline pipeline =
        sql(
            """
            CREATE STREAMING TABLE landed AS
            SELECT *, upper(name) AS shout, _file IS NOT NULL AS known FROM visits WHERE id < 4;
            CREATE STREAMING TABLE all_of_them AS SELECT * FROM visits;
            CREATE STREAMING TABLE misfits AS SELECT id, _rescued FROM visits WHERE _rescued IS NOT NULL;
            CREATE MATERIALIZED VIEW pages_by_name AS
            SELECT name, COUNT(*) AS visits, SUM(pages) AS pages FROM visits GROUP BY name;
            """);
    write(
        "1.json",
        """
        [{"id": 1, "name": "Ada", "pages": 7, "tags": ["a", "b"]},
         {"id": 2, "Name": "Ada", "pages": "many", "shout": "mine", "tags": "c"},
         {"id": "3", "name": 5.50, "pages": "3"},
         {"id": "four", "name": "Ada", "pages": 1},
         {"id": 5}]
        """);
    TestRun.run(pipeline, input, output);
    assertThat(
        TestRun.ask(
            pipeline, output, "SELECT id, name, pages, shout, known, tags, _rescued FROM landed"),
        contains(
            "1|Ada|7|ADA|true|[\"a\",\"b\"]|null",
            "2|Ada|null|ADA|true|c|{\"pages\":\"many\",\"shout\":\"mine\"}",
            "3|5.50|3|5.50|true|null|null"));
    assertThat(
        TestRun.ask(pipeline, output, "SELECT id, shout, _rescued FROM all_of_them"),
        contains("1|null|null", "2|mine|{\"pages\":\"many\"}", "3|null|null", "5|null|null"));
    assertThat(
        TestRun.ask(pipeline, output, "SELECT * FROM misfits").stream()
            .map(row -> row.substring(0, 2))
            .toList(),
        contains("2|"));
    assertThat(
        TestRun.ask(pipeline, output, "SELECT * FROM pages_by_name"),
        contains("5.50|1|3", "Ada|2|7", "null|1|null"));
    assertThat(
        TestRun.ask(pipeline, output, "SELECT reason FROM dead_letters"),
        contains("column 'id' is NULL"));
  }

  @Test
  public void aFormatThatCannotGrowIsRefused() {
    SqlPipeline pipeline = sql("CREATE STREAMING TABLE landed AS SELECT * FROM visits;");
    for (String format : List.of("csv", "parquet")) {
      assertThat(
          assertThrows(
                  UsageException.class,
                  () -> TestRun.run(pipeline, input, output, "--logFormat=" + format))
              .getMessage(),
          containsString("--logFormat: landed gets columns that nobody has declared"));
    }
    assertThat(Files.exists(output), is(false));
  }

  @Test
  public void propertiesThatAreUnknown() {
    String statements = INPUT + "CREATE STREAMING TABLE l AS SELECT id FROM visits;";
    assertThat(
        assertThrows(
                UsageException.class,
                () ->
                    SqlPipeline.of(
                        new Ledger.Sql("v.sql", statements.replace("addNewColumns", "rescue"))))
            .getMessage(),
        is("v.sql:1:106: schemaEvolutionMode: give none or addNewColumns, not 'rescue'"));
  }
}
