package io.tailrace.sql;

import io.tailrace.format.SqlType;
import java.util.List;
import java.util.stream.Collectors;

/** Says that a function, an operator, a cast or an aggregate is not supported for some types. */
public final class UnsupportedFunctionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String function;
  private final transient List<SqlType> types;

  /**
   * @param function its name in DuckDB; of a cast {@code cast}
   * @param types the types of its arguments; of a cast what is cast, then what to
   */
  public UnsupportedFunctionException(String function, List<SqlType> types) {
    super(
        String.format(
            "%s(%s) is not supported",
            function, types.stream().map(SqlType::toString).collect(Collectors.joining(", "))));
    this.function = function;
    this.types = List.copyOf(types);
  }

  /** Its name in DuckDB; of a cast {@code cast}. */
  public String function() {
    return function;
  }

  /** The types of its arguments; of a cast what is cast, then what to. */
  public List<SqlType> types() {
    return types;
  }
}
