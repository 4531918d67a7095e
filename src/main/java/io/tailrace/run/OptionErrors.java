package io.tailrace.run;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line, in the words of the command line, what Beam says of options. */
final class OptionErrors {

  private static final Pattern UNKNOWN =
      Pattern.compile(
          "missing a property named '([^']*)'(?:.*?[Dd]id you mean (?:one of )?(.*?)\\??$)?",
          Pattern.DOTALL);
  private static final Pattern MISSING = Pattern.compile("Missing required value for \\[--(\\w+)");

  private OptionErrors() {}

  static String explain(String message) {
    String text = String.valueOf(message);
    Matcher unknown = UNKNOWN.matcher(text);
    if (unknown.find()) {
      String hint = unknown.group(2);
      return "there is no option --"
          + unknown.group(1)
          + (hint == null
              ? "; --help lists the options"
              : "; did you mean " + hint.replace("'", "--").replace("--.", "").trim() + "?");
    }
    Matcher missing = MISSING.matcher(text);
    if (missing.find()) {
      return "--" + missing.group(1) + " is missing; --help tells what it is";
    }
    return text.lines().findFirst().orElse("an option cannot be used; --help lists them");
  }
}
