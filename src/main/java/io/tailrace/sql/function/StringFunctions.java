package io.tailrace.sql.function;

import static io.tailrace.sql.function.Functions.buffered;
import static io.tailrace.sql.function.Functions.isAll;
import static io.tailrace.sql.function.Functions.method;
import static io.tailrace.sql.function.Functions.text;

import com.google.re2j.Pattern;
import io.tailrace.format.SqlType;
import io.tailrace.format.SqlType.Kind;
import io.tailrace.sql.Expression;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.Constant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The functions of texts that there are. */
final class StringFunctions {

  private static final Class<?> STRINGS = Strings.class;
  private static final Constant EMPTY = new Constant("", SqlType.VARCHAR);

  private StringFunctions() {}

  static Optional<JavaFunction> of(Call call) {
    List<Expression> arguments = call.arguments();
    String kinds =
        arguments.stream()
            .map(argument -> argument.type().kind().name())
            .collect(Collectors.joining(","));
    return switch (call.function()) {
      case "concat" -> concat(arguments);
      case "concat_ws" -> concatWithSeparator(arguments);
      case "||" ->
          kinds.equals("VARCHAR,VARCHAR")
              ? buffered(STRINGS, "concat", arguments)
              : Optional.empty();
      case "lower", "lcase" -> ofTexts("lower", arguments, 1, true);
      case "upper", "ucase" -> ofTexts("upper", arguments, 1, true);
      case "reverse" -> ofTexts("reverse", arguments, 1, true);
      case "trim", "ltrim", "rtrim" ->
          ofTexts(call.function(), arguments, arguments.size() == 2 ? 2 : 1, false);
      case "replace" -> ofTexts("replace", arguments, 3, true);
      case "length", "len", "char_length", "character_length" ->
          ofTexts("length", arguments, 1, false);
      case "strlen" -> ofTexts("bytes", arguments, 1, false);
      case "position", "strpos", "instr" -> ofTexts("position", arguments, 2, false);
      case "contains" -> ofTexts("contains", arguments, 2, false);
      case "prefix", "starts_with", "^@" -> ofTexts("startsWith", arguments, 2, false);
      case "suffix", "ends_with" -> ofTexts("endsWith", arguments, 2, false);
      case "ascii" -> ofTexts("ascii", arguments, 1, false);
      case "chr" ->
          kinds.equals("INTEGER") ? buffered(STRINGS, "chr", arguments) : Optional.empty();
      case "substring", "substr" ->
          kinds.equals("VARCHAR,BIGINT") || kinds.equals("VARCHAR,BIGINT,BIGINT")
              ? method(STRINGS, "substring", arguments)
              : Optional.empty();
      case "left", "right" ->
          kinds.equals("VARCHAR,BIGINT")
              ? method(STRINGS, call.function(), arguments)
              : Optional.empty();
      case "repeat" ->
          kinds.equals("VARCHAR,BIGINT")
              ? buffered(STRINGS, "repeat", arguments)
              : Optional.empty();
      case "lpad", "rpad" ->
          kinds.equals("VARCHAR,INTEGER,VARCHAR")
              ? buffered(STRINGS, call.function(), arguments)
              : Optional.empty();
      case "split_part" ->
          kinds.equals("VARCHAR,VARCHAR,BIGINT")
              ? method(STRINGS, "splitPart", arguments)
              : Optional.empty();
      case "regexp_matches" -> regexp("matches", arguments);
      case "regexp_full_match" -> regexp("fullMatch", arguments);
      case "regexp_extract" -> regexpExtract(arguments);
      case "md5", "sha1", "sha256" ->
          kinds.equals("VARCHAR")
              ? buffered(Digests.class, call.function(), arguments)
              : Optional.empty();
      case "~~", "like" -> like("like", arguments, 2);
      case "!~~", "not_like" -> like("notLike", arguments, 2);
      case "~~*", "ilike" -> like("like", lowered(arguments), 2);
      case "!~~*", "not_ilike" -> like("notLike", lowered(arguments), 2);
      case "like_escape" -> like("like", arguments, 3);
      case "not_like_escape" -> like("notLike", arguments, 3);
      case "ilike_escape" -> like("like", lowered(arguments), 3);
      case "not_ilike_escape" -> like("notLike", lowered(arguments), 3);
      default -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> ofTexts(
      String method, List<Expression> arguments, int count, boolean needsBuffer) {
    if (!isAll(arguments, count, Kind.VARCHAR)) {
      return Optional.empty();
    }
    return needsBuffer ? buffered(STRINGS, method, arguments) : method(STRINGS, method, arguments);
  }

  /** The text of one half and that of the other one, each of them empty if it is NULL. */
  private static Optional<JavaFunction> concat(List<Expression> arguments) {
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    int half = (arguments.size() + 1) / 2;
    return buffered(
        STRINGS,
        "concat",
        List.of(
            concatenated(arguments.subList(0, half)),
            concatenated(arguments.subList(half, arguments.size()))));
  }

  private static Expression concatenated(List<Expression> arguments) {
    return switch (arguments.size()) {
      case 0 -> EMPTY;
      case 1 -> orEmpty(asText(arguments.get(0)));
      default -> new Call("concat", arguments, SqlType.VARCHAR);
    };
  }

  private static Expression asText(Expression value) {
    return value.type().kind() == Kind.VARCHAR ? value : new Cast(value, SqlType.VARCHAR, false);
  }

  private static Expression orEmpty(Expression value) {
    return new Call("coalesce", List.of(value, EMPTY), SqlType.VARCHAR);
  }

  /** Each text with the separator before it, if it is not NULL; then without the first one. */
  private static Optional<JavaFunction> concatWithSeparator(List<Expression> arguments) {
    if (arguments.size() < 2) {
      return Optional.empty();
    }
    Expression separator = asText(arguments.get(0));
    List<Expression> separated =
        arguments.stream()
            .skip(1)
            .map(value -> List.of(separator, asText(value)))
            .map(both -> (Expression) new Call("||", both, SqlType.VARCHAR))
            .toList();
    return method(
        STRINGS,
        "afterSeparator",
        List.of(new Call("concat", separated, SqlType.VARCHAR), separator));
  }

  /** A function of a text, a pattern and perhaps options, of which the last two are constants. */
  private static Optional<JavaFunction> regexp(String method, List<Expression> arguments) {
    if (arguments.size() != 2 && arguments.size() != 3) {
      return Optional.empty();
    }
    return pattern(arguments, 2)
        .flatMap(pattern -> method(Regexps.class, method, List.of(arguments.get(0)), pattern));
  }

  /** The same with the number of a group between pattern and options. */
  private static Optional<JavaFunction> regexpExtract(List<Expression> arguments) {
    if (arguments.size() < 2 || arguments.size() > 4) {
      return Optional.empty();
    }
    Optional<Integer> group =
        arguments.size() == 2
            ? Optional.of(0)
            : arguments.get(2) instanceof Constant constant
                    && constant.value() instanceof Integer number
                ? Optional.of(number)
                : Optional.empty();
    return pattern(arguments, 3)
        .flatMap(
            pattern ->
                group.flatMap(
                    number ->
                        method(
                            Regexps.class, "extract", List.of(arguments.get(0)), pattern, number)));
  }

  /**
   * @param options where they are, if there are any
   */
  private static Optional<Pattern> pattern(List<Expression> arguments, int options) {
    boolean areTexts =
        arguments.get(0).type().kind() == Kind.VARCHAR
            && arguments.get(1).type().kind() == Kind.VARCHAR;
    Optional<String> given =
        arguments.size() > options ? text(arguments.get(options)) : Optional.of("");
    return areTexts
        ? text(arguments.get(1))
            .flatMap(text -> given.flatMap(letters -> Regexps.pattern(text, letters)))
        : Optional.empty();
  }

  private static List<Expression> lowered(List<Expression> arguments) {
    return arguments.size() < 2
        ? arguments
        : Functions.with(
            Functions.with(arguments, 0, lowered(arguments.get(0))), 1, lowered(arguments.get(1)));
  }

  private static Expression lowered(Expression value) {
    if (text(value).isPresent()) {
      Text lower = new Text();
      Text text = new Text();
      text.set(text(value).get());
      Strings.lower(text, lower, new TextBuffer());
      return new Constant(lower.toString(), SqlType.VARCHAR);
    }
    return new Call("lower", List.of(value), SqlType.VARCHAR);
  }

  private static Optional<JavaFunction> like(String method, List<Expression> arguments, int count) {
    if (!isAll(arguments, count, Kind.VARCHAR)) {
      return Optional.empty();
    }
    Optional<String> pattern = text(arguments.get(1));
    Optional<String> escape = count == 2 ? Optional.of("") : text(arguments.get(2));
    if (pattern.isEmpty() || escape.isEmpty()) {
      return method(Like.class, method, arguments);
    }
    Like like;
    try {
      like = Like.of(pattern.get(), Like.escape(escape.get()));
    } catch (ValueException e) {
      // Each record gets the error.
      return method(Like.class, method, arguments);
    }
    return method(Like.class, method, List.of(arguments.get(0)), like);
  }
}
