package io.tailrace.format;

import io.tailrace.format.JsonObjectParser.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.util.Utf8;

/**
 * Reads messages that are events of a game: objects of JSON with what a player did, {@code
 * event_type}, {@code direction} and {@code event_detail}, and the headers of the request. Other
 * fields may be anything. Names count in any case, as those of headers do (RFC 9110, section 5.1);
 * of fields that come twice the last counts.
 *
 * <p>A message that came a moment ago is known, fields and all: those who play do the same again
 * and again, with the same headers.
 */
public final class GameEventFields implements FieldReader {

  /** The most characters of what becomes a key of a report. */
  static final int LONGEST_KEY = 256;

  /** The fields that count. */
  private enum Field {
    /** The whole message. */
    RAW_EVENT("raw_event", false),
    ACCEPT("Accept", false),
    HOST("Host", true),
    USER_AGENT("User-Agent", false),
    EVENT_TYPE("event_type", true),
    DIRECTION("direction", true),
    EVENT_DETAIL("event_detail", false);

    private static final Field[] ALL = values();

    final String column;

    /** Whether its value becomes part of a key of a report. */
    final boolean isKey;

    Field(String column, boolean isKey) {
      this.column = column;
      this.isKey = isKey;
    }
  }

  /** The columns of a message, the first being the message itself. */
  public static final List<String> COLUMNS =
      Arrays.stream(Field.ALL).map(field -> field.column).toList();

  /**
   * What is known of a message.
   *
   * @param problem why it is no event, if it is none
   * @param values by the places of the fields; null where it has none
   */
  private record Event(Optional<String> problem, Utf8[] values) {}

  private final JsonObjectParser object = new JsonObjectParser();
  private final KnownBytes<Event> events = new KnownBytes<>(this::newEvent);
  private final KnownBytes<Utf8> texts = new KnownBytes<>(GameEventFields::newText);

  /** The fields of names; empty for others. */
  private final KnownBytes<Optional<Field>> fields = new KnownBytes<>(GameEventFields::newField);

  private final int[] places;
  private Event event;

  /**
   * @param columns the columns that are asked for, by the names in {@link #COLUMNS}; others have
   *     nothing in them
   */
  public GameEventFields(List<String> columns) {
    this.places = columns.stream().mapToInt(COLUMNS::indexOf).toArray();
  }

  @Override
  public Optional<String> read(byte[] bytes, int from, int to) {
    event = events.get(bytes, from, to);
    return event.problem();
  }

  private Event newEvent(byte[] bytes, int from, int to) {
    Utf8[] values = new Utf8[Field.ALL.length];
    Optional<String> problem = object.parse(bytes, from, to);
    for (int i = 0; problem.isEmpty() && i < object.size(); i++) {
      Optional<Field> field = fields.get(object.bytes(), object.nameFrom(i), object.nameTo(i));
      if (field.isPresent()) {
        problem = take(field.get(), i, values);
      }
    }
    if (problem.isEmpty() && values[Field.EVENT_TYPE.ordinal()] == null) {
      problem = Optional.of("no event_type");
    }
    if (problem.isEmpty()) {
      values[Field.RAW_EVENT.ordinal()] = newText(bytes, from, to);
    }
    return new Event(problem, values);
  }

  /** Returns what is wrong with the value, if anything is. */
  private Optional<String> take(Field field, int place, Utf8[] values) {
    Kind kind = object.kind(place);
    if (kind == Kind.NULL) {
      values[field.ordinal()] = null;
      return Optional.empty();
    }
    if (kind != Kind.TEXT) {
      return Optional.of(name(place) + " is no text");
    }
    Utf8 value = texts.get(object.bytes(), object.valueFrom(place), object.valueTo(place));
    values[field.ordinal()] = value;
    if (!field.isKey) {
      return Optional.empty();
    }
    // Databases index no long text, and not all of them take control characters.
    String text = value.toString();
    if (text.length() > LONGEST_KEY) {
      return Optional.of(name(place) + " is longer than " + LONGEST_KEY + " characters");
    }
    return text.chars().anyMatch(Character::isISOControl)
        ? Optional.of(name(place) + " has a control character")
        : Optional.empty();
  }

  private Utf8 name(int place) {
    return texts.get(object.bytes(), object.nameFrom(place), object.nameTo(place));
  }

  private static Utf8 newText(byte[] bytes, int from, int to) {
    return new Utf8(Arrays.copyOfRange(bytes, from, to));
  }

  private static Optional<Field> newField(byte[] bytes, int from, int to) {
    String name = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return Arrays.stream(Field.ALL)
        .filter(field -> field != Field.RAW_EVENT)
        .filter(
            field -> field.column.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  @Override
  public Content content(int column) {
    return value(column) == null ? Content.NOTHING : Content.TEXT;
  }

  @Override
  public byte[] bytes(int column) {
    return value(column).getBytes();
  }

  @Override
  public int from(int column) {
    return 0;
  }

  @Override
  public int to(int column) {
    return value(column).getByteLength();
  }

  /** The value of a column, or null. */
  private Utf8 value(int column) {
    return places[column] < 0 ? null : event.values()[places[column]];
  }
}
