package io.tailrace.sql.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Regular expressions of RE2, which DuckDB has, too: matching takes time that is linear in the text
 * (<a href="https://github.com/google/re2j">RE2/J</a>).
 */
public final class Regexps {

  private Regexps() {}

  /**
   * The pattern of a text, or empty if it is none.
   *
   * @param options {@code i}: whatever the case, {@code s}: a point is any character, {@code c}: as
   *     it is without options
   */
  static Optional<Pattern> pattern(String text, String options) {
    int flags = 0;
    for (char option : options.toCharArray()) {
      switch (option) {
        case 'i' -> flags |= Pattern.CASE_INSENSITIVE;
        case 'c' -> flags &= ~Pattern.CASE_INSENSITIVE;
        case 's' -> flags |= Pattern.DOTALL;
        default -> {
          return Optional.empty();
        }
      }
    }
    try {
      return Optional.of(Pattern.compile(text, flags));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /** Whether a text has something in it that matches. */
  public static boolean matches(Text text, Pattern pattern) {
    return pattern.matcher(bytes(text)).find();
  }

  /** Whether all of a text matches. */
  public static boolean fullMatch(Text text, Pattern pattern) {
    return pattern.matches(bytes(text));
  }

  /**
   * What a group has matched where something matches first: a part of the text, or the empty one if
   * nothing matches.
   *
   * @param group its number, 0 being all that matches
   */
  public static void extract(Text text, Pattern pattern, int group, Text result) {
    Matcher matcher = pattern.matcher(bytes(text));
    boolean isFound = group <= matcher.groupCount() && matcher.find() && matcher.start(group) >= 0;
    result.set(
        text.bytes(),
        text.from() + (isFound ? matcher.start(group) : 0),
        text.from() + (isFound ? matcher.end(group) : 0));
  }

  private static byte[] bytes(Text text) {
    return Arrays.copyOfRange(text.bytes(), text.from(), text.to());
  }
}
