package io.tailrace.sql;

import io.tailrace.sql.function.Text;
import java.nio.charset.StandardCharsets;

/** Values of JSON that is good and has no white space between its parts. */
final class NestedText {

  private static final int HEX = 16;
  private static final int HEX_DIGITS = 4;

  private NestedText() {}

  /** Where the value ends that begins here. */
  static int end(byte[] bytes, int from) {
    return switch (bytes[from]) {
      case '"' -> endOfText(bytes, from);
      case '{', '[' -> endOfNested(bytes, from);
      default -> {
        int end = from;
        while (",]}".indexOf(bytes[end]) < 0) {
          end++;
        }
        yield end;
      }
    };
  }

  private static int endOfText(byte[] bytes, int from) {
    int end = from + 1;
    while (bytes[end] != '"') {
      end += bytes[end] == '\\' ? 2 : 1;
    }
    return end + 1;
  }

  private static int endOfNested(byte[] bytes, int from) {
    int depth = 0;
    int at = from;
    do {
      switch (bytes[at]) {
        case '"' -> at = endOfText(bytes, at) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      at++;
    } while (depth > 0);
    return at;
  }

  /** Sets a text to that in {@code bytes[from, to)}, which has its quotes, without escapes. */
  static void set(Text text, byte[] bytes, int from, int to) {
    for (int i = from + 1; i < to - 1; i++) {
      if (bytes[i] == '\\') {
        text.set(unescaped(new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8)));
        return;
      }
    }
    text.set(bytes, from + 1, to - 1);
  }

  private static String unescaped(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '\\') {
        i++;
        c = escaped.charAt(i);
        int meant = "bfnrt".indexOf(c);
        if (meant >= 0) {
          c = "\b\f\n\r\t".charAt(meant);
        } else if (c == 'u') {
          c = (char) Integer.parseInt(escaped, i + 1, i + 1 + HEX_DIGITS, HEX);
          i += HEX_DIGITS;
        }
      }
      text.append(c);
    }
    return text.toString();
  }
}
