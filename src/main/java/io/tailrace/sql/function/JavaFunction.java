package io.tailrace.sql.function;

import io.tailrace.sql.Expression;
import java.util.List;

/**
 * The static method that computes a {@link Expression.Call} or {@link Expression.Cast}.
 *
 * <p>Its parameters are the arguments' values in the Java types of {@link
 * io.tailrace.format.SqlType} (a VARCHAR is a {@link Text}), then the constants, then, if the
 * result is a VARCHAR, a {@link Text} that it sets to the result: either a range of an argument's
 * bytes or bytes in an array that belongs to a {@link TextBuffer}, which is then the parameter
 * behind it. It is called only if no argument is NULL, and its result is not NULL. It may throw a
 * {@link ValueException}.
 *
 * @param owner the class that has the method
 * @param method its name
 * @param arguments what is evaluated for its first parameters
 * @param constants what is given for the next: numbers and booleans as they are, other objects from
 *     a field
 * @param needsBuffer whether it has a {@link TextBuffer} as its last parameter
 */
public record JavaFunction(
    Class<?> owner,
    String method,
    List<Expression> arguments,
    List<Object> constants,
    boolean needsBuffer) {

  public JavaFunction {
    arguments = List.copyOf(arguments);
    constants = List.copyOf(constants);
  }
}
