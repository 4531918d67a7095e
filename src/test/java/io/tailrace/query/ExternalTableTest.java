package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.TableFormat;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.ExternalTable.Engine;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.Test;

/** The statements for warehouse engines. */
public final class ExternalTableTest {

  private static final LogTable SEV0 = Pipelines.SERVER_LOGS.logs().get(0);
  private static final LogTable VALID_EVENTS = Pipelines.GAME_EVENTS.logs().get(0);
  private static final Folder BUCKET = new Folder("s3://bucket/out");

  private static String statement(LogTable log, Folder output, Engine engine) {
    return new ExternalTable(log, output).statement(engine).replace(System.lineSeparator(), " ");
  }

  @Test
  public void parquet() {
    assertThat(
        statement(SEV0, BUCKET, Engine.trino),
        is(
            "CREATE TABLE sev0 (   \"serverID\" VARCHAR,   \"timestamp\" BIGINT )"
                + " WITH (external_location = 's3://bucket/out/sev0', format = 'PARQUET');"));
    assertThat(
        statement(SEV0, BUCKET, Engine.hive),
        is(
            "CREATE EXTERNAL TABLE sev0 (   `serverID` STRING,   `timestamp` BIGINT )"
                + " STORED AS PARQUET LOCATION 's3a://bucket/out/sev0';"));
    assertThat(
        statement(SEV0, new Folder("/data/out"), Engine.spark),
        is(
            "CREATE TABLE sev0 (   `serverID` STRING,   `timestamp` BIGINT )"
                + " USING parquet LOCATION 'file:///data/out/sev0';"));
  }

  @Test
  public void csv() {
    LogTable log = SEV0.in(TableFormat.csv);
    assertThat(
        statement(log, BUCKET, Engine.trino),
        is(
            "CREATE TABLE sev0 (   \"serverID\" VARCHAR,   \"timestamp\" VARCHAR )"
                + " WITH (external_location = 's3://bucket/out/sev0', format = 'CSV',"
                + " skip_header_line_count = 1);"));
    assertThat(
        statement(log, BUCKET, Engine.hive), containsString("'skip.header.line.count' = '1'"));
    assertThat(
        statement(log, BUCKET, Engine.spark), containsString("`timestamp` BIGINT ) USING csv"));
  }

  @Test
  public void listsStructuresAndMaps() {
    LogTable log =
        LogTable.of(
            "l",
            SchemaBuilder.record("l")
                .fields()
                .name("tags")
                .type(nullable(Schema.createArray(nullable(Schema.create(Schema.Type.STRING)))))
                .noDefault()
                .name("buyer")
                .type(
                    SchemaBuilder.record("buyer")
                        .fields()
                        .name("age")
                        .type(nullable(Schema.create(Schema.Type.INT)))
                        .noDefault()
                        .endRecord())
                .noDefault()
                .name("labels")
                .type(nullable(Schema.createMap(nullable(Schema.create(Schema.Type.INT)))))
                .noDefault()
                .endRecord());
    assertThat(
        statement(log, BUCKET, Engine.trino),
        containsString(
            "(   \"tags\" ARRAY(VARCHAR),   \"buyer\" ROW(\"age\" INTEGER),"
                + "   \"labels\" MAP(VARCHAR, INTEGER) )"));
    assertThat(
        statement(log, BUCKET, Engine.hive),
        containsString(
            "(   `tags` ARRAY<STRING>,   `buyer` STRUCT<`age`: INTEGER>,"
                + "   `labels` MAP<STRING, INTEGER> )"));
    assertThat(
        statement(log.in(TableFormat.csv), BUCKET, Engine.spark),
        containsString("(   `tags` STRING,   `buyer` STRING,   `labels` STRING )"));
  }

  private static Schema nullable(Schema type) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), type);
  }

  @Test
  public void ofADeltaTableItselfSaysWhatItIs() {
    LogTable log = SEV0.in(TableFormat.delta);
    Folder here = new Folder("/data/out");
    assertThat(
        statement(log, here, Engine.spark),
        is("CREATE TABLE sev0 USING DELTA LOCATION 'file:///data/out/sev0';"));
    assertThat(
        statement(log, here, Engine.trino),
        is(
            "CALL system.register_table(schema_name => 'default', table_name => 'sev0',"
                + " table_location => 'file:///data/out/sev0');"));
    assertThat(
        assertThrows(UsageException.class, () -> statement(log, here, Engine.hive)).getMessage(),
        containsString("Hive has no Delta tables"));
  }

  @Test
  public void timesAndNamesOfColumns() {
    assertThat(
        statement(VALID_EVENTS, BUCKET, Engine.trino),
        containsString("\"timestamp\" TIMESTAMP(3),   \"Accept\" VARCHAR"));
    assertThat(
        statement(VALID_EVENTS, BUCKET, Engine.spark),
        containsString("`User-Agent` STRING,   `event_type` STRING"));
  }
}
