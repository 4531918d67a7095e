package io.tailrace.pipelines;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.SqlOptions;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.InferredColumns.Found;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.UndeclaredInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class InferredColumnsTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void csvHasTheTypesNamesAndSignsOfItsFirstFile() throws Exception {
    file(
        "a.csv",
        "ID;full name;ratio;paid;day;us;at;ok;note\n"
            + "1;\"Ada; L\";0.5;1,5;2026-01-31;01/31/2026;2026-01-01 10:00:00;true;\n"
            + "2;Bob;7;2,5;2026-02-28;02/28/2026;2026-01-02T10:00:00Z;false;x\n");
    requireFound(
        "csv",
        "(\"ID\" BIGINT, \"full name\" VARCHAR, \"ratio\" DOUBLE, \"paid\" VARCHAR, \"day\" DATE,"
            + " \"us\" VARCHAR, \"at\" TIMESTAMP, \"ok\" BOOLEAN, \"note\" VARCHAR) TYPE csv"
            + " TBLPROPERTIES '{\"delimiter\":\";\",\"header\":\"true\"}'");
  }

  @Test
  public void csvWithoutAHeaderHasTheNamesOfDuckDb() throws Exception {
    file("a.csv", "1,Ada,10:00:00\n2,Bob,11:30:00\n");
    requireFound("csv", "(\"column0\" BIGINT, \"column1\" VARCHAR, \"column2\" VARCHAR) TYPE csv");
  }

  @Test
  public void whatIsDeclaredCounts() throws Exception {
    file("a.csv", "x|1\n-|2\n");
    requireFound(
        "csv TBLPROPERTIES '{\"delim\": \"|\", \"nullstr\": \"-\", \"header\": \"false\"}'",
        "(\"column0\" VARCHAR, \"column1\" BIGINT) TYPE csv TBLPROPERTIES"
            + " '{\"delim\":\"|\",\"header\":\"false\",\"nullstr\":\"-\"}'");
  }

  @Test
  public void namesThatColumnsCannotHaveAreOthers() throws Exception {
    file("a.csv", "a,A,_file,,it's \"\n1,2,3,4,5\n6,7,8,9,10\n");
    requireFound(
        "csv",
        "(\"a\" BIGINT, \"A_1\" BIGINT, \"_file_1\" BIGINT, \"column3\" BIGINT,"
            + " \"it's \"\"\" BIGINT) TYPE csv TBLPROPERTIES '{\"header\":\"true\"}'");
  }

  @Test
  public void theFormCountsThatMostLinesFit() throws Exception {
    file("a.csv", "id,name\n1,a\nbroken\n2,b\n3,\"x,y\"\n4,b,c,d\n");
    requireFound(
        "csv", "(\"id\" BIGINT, \"name\" VARCHAR) TYPE csv TBLPROPERTIES '{\"header\":\"true\"}'");
    file("a.csv", "# a report\n# of today\nid,name\n1,a\n2,b\n3,c\n");
    requireFound(
        "csv",
        "(\"id\" BIGINT, \"name\" VARCHAR) TYPE csv TBLPROPERTIES"
            + " '{\"header\":\"true\",\"skip\":\"2\"}'");
  }

  @Test
  public void jsonHasItsFieldsByTheirNames() throws Exception {
    file(
        "a.json",
        "{\"id\": 1, \"Name\": \"x\", \"name\": \"y\", \"http\": {\"status\": 200, \"s\": 1.5},"
            + " \"at\": \"2026-01-01T00:00:00Z\", \"day\": \"2026-01-01\", \"us\": \"01/31/2026\","
            + " \"u\": \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\", \"t\": \"10:00:00\","
            + " \"big\": 18446744073709551615, \"none\": null, \"mixed\": 1, \"m\": {},"
            + " \"_file\": 1, \"tags\": [\"a\", null], \"empty\": [],"
            + " \"parts\": [{\"n\": 1, \"N\": 2, \"x\": [0.5]}], \"ok\": true}\n"
            + "{\"id\": 2, \"mixed\": \"x\", \"full name\": 3}\n");
    requireFound(
        "json",
        "(\"id\" BIGINT, \"Name\" VARCHAR, \"http\" STRUCT(\"status\" BIGINT, \"s\" DOUBLE),"
            + " \"at\" TIMESTAMP, \"day\" DATE, \"us\" VARCHAR, \"u\" VARCHAR, \"t\" VARCHAR,"
            + " \"big\" VARCHAR, \"none\" VARCHAR, \"mixed\" VARCHAR, \"m\" VARCHAR,"
            + " \"tags\" VARCHAR[], \"empty\" VARCHAR,"
            + " \"parts\" STRUCT(\"n\" BIGINT, \"x\" DOUBLE[])[], \"ok\" BOOLEAN,"
            + " \"full name\" BIGINT) TYPE json");
  }

  @Test
  public void jsonMayBeAnArrayOfAnyLayout() throws Exception {
    file("a.json", "[\n  {\n    \"a\": 1\n  },\n  {\"a\": 2, \"b\": \"x\\ny\"}\n]\n");
    requireFound("json", "(\"a\" BIGINT, \"b\" VARCHAR) TYPE json");
  }

  @Test
  public void aLargeFileIsLookedAtInPartAndAPackedOneIsUnpacked() throws Exception {
    String lines = String.join("\n", Collections.nCopies(300_000, "1,2026-01-31"));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write((lines + "\nx,y\n").getBytes(StandardCharsets.UTF_8));
    }
    Files.write(folder.getRoot().toPath().resolve("a.csv.gz"), packed.toByteArray());
    requireFound("csv", "(\"column0\" BIGINT, \"column1\" DATE) TYPE csv");
  }

  @Test
  public void theFirstFileWithRecordsCounts() throws Exception {
    file("a.csv", "");
    file("b.csv", "id,name\n");
    file("c.csv", "id,name\n1,x\n");
    requireFound(
        "csv", "(\"id\" BIGINT, \"name\" VARCHAR) TYPE csv TBLPROPERTIES '{\"header\":\"true\"}'");
  }

  @Test
  public void nothingIsFoundWhereThereIsNothing() throws Exception {
    assertEquals(Optional.empty(), find("csv"));
    file("a.json", "these are\nno objects\n");
    UsageException refused = assertThrows(UsageException.class, () -> find("json"));
    assertEquals(
        "o.sql:1:23: the columns of o cannot be inferred from "
            + folder.getRoot().toPath().resolve("a.json")
            + ": DuckDB finds no columns in it; declare them",
        refused.getMessage());
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.getRoot().toPath().resolve(name), text);
  }

  private void requireFound(String type, String declaration) throws Exception {
    Found found = find(type).orElseThrow();
    assertEquals("CREATE EXTERNAL TABLE o " + declaration + ";", found.statement());
    // The pipeline is that of an ordinary declaration.
    SqlPipeline.of(new Ledger.Sql("o.sql", sql(type), found.statement()));
  }

  private static String sql(String type) {
    return "CREATE EXTERNAL TABLE o TYPE " + type + "; CREATE STREAMING TABLE l AS SELECT * FROM o";
  }

  private Optional<Found> find(String type) throws Exception {
    UndeclaredInput input = SqlPrograms.undeclared("o.sql", sql(type)).orElseThrow();
    SqlOptions options = PipelineOptionsFactory.as(SqlOptions.class);
    Path files = folder.getRoot().toPath();
    options.setInput(List.of(files.toString()));
    options.setOutput(files.resolve("output").toString());
    options.setSettle("1ms");
    SqlPipeline.of(new Ledger.Sql("o.sql", input.standIn())).complete(options);
    return InferredColumns.find(input, options);
  }
}
