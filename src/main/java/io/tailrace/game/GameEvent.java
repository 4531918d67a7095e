package io.tailrace.game;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A player's action, as it was requested.
 *
 * @param reduces whether it takes back (DELETE) what it otherwise gives (GET)
 * @param detail which sword or guild, as it was sent or by default; empty for the default action
 */
record GameEvent(GameAction action, boolean reduces, String detail) {

  private static final int MAX_DETAIL_CHARACTERS = 100;
  private static final String TYPE = "event_type";
  private static final String DIRECTION = "direction";
  private static final String DETAIL = "event_detail";
  private static final Set<String> FIELDS = Set.of(TYPE, DIRECTION, DETAIL);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The event that a request is.
   *
   * @param method one of the action's methods
   * @param query the query of the request's URL as it was sent, or null; parameters other than
   *     {@code event_detail} mean nothing
   * @throws BadRequestException if the detail cannot be used
   */
  static GameEvent of(GameAction action, String method, String query) throws BadRequestException {
    String detail = action.defaultDetail();
    if (action.hasDirection() && query != null) {
      boolean found = false;
      for (String parameter : query.split("&")) {
        String[] nameAndValue = parameter.split("=", 2);
        if (nameAndValue[0].equals(DETAIL)) {
          if (found) {
            throw new BadRequestException(DETAIL + " is given twice");
          }
          found = true;
          detail = checked(decoded(nameAndValue.length == 1 ? "" : nameAndValue[1]));
        }
      }
    }
    return new GameEvent(action, method.equals("DELETE"), detail);
  }

  private static String decoded(String value) throws BadRequestException {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(DETAIL + " has a % that is not followed by two hex digits");
    }
  }

  private static String checked(String detail) throws BadRequestException {
    if (detail.isBlank()) {
      throw new BadRequestException(DETAIL + " is empty");
    }
    if (detail.codePointCount(0, detail.length()) > MAX_DETAIL_CHARACTERS) {
      throw new BadRequestException(
          DETAIL + " is longer than " + MAX_DETAIL_CHARACTERS + " characters");
    }
    if (detail.chars().anyMatch(Character::isISOControl)) {
      throw new BadRequestException(DETAIL + " has a control character");
    }
    if (detail.indexOf('\uFFFD') >= 0) {
      throw new BadRequestException(DETAIL + " is not UTF-8");
    }
    return detail;
  }

  /** The answer to the request, without a line end. */
  String answer() {
    return String.format(action.answer(reduces), titleCase(detail));
  }

  /** With the first letter of each word in upper case and the others in lower case. */
  private static String titleCase(String text) {
    StringBuilder title = new StringBuilder(text.length());
    boolean inWord = false;
    for (int character : text.codePoints().toArray()) {
      title.appendCodePoint(
          inWord ? Character.toLowerCase(character) : Character.toTitleCase(character));
      inWord = Character.isLetterOrDigit(character) || character == '\'';
    }
    return title.toString();
  }

  /**
   * The event as a JSON object: the request's headers, then the fields of the event, which no
   * header replaces; {@code direction} and {@code event_detail} are not there for the default
   * action.
   *
   * @param headers names and values in their order
   */
  byte[] toJson(Map<String, String> headers) {
    Map<String, String> fields = new LinkedHashMap<>(headers);
    fields.keySet().removeIf(FIELDS::contains);
    fields.put(TYPE, action.eventType());
    if (action.hasDirection()) {
      fields.put(DIRECTION, reduces ? "reduce" : "increase");
      fields.put(DETAIL, detail);
    }
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
