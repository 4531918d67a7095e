package io.tailrace.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

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

  private static final JsonFactory JSON = new JsonFactory();

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
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return Utf8.isValid(bytes, from, to);
  }

  private void field(String name, JsonParser json) throws IOException {
    switch (name.toLowerCase(Locale.ROOT)) {
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
    if (text != null && text.chars().anyMatch(Character::isISOControl)) {
      throw new NoEventException(name + " has a control character");
    }
    return text;
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
