package io.tailrace.pipelines;

import io.tailrace.format.FieldReader;
import io.tailrace.format.JsonObjectParser;
import io.tailrace.format.NumberText;
import io.tailrace.sql.GrowingRows;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.table.Columns;
import io.tailrace.table.LogTable;
import io.tailrace.table.TypedColumn;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/**
 * Reads objects of JSON of an input that evolves: a field that is not declared is a column, too,
 * and a value that does not fit its column is rescued instead of making its record a dead letter.
 *
 * <p>The row of a record is made once, for the log that has it and for all that is computed of it.
 */
final class EvolvingFields implements FieldReader {

  private static final int NO_FIELD = -1;

  private final JsonObjectParser object = new JsonObjectParser();
  private final List<TypedColumn> declared;

  /** Of each column that is asked for its place in the row. */
  private final int[] places;

  /** Of each column that is asked for the field that has its value in the record, if any has. */
  private final int[] fields;

  private JsonRows rows;
  private boolean rowsAreTaken;
  private GenericData.Record row;

  /**
   * @param declared the columns of the input
   * @param asked those that are asked for, and perhaps that of what is rescued
   */
  EvolvingFields(List<InputColumn> declared, List<InputColumn> asked) {
    this.declared =
        Stream.concat(
                declared.stream().map(column -> new TypedColumn(column.name(), column.type())),
                Stream.of(Columns.rescued()))
            .toList();
    List<String> names = this.declared.stream().map(TypedColumn::name).toList();
    this.places = asked.stream().mapToInt(column -> names.indexOf(column.name())).toArray();
    this.fields = new int[places.length];
    this.rows =
        new JsonRows(LogTable.of("rows", this.declared).schema(), names.size(), false, object);
  }

  /**
   * Makes the rows of a log.
   *
   * @param columns those that it begins with
   * @param starred how many of them are those of the input; the others are filled by the taker
   * @param asPrinted whether doubles fit only if they are printed as they came
   * @param taker what takes the rows
   */
  GrowingRows rowsOf(
      Schema columns, int starred, boolean asPrinted, Consumer<GenericRecord> taker) {
    JsonRows ofLog = new JsonRows(columns, starred, asPrinted, object);
    if (!rowsAreTaken && !asPrinted && areDeclared(columns, starred)) {
      rowsAreTaken = true;
      rows = ofLog;
      return new Rows(() -> row, taker);
    }
    return new Rows(ofLog::row, taker);
  }

  private boolean areDeclared(Schema columns, int starred) {
    List<Schema.Field> own = LogTable.of("rows", declared).schema().getFields();
    return own.size() == starred
        && own.stream()
            .allMatch(
                field -> {
                  Schema.Field other = columns.getFields().get(field.pos());
                  return LogTable.column(field).equals(LogTable.column(other))
                      && field.schema().equals(other.schema());
                });
  }

  /** Where the rows of a log are from, and where they go. */
  private record Rows(Source source, Consumer<GenericRecord> taker) implements GrowingRows {

    @Override
    public GenericData.Record newRow() {
      return source.row();
    }

    @Override
    public void accept(GenericRecord row) {
      taker.accept(row);
    }
  }

  @FunctionalInterface
  private interface Source {
    GenericData.Record row();
  }

  @Override
  public Optional<String> read(byte[] bytes, int from, int to) {
    Optional<String> problem = object.parse(bytes, from, to);
    if (problem.isEmpty()) {
      row = rows.row();
      for (int column = 0; column < places.length; column++) {
        fields[column] =
            row.get(places[column]) == null || isRescued(column)
                ? NO_FIELD
                : rows.fieldOf(places[column]);
      }
    }
    return problem;
  }

  private boolean isRescued(int column) {
    return places[column] == declared.size() - 1;
  }

  @Override
  public Content content(int column) {
    if (isRescued(column)) {
      return row.get(places[column]) == null ? Content.NOTHING : Content.TEXT;
    }
    if (fields[column] == NO_FIELD) {
      return Content.NOTHING;
    }
    return switch (object.kind(fields[column])) {
      case TEXT, HALF_PAIR -> Content.TEXT;
      case NUMBER ->
          NumberText.isReal(bytes(column), from(column), to(column))
              ? Content.REAL
              : Content.INTEGER;
      case TRUTH -> Content.TRUTH;
      case NESTED -> Content.NESTED;
      case NULL -> Content.NOTHING;
    };
  }

  @Override
  public byte[] bytes(int column) {
    return isRescued(column) ? rescued(column).getBytes() : object.bytes();
  }

  @Override
  public int from(int column) {
    return isRescued(column) ? 0 : object.valueFrom(fields[column]);
  }

  @Override
  public int to(int column) {
    return isRescued(column) ? rescued(column).getByteLength() : object.valueTo(fields[column]);
  }

  private Utf8 rescued(int column) {
    return (Utf8) row.get(places[column]);
  }
}
