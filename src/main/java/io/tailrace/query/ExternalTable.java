package io.tailrace.query;

import io.tailrace.options.TableFormat;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The statement that makes the files of a log a table of a warehouse engine, where they are. */
final class ExternalTable {

  /** The engines whose statements are known. */
  enum Engine {
    /** Its Hive connector. A schema is prefixed by the user, or the session's is taken. */
    trino,
    hive,
    spark
  }

  private final LogTable log;
  private final String location;

  /**
   * @param output the folder that has the log's folder
   */
  ExternalTable(LogTable log, Folder output) {
    this.log = log;
    this.location = output.folder(log.name()).path();
  }

  /**
   * The statement, ended by a semicolon.
   *
   * @throws UsageException if the engine cannot read the table
   */
  String statement(Engine engine) {
    return log.format().hasVersions() ? ofDelta(engine) : ofFiles(engine);
  }

  /** What the columns are, the table itself says. */
  private String ofDelta(Engine engine) {
    return switch (engine) {
      case trino ->
          String.format(
              "CALL system.register_table(schema_name => 'default', table_name => '%s',"
                  + " table_location => '%s');",
              log.name(), uri(location));
      case spark ->
          String.format("CREATE TABLE %s USING DELTA LOCATION '%s';", log.name(), hadoopUri());
      case hive ->
          throw new UsageException(
              "query: Hive has no Delta tables; give --ddl=trino or --ddl=spark");
    };
  }

  private String ofFiles(Engine engine) {
    return switch (engine) {
      case trino ->
          String.format(
              "CREATE TABLE %s (%n%s%n)%nWITH (external_location = '%s', format = %s);",
              log.name(),
              columns(engine, "\""),
              uri(location),
              ofFormat("'PARQUET'", "'CSV', skip_header_line_count = 1"));
      case hive ->
          String.format(
              "CREATE EXTERNAL TABLE %s (%n%s%n)%n%s%nLOCATION '%s'%s;",
              log.name(),
              columns(engine, "`"),
              ofFormat(
                  "STORED AS PARQUET",
                  "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"
                      + " WITH SERDEPROPERTIES ('escapeChar' = '\"')"),
              hadoopUri(),
              ofFormat("", String.format("%nTBLPROPERTIES ('skip.header.line.count' = '1')")));
      case spark ->
          String.format(
              "CREATE TABLE %s (%n%s%n)%nUSING %s%nLOCATION '%s';",
              log.name(),
              columns(engine, "`"),
              ofFormat(
                  "parquet",
                  "csv OPTIONS (header 'true', escape '\"', multiLine 'true', emptyValue '')"),
              hadoopUri());
    };
  }

  private String ofFormat(String parquet, String csv) {
    return switch (log.format()) {
      case parquet -> parquet;
      case csv -> csv;
      case delta -> throw new IllegalStateException("A Delta table has statements of its own");
    };
  }

  private String columns(Engine engine, String quote) {
    return log.schema().getFields().stream()
        .map(
            field ->
                String.format(
                    "  %s %s", quoted(LogTable.column(field), quote), type(engine, field)))
        .collect(Collectors.joining(String.format(",%n")));
  }

  private static String quoted(String name, String quote) {
    return quote + name.replace(quote, quote + quote) + quote;
  }

  private String type(Engine engine, Schema.Field field) {
    boolean isNested = LogTable.isNested(LogTable.withoutNull(field.schema()));
    // Their readers of CSV know no other type.
    boolean isText = log.format() == TableFormat.csv && (engine != Engine.spark || isNested);
    return isText ? text(engine) : type(engine, field.schema());
  }

  private static String type(Engine engine, Schema schema) {
    LogicalType logicalType = schema.getLogicalType();
    return switch (schema.getType()) {
      case STRING -> text(engine);
      case INT -> logicalType == null ? "INTEGER" : "DATE";
      // Trino takes no other precision than that of its connector, which is this by default.
      case LONG ->
          logicalType == null ? "BIGINT" : engine == Engine.trino ? "TIMESTAMP(3)" : "TIMESTAMP";
      case DOUBLE -> "DOUBLE";
      case BOOLEAN -> "BOOLEAN";
      case BYTES -> QueryEngine.decimal((LogicalTypes.Decimal) logicalType);
      case UNION ->
          schema.getTypes().stream()
              .filter(type -> type.getType() != Schema.Type.NULL)
              .map(type -> type(engine, type))
              .findFirst()
              .orElseThrow();
      case ARRAY ->
          String.format(
              engine == Engine.trino ? "ARRAY(%s)" : "ARRAY<%s>",
              type(engine, schema.getElementType()));
      case MAP ->
          String.format(
              engine == Engine.trino ? "MAP(%s, %s)" : "MAP<%s, %s>",
              text(engine),
              type(engine, schema.getValueType()));
      case RECORD ->
          schema.getFields().stream()
              .map(field -> field(engine, field))
              .collect(
                  Collectors.joining(
                      ", ",
                      engine == Engine.trino ? "ROW(" : "STRUCT<",
                      engine == Engine.trino ? ")" : ">"));
      default -> throw new IllegalArgumentException("No SQL type for " + schema);
    };
  }

  private static String field(Engine engine, Schema.Field field) {
    String name = LogTable.column(field);
    String type = type(engine, field.schema());
    return engine == Engine.trino
        ? quoted(name, "\"") + " " + type
        : quoted(name, "`") + ": " + type;
  }

  private static String text(Engine engine) {
    return engine == Engine.trino ? "VARCHAR" : "STRING";
  }

  private static String uri(String path) {
    // A folder that is there would be given another slash.
    return path.contains("://") ? path : Path.of(path).toUri().toString().replaceFirst("/$", "");
  }

  /** Hadoop's name for S3. */
  private String hadoopUri() {
    return uri(location).replaceFirst("^s3://", "s3a://");
  }
}
