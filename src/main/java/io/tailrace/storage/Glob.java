package io.tailrace.storage;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Names files by a pattern: {@code *} and {@code ?} stand for characters of one name, {@code **}
 * for folders too, {@code [a-z]} and {@code [!a-z]} for one character, {@code {a,b}} for either.
 * All as in {@link java.nio.file.FileSystem#getPathMatcher}, but for any characters in any locale,
 * and a backslash stands for itself: {@code [*]} is a star.
 *
 * @param text the pattern
 */
public record Glob(String text) implements Serializable {

  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  /** All files of a folder, whatever characters are in its path. */
  public static Glob ofFolder(String folder) {
    return new Glob(WILDCARD.matcher(folder).replaceAll("[$0]") + "/*");
  }

  /** The part before the first wildcard. */
  public String fixedPart() {
    Matcher wildcard = WILDCARD.matcher(text);
    return wildcard.find() ? text.substring(0, wildcard.start()) : text;
  }

  /** The folder that all files of the glob are in, or in folders of it, with a slash at its end. */
  public String folder() {
    String fixed = fixedPart();
    return fixed.substring(0, fixed.lastIndexOf('/') + 1);
  }

  /** Whether it names one file. */
  public boolean isFile() {
    return fixedPart().equals(text);
  }

  /** Whether files in folders of {@link #folder} may match. */
  public boolean isDeep() {
    return depth() > 1;
  }

  /** How far below {@link #folder} files may match: 1 for those in the folder itself. */
  public int depth() {
    String rest = text.substring(folder().length());
    return rest.contains("**")
        ? Integer.MAX_VALUE
        : 1 + (int) rest.chars().filter(c -> c == '/').count();
  }

  /** Whether both may have a file: false only if their folders tell that none can be in both. */
  public boolean mayOverlap(Glob other) {
    return folder().equals(other.folder())
        || isDeep() && other.folder().startsWith(folder())
        || other.isDeep() && folder().startsWith(other.folder());
  }

  /**
   * What matches it, as a regular expression for whole paths.
   *
   * @throws IllegalArgumentException if it has characters or braces that make no sense
   */
  public Pattern pattern() {
    StringBuilder expression = new StringBuilder();
    boolean inBraces = false;
    for (int i = 0; i < text.length(); i++) {
      int c = text.codePointAt(i);
      if (c == '*') {
        boolean two = i + 1 < text.length() && text.charAt(i + 1) == '*';
        expression.append(two ? ".*" : "[^/]*");
        i += two ? 1 : 0;
      } else if (c == '?') {
        expression.append("[^/]");
      } else if (c == '[' && text.indexOf(']', i) > 0) {
        int end = text.indexOf(']', i);
        expression.append("[[^/]&&[").append(members(text.substring(i + 1, end))).append("]]");
        i = end;
      } else if (c == '{' && text.indexOf('}', i) > 0) {
        expression.append("(?:");
        inBraces = true;
      } else if (inBraces && (c == ',' || c == '}')) {
        expression.append(c == ',' ? "|" : ")");
        inBraces = c == ',';
      } else {
        expression.append(Pattern.quote(Character.toString(c)));
        i += Character.charCount(c) - 1;
      }
    }
    try {
      return Pattern.compile(expression.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(text + " is no glob: " + e.getDescription(), e);
    }
  }

  /** The characters between brackets, in the form that regular expressions have for them. */
  private static String members(String characters) {
    String escaped = characters.replace("\\", "\\\\").replace("[", "\\[").replace("&", "\\&");
    return switch (characters.isEmpty() ? ' ' : characters.charAt(0)) {
      case '!' -> "^" + escaped.substring(1);
      case '^' -> "\\" + escaped;
      default -> escaped;
    };
  }
}
