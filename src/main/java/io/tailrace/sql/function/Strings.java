package io.tailrace.sql.function;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions of texts. A character is a code point, unless it says otherwise. */
public final class Strings {

  private static final byte[] NOTHING = {};

  /** DuckDB counts characters of a text in so many bits, without a sign. */
  private static final long LARGEST_PLACE = 0xFFFF_FFFFL;

  private static final int LONGEST = 1 << 28;
  private static final int LAST_CODE_POINT = Character.MAX_CODE_POINT;

  /** What people take for a character: a letter with its accents, an emoji with its parts. */
  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  private Strings() {}

  public static void same(Text value, Text out) {
    out.set(value);
  }

  public static void lower(Text value, Text out, TextBuffer buffer) {
    byte[] bytes = value.bytes();
    int from = value.from();
    int to = value.to();
    int i = from;
    while (i < to && bytes[i] >= 0 && !(bytes[i] >= 'A' && bytes[i] <= 'Z')) {
      i++;
    }
    if (i == to) {
      out.set(value);
      return;
    }
    // No character of Unicode gets longer than half as long again.
    byte[] result = buffer.atLeast((to - from) * 3 / 2 + 1);
    System.arraycopy(bytes, from, result, 0, i - from);
    int length = i - from;
    while (i < to) {
      byte b = bytes[i];
      if (b >= 0) {
        result[length++] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        i++;
      } else {
        int lower = LetterCase.lower(Utf8Text.codePoint(bytes, i, to));
        length = Utf8Text.put(result, length, lower);
        i = Utf8Text.after(bytes, i, to);
      }
    }
    out.set(result, 0, length);
  }

  public static void upper(Text value, Text out, TextBuffer buffer) {
    byte[] bytes = value.bytes();
    int from = value.from();
    int to = value.to();
    int i = from;
    while (i < to && bytes[i] >= 0 && !(bytes[i] >= 'a' && bytes[i] <= 'z')) {
      i++;
    }
    if (i == to) {
      out.set(value);
      return;
    }
    byte[] result = buffer.atLeast((to - from) * 3 / 2 + 1);
    System.arraycopy(bytes, from, result, 0, i - from);
    int length = i - from;
    while (i < to) {
      byte b = bytes[i];
      if (b >= 0) {
        result[length++] = b >= 'a' && b <= 'z' ? (byte) (b & ~0x20) : b;
        i++;
      } else {
        int upper = LetterCase.upper(Utf8Text.codePoint(bytes, i, to));
        length = Utf8Text.put(result, length, upper);
        i = Utf8Text.after(bytes, i, to);
      }
    }
    out.set(result, 0, length);
  }

  /** The number of characters. */
  public static long length(Text value) {
    return Utf8Text.count(value.bytes(), value.from(), value.to());
  }

  /** The number of bytes. */
  public static long bytes(Text value) {
    return value.length();
  }

  public static boolean startsWith(Text value, Text prefix) {
    return value.length() >= prefix.length()
        && isAt(value.bytes(), value.from(), value.to(), prefix);
  }

  public static boolean endsWith(Text value, Text suffix) {
    return value.length() >= suffix.length()
        && isAt(value.bytes(), value.to() - suffix.length(), value.to(), suffix);
  }

  public static boolean contains(Text value, Text wanted) {
    return indexOf(value, value.from(), wanted) >= 0;
  }

  /** The place of the first character of a text in another one, from 1 on; 0 if it is not there. */
  public static long position(Text value, Text wanted) {
    int index = indexOf(value, value.from(), wanted);
    return index < 0 ? 0 : Utf8Text.count(value.bytes(), value.from(), index) + 1L;
  }

  private static boolean isAt(byte[] bytes, int at, int to, Text wanted) {
    byte[] other = wanted.bytes();
    int from = wanted.from();
    int length = wanted.length();
    if (length > to - at) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[at + i] != other[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(Text value, int from, Text wanted) {
    return TextSearch.indexOf(
        value.bytes(), from, value.to(), wanted.bytes(), wanted.from(), wanted.to());
  }

  /** The rest of a text from a character on, counted from 1, or from the end if it is negative. */
  public static void substring(Text value, long start, Text out) {
    substring(value, start, LARGEST_PLACE, out);
  }

  /** So many characters of a text, or those before, if the number is negative. */
  public static void substring(Text value, long start, long length, Text out) {
    requirePlace(start);
    requirePlace(length);
    byte[] bytes = value.bytes();
    int from = value.from();
    int to = value.to();
    if (length == 0) {
      out.set(NOTHING, 0, 0);
      return;
    }
    long first;
    long last;
    if (start < 0) {
      // Counted from the end.
      first = length < 0 ? -start - length : -start;
      last = length < 0 ? -start : -start - length;
      int begin = Utf8Text.backward(bytes, to, from, first);
      int end = Utf8Text.backward(bytes, to, begin, Math.max(last, 0));
      out.set(bytes, begin, end);
      return;
    }
    first = Math.max(start - 1 + Math.min(length, 0), 0);
    last = Math.max(start - 1 + Math.max(length, 0), 0);
    int begin = Utf8Text.forward(bytes, from, to, first);
    out.set(bytes, begin, Utf8Text.forward(bytes, begin, to, last - first));
  }

  private static void requirePlace(long place) {
    if (place > LARGEST_PLACE || place < -LARGEST_PLACE - 1) {
      throw new ValueException(place + " is out of range for a place in a text");
    }
  }

  /** The first characters, or all but so many at the end. */
  public static void left(Text value, long count, Text out) {
    requirePlace(Math.max(count, 0));
    byte[] bytes = value.bytes();
    int end =
        count >= 0
            ? Utf8Text.forward(bytes, value.from(), value.to(), count)
            : Utf8Text.backward(bytes, value.to(), value.from(), magnitude(count));
    out.set(bytes, value.from(), end);
  }

  /** The last characters, or all but so many at the beginning. */
  public static void right(Text value, long count, Text out) {
    byte[] bytes = value.bytes();
    int begin =
        count >= 0
            ? Utf8Text.backward(bytes, value.to(), value.from(), count)
            : Utf8Text.forward(bytes, value.from(), value.to(), magnitude(count));
    out.set(bytes, begin, value.to());
  }

  private static long magnitude(long negative) {
    return negative == Long.MIN_VALUE ? Long.MAX_VALUE : -negative;
  }

  public static void trim(Text value, Text out) {
    int begin = afterSpaces(value);
    out.set(value.bytes(), begin, beforeSpaces(value, begin));
  }

  public static void ltrim(Text value, Text out) {
    out.set(value.bytes(), afterSpaces(value), value.to());
  }

  public static void rtrim(Text value, Text out) {
    out.set(value.bytes(), value.from(), beforeSpaces(value, value.from()));
  }

  /** Without characters at both ends that are among others. */
  public static void trim(Text value, Text characters, Text out) {
    int begin = afterAny(value, characters);
    out.set(value.bytes(), begin, beforeAny(value, begin, characters));
  }

  public static void ltrim(Text value, Text characters, Text out) {
    out.set(value.bytes(), afterAny(value, characters), value.to());
  }

  public static void rtrim(Text value, Text characters, Text out) {
    out.set(value.bytes(), value.from(), beforeAny(value, value.from(), characters));
  }

  private static int afterSpaces(Text value) {
    byte[] bytes = value.bytes();
    int to = value.to();
    int i = value.from();
    while (i < to && isSpace(bytes, i, to)) {
      i = Utf8Text.after(bytes, i, to);
    }
    return i;
  }

  private static int beforeSpaces(Text value, int from) {
    byte[] bytes = value.bytes();
    int i = value.to();
    while (i > from) {
      int begin = Utf8Text.before(bytes, i, from);
      if (!isSpace(bytes, begin, i)) {
        break;
      }
      i = begin;
    }
    return i;
  }

  /** Tabs and line ends are none. */
  private static boolean isSpace(byte[] bytes, int at, int to) {
    return bytes[at] >= 0
        ? bytes[at] == ' '
        : Character.getType(Utf8Text.codePoint(bytes, at, to)) == Character.SPACE_SEPARATOR;
  }

  private static int afterAny(Text value, Text characters) {
    byte[] bytes = value.bytes();
    int to = value.to();
    int i = value.from();
    while (i < to) {
      int end = Utf8Text.after(bytes, i, to);
      if (!isAmong(bytes, i, end, characters)) {
        break;
      }
      i = end;
    }
    return i;
  }

  private static int beforeAny(Text value, int from, Text characters) {
    byte[] bytes = value.bytes();
    int i = value.to();
    while (i > from) {
      int begin = Utf8Text.before(bytes, i, from);
      if (!isAmong(bytes, begin, i, characters)) {
        break;
      }
      i = begin;
    }
    return i;
  }

  /** UTF-8 has no character inside another one. */
  private static boolean isAmong(byte[] bytes, int from, int to, Text characters) {
    return TextSearch.indexOf(
            characters.bytes(), characters.from(), characters.to(), bytes, from, to)
        >= 0;
  }

  /** A part of a text between separators, counted from 1, or from the last one by -1. */
  public static void splitPart(Text value, Text separator, long part, Text out) {
    int from = value.from();
    int to = value.to();
    int width = separator.length();
    if (part < 0) {
      splitFromEnd(value, separator, part, out);
      return;
    }
    long n = 1;
    while (part > 0) {
      int end = width == 0 ? endOfOne(value, from) : indexOf(value, from, separator);
      if (n == part) {
        out.set(value.bytes(), from, end < 0 ? to : end);
        return;
      }
      if (end < 0 || width == 0 && end == to) {
        break;
      }
      from = end + width;
      n++;
    }
    out.set(NOTHING, 0, 0);
  }

  /** Without a separator, each character is a part. */
  private static int endOfOne(Text value, int from) {
    return from < value.to() ? Utf8Text.after(value.bytes(), from, value.to()) : -1;
  }

  private static void splitFromEnd(Text value, Text separator, long part, Text out) {
    long parts = 1;
    int from = value.from();
    int to = value.to();
    int width = separator.length();
    while (true) {
      int end = width == 0 ? endOfOne(value, from) : indexOf(value, from, separator);
      if (end < 0 || width == 0 && end == to) {
        break;
      }
      from = end + width;
      parts++;
    }
    if (parts + part < 0) {
      out.set(NOTHING, 0, 0);
    } else {
      splitPart(value, separator, parts + part + 1, out);
    }
  }

  /** A text with each occurrence of another one replaced. */
  public static void replace(
      Text value, Text wanted, Text replacement, Text out, TextBuffer buffer) {
    int found = wanted.length() == 0 ? -1 : indexOf(value, value.from(), wanted);
    if (found < 0) {
      out.set(value);
      return;
    }
    int width = wanted.length();
    int count = 0;
    for (int i = found; i >= 0; i = indexOf(value, i + width, wanted)) {
      count++;
    }
    byte[] result = room(buffer, value.length() + (long) count * (replacement.length() - width));
    byte[] bytes = value.bytes();
    int from = value.from();
    int length = 0;
    for (int i = found; i >= 0; i = indexOf(value, from, wanted)) {
      length = append(result, length, bytes, from, i);
      length = append(result, length, replacement);
      from = i + width;
    }
    out.set(result, 0, append(result, length, bytes, from, value.to()));
  }

  private static byte[] room(TextBuffer buffer, long length) {
    if (length > LONGEST) {
      throw new ValueException("a text of " + length + " bytes is too long");
    }
    return buffer.atLeast((int) length);
  }

  private static int append(byte[] result, int length, Text text) {
    return append(result, length, text.bytes(), text.from(), text.to());
  }

  private static int append(byte[] result, int length, byte[] bytes, int from, int to) {
    System.arraycopy(bytes, from, result, length, to - from);
    return length + to - from;
  }

  /** One text and then another one. */
  public static void concat(Text left, Text right, Text out, TextBuffer buffer) {
    byte[] result = room(buffer, (long) left.length() + right.length());
    int length = append(result, 0, left);
    out.set(result, 0, append(result, length, right));
  }

  /** What is behind a separator that a text begins with, if it is not empty. */
  public static void afterSeparator(Text value, Text separator, Text out) {
    int from = Math.min(value.from() + separator.length(), value.to());
    out.set(value.bytes(), from, value.to());
  }

  public static void repeat(Text value, long count, Text out, TextBuffer buffer) {
    if (count <= 0 || value.length() == 0) {
      out.set(NOTHING, 0, 0);
      return;
    }
    byte[] result = room(buffer, count > LONGEST ? count : count * value.length());
    int length = 0;
    for (long n = 0; n < count; n++) {
      length = append(result, length, value);
    }
    out.set(result, 0, length);
  }

  /** A text from its end to its beginning; letters keep their accents. */
  public static void reverse(Text value, Text out, TextBuffer buffer) {
    byte[] bytes = value.bytes();
    int from = value.from();
    int to = value.to();
    byte[] result = buffer.atLeast(to - from);
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        reverseGraphemes(value, out);
        return;
      }
      result[to - 1 - i] = bytes[i];
    }
    out.set(result, 0, to - from);
  }

  private static void reverseGraphemes(Text value, Text out) {
    List<String> graphemes = new ArrayList<>();
    Matcher matcher = GRAPHEME.matcher(value.toString());
    while (matcher.find()) {
      graphemes.add(0, matcher.group());
    }
    out.set(String.join("", graphemes));
  }

  /** A text that is made so many characters long at its left. */
  public static void lpad(Text value, int count, Text filler, Text out, TextBuffer buffer) {
    int missing = missing(value, count, filler, out);
    if (missing > 0) {
      byte[] result = room(buffer, value.length() + filledBytes(filler, missing));
      int length = fill(result, 0, filler, missing);
      out.set(result, 0, append(result, length, value));
    }
  }

  /** A text that is made so many characters long at its right. */
  public static void rpad(Text value, int count, Text filler, Text out, TextBuffer buffer) {
    int missing = missing(value, count, filler, out);
    if (missing > 0) {
      byte[] result = room(buffer, value.length() + filledBytes(filler, missing));
      int length = append(result, 0, value);
      out.set(result, 0, fill(result, length, filler, missing));
    }
  }

  /** How many characters are missing; if none are, the result is set to the first ones. */
  private static int missing(Text value, int count, Text filler, Text out) {
    byte[] bytes = value.bytes();
    int length = Utf8Text.count(bytes, value.from(), value.to());
    int wanted = Math.max(count, 0);
    if (wanted <= length) {
      out.set(bytes, value.from(), Utf8Text.forward(bytes, value.from(), value.to(), wanted));
      return 0;
    }
    if (filler.length() == 0) {
      throw new ValueException("there is nothing to make a text longer with");
    }
    return wanted - length;
  }

  private static long filledBytes(Text filler, int characters) {
    int each = Utf8Text.count(filler.bytes(), filler.from(), filler.to());
    return (characters / each + 1L) * filler.length();
  }

  private static int fill(byte[] result, int at, Text filler, int characters) {
    int each = Utf8Text.count(filler.bytes(), filler.from(), filler.to());
    int length = at;
    for (int n = 0; n < characters / each; n++) {
      length = append(result, length, filler);
    }
    int end = Utf8Text.forward(filler.bytes(), filler.from(), filler.to(), characters % each);
    return append(result, length, filler.bytes(), filler.from(), end);
  }

  /** The number of the first character, or 0. */
  public static int ascii(Text value) {
    return value.length() == 0 ? 0 : Utf8Text.codePoint(value.bytes(), value.from(), value.to());
  }

  /** The character of a number. */
  public static void chr(int codePoint, Text out, TextBuffer buffer) {
    boolean isSurrogate =
        codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    if (codePoint < 0 || codePoint > LAST_CODE_POINT || isSurrogate) {
      throw new ValueException(codePoint + " is not the number of a character");
    }
    byte[] bytes = buffer.atLeast(4);
    out.set(bytes, 0, Utf8Text.put(bytes, 0, codePoint));
  }
}
