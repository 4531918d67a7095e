package io.tailrace.table;

import io.tailrace.format.DoubleText;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * The CSV of rows: values are separated by commas and quoted as in RFC 4180 where that is needed.
 * Null is nothing at all; an empty text is {@code ""}.
 */
public final class CsvFormat implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String INFINITY = "infinity";

  /** How the values of a column are written. */
  private enum Form {
    AS_IT_IS,
    MILLIS,
    MICROS,
    DATE,
    DECIMAL,
    JSON
  }

  private final List<String> names;
  private final Form[] forms;
  private final NestedJson[] nested;

  private CsvFormat(Schema schema) {
    this.names = schema.getFields().stream().map(LogTable::column).toList();
    this.forms = new Form[names.size()];
    this.nested = new NestedJson[names.size()];
    for (Schema.Field field : schema.getFields()) {
      Schema type = LogTable.withoutNull(field.schema());
      boolean isNested = LogTable.isNested(type);
      forms[field.pos()] = isNested ? Form.JSON : form(type.getLogicalType());
      nested[field.pos()] = isNested ? NestedJson.of(type) : null;
    }
  }

  private static Form form(LogicalType type) {
    if (type instanceof LogicalTypes.TimestampMillis) {
      return Form.MILLIS;
    } else if (type instanceof LogicalTypes.TimestampMicros) {
      return Form.MICROS;
    } else if (type instanceof LogicalTypes.Date) {
      return Form.DATE;
    } else {
      return type instanceof LogicalTypes.Decimal ? Form.DECIMAL : Form.AS_IT_IS;
    }
  }

  /** The format of the rows of a schema. */
  public static CsvFormat of(Schema schema) {
    return new CsvFormat(schema);
  }

  /** The line of the columns' names, without its end. */
  public String header() {
    return names.stream().map(CsvFormat::quoted).collect(Collectors.joining(","));
  }

  /** The line of a row, without its end. */
  public String line(GenericRecord row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        line.append(',');
      }
      Object value = row.get(i);
      if (value != null) {
        line.append(quoted(forms[i] == Form.JSON ? nested[i].text(value) : text(forms[i], value)));
      }
    }
    return line.toString();
  }

  private static String text(Form form, Object value) {
    return switch (form) {
      case AS_IT_IS -> value instanceof Double number ? DoubleText.of(number) : value.toString();
      case MILLIS -> Instant.ofEpochMilli((Long) value).toString();
      case MICROS -> time((Long) value);
      case DATE -> date((Integer) value);
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case JSON -> throw new IllegalArgumentException("It has a text of its own");
    };
  }

  /** The text of a value that has no others in it. */
  static String text(Schema type, Object value) {
    return text(form(type.getLogicalType()), value);
  }

  /** DuckDB has two times and two dates that are beyond all others. */
  private static String time(long micros) {
    if (Math.abs(micros) == Long.MAX_VALUE) {
      return micros > 0 ? INFINITY : "-" + INFINITY;
    }
    Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    String text = time.toString();
    String date = date(time.atOffset(ZoneOffset.UTC).toLocalDate());
    return text.startsWith(date) ? text : date + text.substring(text.indexOf('T'));
  }

  private static String date(int days) {
    if (Math.abs(days) == Integer.MAX_VALUE) {
      return days > 0 ? INFINITY : "-" + INFINITY;
    }
    return date(LocalDate.ofEpochDay(days));
  }

  /** As ISO 8601 has it, but without the sign of years that have more than four digits. */
  private static String date(LocalDate date) {
    if (date.getYear() > 0) {
      String text = date.toString();
      return text.charAt(0) == '+' ? text.substring(1) : text;
    }
    return String.format(
        "%04d-%02d-%02d (BC)", 1 - date.getYear(), date.getMonthValue(), date.getDayOfMonth());
  }

  private static String quoted(String value) {
    return value.isEmpty() || value.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0)
        ? '"' + value.replace("\"", "\"\"") + '"'
        : value;
  }
}
