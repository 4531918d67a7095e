package io.tailrace.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads an object of JSON as its fields: names and values as bytes of UTF-8.
 *
 * <p>What is plain, which is an object of texts without escapes, numbers, truth values and nulls in
 * ASCII, is read in place and nothing is allocated; all else by Jackson, which is also who says
 * what is wrong.
 *
 * <p>One instance holds the fields of the object that was read last, as long as the bytes are what
 * they were; it is not safe for use by more than one thread.
 */
public final class JsonObjectParser {

  /** What a value is. */
  public enum Kind {
    TEXT,
    NUMBER,
    TRUTH,
    NULL,
    /** An object or an array; its bytes are its JSON as it came, but for white space. */
    NESTED,
    /** A text with half a surrogate pair, which UTF-8 cannot have; its bytes are its JSON. */
    HALF_PAIR
  }

  /** A record is short enough for any number or text in it. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final int FEW_FIELDS = 16;

  private byte[] source;
  private int size;
  private Kind[] kinds = new Kind[FEW_FIELDS];
  private int[] nameFrom = new int[FEW_FIELDS];
  private int[] nameTo = new int[FEW_FIELDS];
  private int[] valueFrom = new int[FEW_FIELDS];
  private int[] valueTo = new int[FEW_FIELDS];

  /**
   * Reads the object in {@code bytes[from, to)}.
   *
   * @return empty if it is one, otherwise the reason why it is none
   */
  public Optional<String> parse(byte[] bytes, int from, int to) {
    size = 0;
    source = bytes;
    return isPlain(bytes, from, to)
        ? Optional.empty()
        : Optional.ofNullable(parseAny(bytes, from, to));
  }

  /** How many fields the object has; of a name that comes twice both are there. */
  public int size() {
    return size;
  }

  /** The array that holds names and values. */
  public byte[] bytes() {
    return source;
  }

  /** What the value of a field is, the first being 0. */
  public Kind kind(int field) {
    return kinds[field];
  }

  /** Where the name of a field begins in {@link #bytes()}. */
  public int nameFrom(int field) {
    return nameFrom[field];
  }

  /** Where it ends, exclusive. */
  public int nameTo(int field) {
    return nameTo[field];
  }

  /** Where the value of a field begins in {@link #bytes()}. */
  public int valueFrom(int field) {
    return valueFrom[field];
  }

  /** Where it ends, exclusive. */
  public int valueTo(int field) {
    return valueTo[field];
  }

  private void add(int nameStart, int nameEnd, Kind kind, int valueStart, int valueEnd) {
    if (size == kinds.length) {
      int more = 2 * size;
      kinds = Arrays.copyOf(kinds, more);
      nameFrom = Arrays.copyOf(nameFrom, more);
      nameTo = Arrays.copyOf(nameTo, more);
      valueFrom = Arrays.copyOf(valueFrom, more);
      valueTo = Arrays.copyOf(valueTo, more);
    }
    nameFrom[size] = nameStart;
    nameTo[size] = nameEnd;
    kinds[size] = kind;
    valueFrom[size] = valueStart;
    valueTo[size] = valueEnd;
    size++;
  }

  /** Whether it is a plain object, whose fields there are then. */
  private boolean isPlain(byte[] bytes, int from, int to) {
    int i = from;
    if (i == to || bytes[i] != '{') {
      return false;
    }
    i = afterSpace(bytes, i + 1, to);
    while (i < to && bytes[i] == '"') {
      int name = i + 1;
      int nameEnd = endOfPlainText(bytes, name, to);
      i = afterSpace(bytes, nameEnd + 1, to);
      if (nameEnd < 0 || i >= to || bytes[i] != ':') {
        return false;
      }
      i = afterSpace(bytes, i + 1, to);
      int value = i;
      i = i < to ? endOfPlainValue(bytes, i, to) : -1;
      if (i < 0) {
        return false;
      }
      switch (bytes[value]) {
        case '"' -> add(name, nameEnd, Kind.TEXT, value + 1, i - 1);
        case 't', 'f' -> add(name, nameEnd, Kind.TRUTH, value, i);
        case 'n' -> add(name, nameEnd, Kind.NULL, value, i);
        default -> add(name, nameEnd, Kind.NUMBER, value, i);
      }
      i = afterSpace(bytes, i, to);
      if (i < to && bytes[i] == '}') {
        return afterSpace(bytes, i + 1, to) == to;
      }
      if (i >= to || bytes[i] != ',') {
        return false;
      }
      i = afterSpace(bytes, i + 1, to);
    }
    return false;
  }

  private static int afterSpace(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to
        && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** Where the quote is that ends a plain text, or -1 if it is none. */
  private static int endOfPlainText(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        return i;
      }
      // Control characters, and all that is not ASCII, whose bytes are negative.
      if (b < ' ' || b == '\\') {
        return -1;
      }
    }
    return -1;
  }

  /** Where a plain value ends, or -1 if it is none. */
  private static int endOfPlainValue(byte[] bytes, int from, int to) {
    return switch (bytes[from]) {
      case '"' -> {
        int quote = endOfPlainText(bytes, from + 1, to);
        yield quote < 0 ? -1 : quote + 1;
      }
      case 't' -> endOfWord("true", bytes, from, to);
      case 'f' -> endOfWord("false", bytes, from, to);
      case 'n' -> endOfWord("null", bytes, from, to);
      default -> NumberText.endOfNumber(bytes, from, to);
    };
  }

  private static int endOfWord(String word, byte[] bytes, int from, int to) {
    if (to - from < word.length()) {
      return -1;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return -1;
      }
    }
    return from + word.length();
  }

  /** Null if it is an object, otherwise the reason why not. */
  private String parseAny(byte[] bytes, int from, int to) {
    size = 0;
    // JSON would be read in other encodings, too, which have zeros.
    if (hasZero(bytes, from, to) || !Utf8.isValid(bytes, from, to)) {
      return "not valid UTF-8";
    }
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return "not a JSON object";
      }
      int i = from + 1;
      for (String name; (name = json.nextFieldName()) != null; ) {
        // What Jackson has read is where it was expected: only where it ends is to be found.
        int rawName = firstOf('"', bytes, i);
        i = endOfText(bytes, rawName);
        int nameStart = texts.size();
        if (hasHalfPair(name)) {
          texts.write(bytes, rawName + 1, i - rawName - 2);
        } else {
          texts.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        }
        int nameEnd = texts.size();
        Kind kind = kind(json.nextToken());
        if (kind == Kind.TEXT && hasHalfPair(json.getText())) {
          kind = Kind.HALF_PAIR;
        }
        json.skipChildren();
        int rawValue = afterSpace(bytes, firstOf(':', bytes, i) + 1, to);
        i = endOfValue(bytes, rawValue, to);
        if (kind == Kind.TEXT) {
          texts.writeBytes(json.getText().getBytes(StandardCharsets.UTF_8));
        } else {
          writeWithoutSpace(bytes, rawValue, i, texts);
        }
        add(nameStart, nameEnd, kind, nameEnd, texts.size());
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        return "more than one JSON object";
      }
    } catch (JsonProcessingException e) {
      size = 0;
      return "not JSON: " + e.getOriginalMessage().lines().findFirst().orElse("");
    } catch (IOException e) {
      // There is nothing that could be read or not.
      throw new UncheckedIOException(e);
    }
    source = texts.toByteArray();
    return null;
  }

  private static boolean hasZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private static Kind kind(JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Kind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Kind.TRUTH;
      case VALUE_NULL -> Kind.NULL;
      default -> Kind.NESTED;
    };
  }

  private static boolean hasHalfPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static int firstOf(char wanted, byte[] bytes, int from) {
    int i = from;
    while (bytes[i] != wanted) {
      i++;
    }
    return i;
  }

  /** Where a text ends, behind its quote, that begins with one here. */
  private static int endOfText(byte[] bytes, int quote) {
    int i = quote + 1;
    while (bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  /** Where a value ends that is well-formed; what is behind it may not be. */
  private static int endOfValue(byte[] bytes, int from, int to) {
    if (bytes[from] == '"') {
      return endOfText(bytes, from);
    }
    boolean nested = bytes[from] == '{' || bytes[from] == '[';
    int depth = 0;
    int i = from;
    while (i < to) {
      byte b = bytes[i];
      if (!nested && ",}]\" \t\r\n".indexOf(b) >= 0) {
        return i;
      }
      i = b == '"' ? endOfText(bytes, i) : i + 1;
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
      if (nested && depth == 0) {
        return i;
      }
    }
    return i;
  }

  private static void writeWithoutSpace(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
    for (int i = from; i < to; ) {
      int end = bytes[i] == '"' ? endOfText(bytes, i) : i + 1;
      if (afterSpace(bytes, i, to) == i) {
        out.write(bytes, i, end - i);
      }
      i = end;
    }
  }
}
