package io.tailrace.options;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says in one line, in the words of the command line, what Beam says of options. */
public final class OptionErrors {

  private static final Pattern UNKNOWN =
      Pattern.compile("missing a property named '([^']*)'(?:.*mean (?:one of )?([^?]*))?");
  private static final Pattern MISSING = Pattern.compile("Missing required value for \\[--(\\w+)");
  private static final Pattern NO_SUCH_VALUE =
      Pattern.compile(
          "from String \"([^\"]*)\": not one of the values accepted for Enum class: \\[([^]]*)]");

  private static final Pattern NO_NUMBER = Pattern.compile("from String \"([^\"]*)\": not a valid");

  private OptionErrors() {}

  /**
   * @param arguments what was given, in which a value is found whose option Beam does not name
   */
  public static String explain(String message, String... arguments) {
    String text = String.valueOf(message);
    Matcher number = NO_NUMBER.matcher(text);
    if (number.find()) {
      return option(number.group(1), arguments) + " is not a number that can be used";
    }
    Matcher unknown = UNKNOWN.matcher(text);
    if (unknown.find()) {
      String closest = unknown.group(2);
      return "there is no option --"
          + unknown.group(1)
          + (closest == null
              ? "; --help lists the options"
              : "; did you mean " + closest.replaceAll("'?(\\w+)'?", "--$1") + "?");
    }
    Matcher missing = MISSING.matcher(text);
    if (missing.find()) {
      return "--" + missing.group(1) + " is missing; --help tells what it is";
    }
    Matcher value = NO_SUCH_VALUE.matcher(text);
    if (value.find()) {
      String values =
          Arrays.stream(value.group(2).split(", ")).sorted().collect(Collectors.joining(", "));
      return option(value.group(1), arguments)
          + " cannot be used; it is "
          + values.replaceFirst(", (?=[^,]*$)", " or ");
    }
    return text.lines().findFirst().orElse("an option cannot be used; --help lists them");
  }

  private static String option(String value, String... arguments) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.endsWith("=" + value))
        .map(argument -> argument.substring(0, argument.indexOf('=')) + ": ")
        .findFirst()
        .orElse("")
        .concat("'" + value + "'");
  }
}
