package io.tailrace.format;

import io.tailrace.format.JsonObjectParser.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads an event of a game as JSON: one object with what a player did, {@code event_type}, {@code
 * direction} and {@code event_detail}, and the headers of the request. Other fields may be
 * anything. Names of headers count in any case (RFC 9110, section 5.1); of fields that come twice
 * the last counts.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class GameEventParser {

  /** The most characters of what becomes a key of a report. */
  static final int LONGEST_KEY = 256;

  /** The fields that count, by their names in lower case. */
  private enum Field {
    EVENT_TYPE(true),
    DIRECTION(true),
    EVENT_DETAIL(false),
    ACCEPT(false),
    HOST(true),
    USER_AGENT(false),
    OTHER(false);

    /** Whether its value becomes part of a key of a report. */
    final boolean isKey;

    Field(boolean isKey) {
      this.isKey = isKey;
    }

    static Field named(String name) {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "event_type" -> EVENT_TYPE;
        case "direction" -> DIRECTION;
        case "event_detail" -> EVENT_DETAIL;
        case "accept" -> ACCEPT;
        case "host" -> HOST;
        case "user-agent" -> USER_AGENT;
        default -> OTHER;
      };
    }
  }

  private static final Field[] FIELDS = Field.values();

  private final JsonObjectParser object = new JsonObjectParser();
  private final KnownBytes<String> texts = new KnownBytes<>(GameEventParser::newText);
  private final KnownBytes<Field> fields = new KnownBytes<>(GameEventParser::newField);
  private final String[] values = new String[FIELDS.length];

  /**
   * Reads the event in {@code bytes[from, to)}.
   *
   * @return empty if it is one, otherwise the reason why it is none
   */
  public Optional<String> parse(byte[] bytes, int from, int to) {
    Arrays.fill(values, null);
    Optional<String> problem = object.parse(bytes, from, to);
    for (int i = 0; problem.isEmpty() && i < object.size(); i++) {
      Field field = field(i);
      if (field != Field.OTHER) {
        problem = take(field, i);
      }
    }
    return problem.isEmpty() && eventType() == null ? Optional.of("no event_type") : problem;
  }

  private Field field(int place) {
    return fields.get(object.bytes(), object.nameFrom(place), object.nameTo(place));
  }

  private String name(int place) {
    return texts.get(object.bytes(), object.nameFrom(place), object.nameTo(place));
  }

  /** Returns what is wrong with the value, if anything is. */
  private Optional<String> take(Field field, int place) {
    Kind kind = object.kind(place);
    if (kind == Kind.NULL) {
      values[field.ordinal()] = null;
      return Optional.empty();
    }
    if (kind != Kind.TEXT) {
      return Optional.of(name(place) + " is no text");
    }
    String text = texts.get(object.bytes(), object.valueFrom(place), object.valueTo(place));
    values[field.ordinal()] = text;
    // Databases index no long text, and not all of them take control characters.
    if (field.isKey && text.length() > LONGEST_KEY) {
      return Optional.of(name(place) + " is longer than " + LONGEST_KEY + " characters");
    }
    if (field.isKey && hasControlCharacter(text)) {
      return Optional.of(name(place) + " has a control character");
    }
    return Optional.empty();
  }

  private static boolean hasControlCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static String newText(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static Field newField(byte[] bytes, int from, int to) {
    return Field.named(newText(bytes, from, to));
  }

  private String value(Field field) {
    return values[field.ordinal()];
  }

  public String eventType() {
    return value(Field.EVENT_TYPE);
  }

  /** Null if it has none, like the next ones. */
  public String direction() {
    return value(Field.DIRECTION);
  }

  public String eventDetail() {
    return value(Field.EVENT_DETAIL);
  }

  public String accept() {
    return value(Field.ACCEPT);
  }

  public String host() {
    return value(Field.HOST);
  }

  public String userAgent() {
    return value(Field.USER_AGENT);
  }
}
