package io.tailrace.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

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

  /** So many names are remembered in lower case; a sender of events has a few. */
  private static final int KNOWN_NAMES = 1_000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long EACH_LOWEST_BIT = 0x0101010101010101L;
  private static final long EACH_HIGHEST_BIT = 0x8080808080808080L;

  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, String> lowerCase = new HashMap<>();
  private String eventType;
  private String direction;
  private String eventDetail;
  private String accept;
  private String host;
  private String userAgent;

  /** Where a problem was found. */
  private static final class NoEventException extends IOException {

    private static final long serialVersionUID = 1L;

    NoEventException(String problem) {
      super(problem);
    }
  }

  /**
   * Reads the event in {@code bytes[from, to)}.
   *
   * @return null if it is one, otherwise the reason why it is none
   */
  public String parse(byte[] bytes, int from, int to) {
    eventType = null;
    direction = null;
    eventDetail = null;
    accept = null;
    host = null;
    userAgent = null;
    if (!isText(bytes, from, to)) {
      return "not valid UTF-8";
    }
    try (JsonParser json = JSON.createParser(bytes, from, to - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return "not a JSON object";
      }
      for (String name; (name = json.nextFieldName()) != null; ) {
        field(name, json);
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        return "more than one JSON object";
      }
    } catch (JsonProcessingException e) {
      return "not JSON: " + e.getOriginalMessage().lines().findFirst().orElse("");
    } catch (NoEventException e) {
      return e.getMessage();
    } catch (IOException e) {
      // There is nothing that could be read or not.
      throw new UncheckedIOException(e);
    }
    return eventType == null ? "no event_type" : null;
  }

  /** JSON would be read in other encodings, too, which have zeros. */
  private static boolean isText(byte[] bytes, int from, int to) {
    int i = from;
    // Eight characters of ASCII at a time, none of which is zero, as far as there are such.
    while (i <= to - Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      if (((eight | (eight - EACH_LOWEST_BIT)) & EACH_HIGHEST_BIT) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    int rest = i;
    for (; i < to; i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return Utf8.isValid(bytes, rest, to);
  }

  private void field(String name, JsonParser json) throws IOException {
    switch (inLowerCase(name)) {
      case "event_type" -> eventType = key(name, json);
      case "direction" -> direction = key(name, json);
      case "event_detail" -> eventDetail = text(name, json);
      case "accept" -> accept = text(name, json);
      case "host" -> host = key(name, json);
      case "user-agent" -> userAgent = text(name, json);
      default -> {
        json.nextToken();
        json.skipChildren();
      }
    }
  }

  private String inLowerCase(String name) {
    String known = lowerCase.get(name);
    if (known == null) {
      known = name.toLowerCase(Locale.ROOT);
      if (lowerCase.size() < KNOWN_NAMES) {
        lowerCase.put(name, known);
      }
    }
    return known;
  }

  private static String text(String name, JsonParser json) throws IOException {
    JsonToken token = json.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.VALUE_STRING) {
      throw new NoEventException(name + " is no text");
    }
    return json.getText();
  }

  /** Databases index no long text, and not all of them take control characters. */
  private static String key(String name, JsonParser json) throws IOException {
    String text = text(name, json);
    if (text != null && text.length() > LONGEST_KEY) {
      throw new NoEventException(name + " is longer than " + LONGEST_KEY + " characters");
    }
    if (text != null && hasControlCharacter(text)) {
      throw new NoEventException(name + " has a control character");
    }
    return text;
  }

  private static boolean hasControlCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  public String eventType() {
    return eventType;
  }

  /** Null if it has none, like the next ones. */
  public String direction() {
    return direction;
  }

  public String eventDetail() {
    return eventDetail;
  }

  public String accept() {
    return accept;
  }

  public String host() {
    return host;
  }

  public String userAgent() {
    return userAgent;
  }
}
