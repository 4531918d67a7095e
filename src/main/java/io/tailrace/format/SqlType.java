package io.tailrace.format;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A type of SQL, as DuckDB names it.
 *
 * <p>Values of a type, wherever they are held:
 *
 * <table>
 *   <caption>Java's types</caption>
 *   <tr><td>BOOLEAN</td><td>{@code boolean}, {@link Boolean}</td></tr>
 *   <tr><td>INTEGER</td><td>{@code int}, {@link Integer}</td></tr>
 *   <tr><td>BIGINT</td><td>{@code long}, {@link Long}</td></tr>
 *   <tr><td>HUGEINT</td><td>{@link java.math.BigInteger} of at most 128 bits</td></tr>
 *   <tr><td>DECIMAL(p, s)</td><td>the unscaled value: {@code long} for p up to 18, otherwise {@link
 *       java.math.BigInteger}; as an object {@link java.math.BigDecimal}</td></tr>
 *   <tr><td>DOUBLE</td><td>{@code double}, {@link Double}</td></tr>
 *   <tr><td>VARCHAR</td><td>bytes of UTF-8; as an object {@link CharSequence}</td></tr>
 *   <tr><td>DATE</td><td>days since 1970: {@code int}, {@link Integer}</td></tr>
 *   <tr><td>TIMESTAMP</td><td>microseconds since 1970 in UTC: {@code long}, {@link Long}</td></tr>
 *   <tr><td>ARRAY</td><td>{@link java.util.List} of the objects that rows of logs have, or null</td></tr>
 *   <tr><td>ROW</td><td>an array of such objects, in the order of the fields</td></tr>
 *   <tr><td>MAP</td><td>{@link java.util.Map} of {@link org.apache.avro.util.Utf8} to such objects, in
 *       its order</td></tr>
 *   <tr><td>INTERVAL</td><td>a constant only: months, days and microseconds</td></tr>
 * </table>
 *
 * @param kind what it is, without its parameters
 * @param precision the digits of a DECIMAL, 1 to 38; otherwise 0
 * @param scale its digits behind the point, 0 to the precision; otherwise 0
 * @param fields the fields of a ROW, in their order; of an ARRAY one, its elements; of a MAP two,
 *     its keys and its values; otherwise none
 */
public record SqlType(Kind kind, int precision, int scale, List<Field> fields)
    implements Serializable {

  public SqlType {
    fields = List.copyOf(fields);
  }

  private SqlType(Kind kind, int precision, int scale) {
    this(kind, precision, scale, List.of());
  }

  /** A field of a ROW. */
  public record Field(String name, SqlType type) implements Serializable {}

  /** A type without its parameters. */
  public enum Kind {
    BOOLEAN,
    INTEGER,
    BIGINT,
    HUGEINT,
    DECIMAL,
    DOUBLE,
    VARCHAR,
    DATE,
    TIMESTAMP,
    INTERVAL,
    ARRAY,
    ROW,
    MAP
  }

  public static final SqlType BOOLEAN = new SqlType(Kind.BOOLEAN, 0, 0);
  public static final SqlType INTEGER = new SqlType(Kind.INTEGER, 0, 0);
  public static final SqlType BIGINT = new SqlType(Kind.BIGINT, 0, 0);
  public static final SqlType HUGEINT = new SqlType(Kind.HUGEINT, 0, 0);
  public static final SqlType DOUBLE = new SqlType(Kind.DOUBLE, 0, 0);
  public static final SqlType VARCHAR = new SqlType(Kind.VARCHAR, 0, 0);
  public static final SqlType DATE = new SqlType(Kind.DATE, 0, 0);
  public static final SqlType TIMESTAMP = new SqlType(Kind.TIMESTAMP, 0, 0);
  public static final SqlType INTERVAL = new SqlType(Kind.INTERVAL, 0, 0);

  /** The most digits of a DECIMAL whose unscaled value is held in 64 bits. */
  public static final int MAX_LONG_DIGITS = 18;

  /** A DECIMAL of so many digits, some of them behind the point. */
  public static SqlType decimal(int precision, int scale) {
    return new SqlType(Kind.DECIMAL, precision, scale);
  }

  /** An ARRAY of elements of a type. */
  public static SqlType array(SqlType element) {
    return new SqlType(Kind.ARRAY, 0, 0, List.of(new Field("element", element)));
  }

  /** A ROW of fields. */
  public static SqlType row(List<Field> fields) {
    return new SqlType(Kind.ROW, 0, 0, fields);
  }

  /** A MAP from texts to values of a type. */
  public static SqlType map(SqlType value) {
    return new SqlType(
        Kind.MAP, 0, 0, List.of(new Field("key", VARCHAR), new Field("value", value)));
  }

  /** The type of the values of a MAP. */
  public SqlType mapped() {
    return fields.get(1).type();
  }

  /** The type of the elements of an ARRAY. */
  public SqlType element() {
    return fields.get(0).type();
  }

  /** Whether its values have others in them: an ARRAY, a ROW or a MAP. */
  public boolean isNested() {
    return !fields.isEmpty();
  }

  /** Whether it is a DECIMAL whose unscaled values are held in 64 bits. */
  public boolean isShortDecimal() {
    return kind == Kind.DECIMAL && precision <= MAX_LONG_DIGITS;
  }

  /** Whether its values are numbers. */
  public boolean isNumber() {
    return switch (kind) {
      case INTEGER, BIGINT, HUGEINT, DECIMAL, DOUBLE -> true;
      case BOOLEAN, VARCHAR, DATE, TIMESTAMP, INTERVAL, ARRAY, ROW, MAP -> false;
    };
  }

  /** The type as DuckDB reads it. */
  @Override
  public String toString() {
    return switch (kind) {
      case DECIMAL -> String.format("DECIMAL(%d,%d)", precision, scale);
      case ARRAY -> element() + "[]";
      case MAP -> "MAP(VARCHAR, " + mapped() + ")";
      case ROW ->
          fields.stream()
              .map(field -> quoted(field.name()) + " " + field.type())
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      default -> kind.name();
    };
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
