package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.hamcrest.Matchers.startsWith;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** What is an event of a game, and what is none. */
public final class GameEventFieldsTest {

  private final GameEventFields event = new GameEventFields(GameEventFields.COLUMNS);

  private Optional<String> parse(String json) {
    byte[] bytes = ("before" + json + "behind").getBytes(StandardCharsets.UTF_8);
    return event.read(bytes, "before".length(), bytes.length - "behind".length());
  }

  /** The value of a column, or null. */
  private String value(String name) {
    int column = GameEventFields.COLUMNS.indexOf(name);
    if (event.content(column) == FieldReader.Content.NOTHING) {
      return null;
    }
    return text(event, column);
  }

  private static String text(FieldReader reader, int column) {
    return new String(
        reader.bytes(column),
        reader.from(column),
        reader.to(column) - reader.from(column),
        StandardCharsets.UTF_8);
  }

  private String reason(String json) {
    return parse(json).orElseThrow();
  }

  @Test
  public void anEventWithItsHeaders() {
    Optional<String> problem =
        parse(
            "{\"Host\": \"Player 1\", \"User-Agent\": \"curl/7.47.0\", \"Accept\": \"*/*\","
                + " \"event_type\": \"sword_event\", \"direction\": \"increase\","
                + " \"event_detail\": \"wood\"}");
    assertThat(problem, is(Optional.empty()));
    assertThat(value("Host"), is("Player 1"));
    assertThat(value("User-Agent"), is("curl/7.47.0"));
    assertThat(value("Accept"), is("*/*"));
    assertThat(value("event_type"), is("sword_event"));
    assertThat(value("direction"), is("increase"));
    assertThat(value("event_detail"), is("wood"));
  }

  @Test
  public void theMessageIsAColumnToo() {
    String json = "{\"event_type\": \"default\", \"x\": [1, {\"y\": \"\\u00e9\"}]}";
    parse(json);
    assertThat(value("raw_event"), is(json));
  }

  @Test
  public void aMessageThatComesAgainHasTheSameObjects() {
    String json = "{\"event_type\":\"default\",\"Host\":\"a\"}";
    parse(json);
    byte[] host = event.bytes(GameEventFields.COLUMNS.indexOf("Host"));
    parse(json.replace("default", "other"));
    parse(json);
    assertThat(event.bytes(GameEventFields.COLUMNS.indexOf("Host")), is(sameInstance(host)));
    assertThat(value("event_type"), is("default"));
  }

  @Test
  public void columnsAreThoseThatAreAskedFor() {
    GameEventFields asked = new GameEventFields(List.of("direction", "_rescued", "Host"));
    byte[] json =
        "{\"Host\":\"h\",\"event_type\":\"a\",\"direction\":\"d\",\"x\":1}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(asked.read(json, 0, json.length), is(Optional.empty()));
    assertThat(text(asked, 0), is("d"));
    assertThat(asked.content(1), is(FieldReader.Content.NOTHING));
    assertThat(text(asked, 2), is("h"));
  }

  @Test
  public void whatAnEventLacksIsNull() {
    parse("{\"event_type\":\"sword_event\",\"Host\":\"a\",\"direction\":\"reduce\"}");
    assertThat(parse("{\"event_type\":\"default\",\"direction\":null}"), is(Optional.empty()));
    assertThat(value("direction"), is(nullValue()));
    assertThat(value("Host"), is(nullValue()));
    assertThat(value("event_detail"), is(nullValue()));
  }

  @Test
  public void namesOfHeadersCountInAnyCase() {
    parse("{\"event_type\":\"default\",\"host\":\"h\",\"user-agent\":\"u\",\"ACCEPT\":\"a\"}");
    assertThat(value("Host"), is("h"));
    assertThat(value("User-Agent"), is("u"));
    assertThat(value("Accept"), is("a"));
  }

  @Test
  public void otherFieldsMayBeAnything() {
    assertThat(
        parse(
            "{\"x\":{\"event_type\":1},\"y\":[1,[{}]],\"event_type\":\"guild_event\",\"z\":1.5e3}"),
        is(Optional.empty()));
    assertThat(value("event_type"), is("guild_event"));
  }

  @Test
  public void whatIsNoJson() {
    assertThat(reason(""), is("not a JSON object"));
    assertThat(reason("hello"), startsWith("not JSON: "));
    assertThat(reason("{\"event_type\":\"default\""), startsWith("not JSON: "));
    assertThat(reason("{\"event_type\":\"default\"} x"), startsWith("not JSON: "));
    assertThat(reason("{\"event_type\":\"a\nb\"}"), startsWith("not JSON: "));
  }

  @Test
  public void whatIsNoText() {
    for (int before = 0; before < 20; before++) {
      String start = "{\"event_type\":\"default\",\"x\":\"" + "x".repeat(before);
      assertThat(reason(start + "\0xxxxxxxxx\"}"), is("not valid UTF-8"));
      assertThat(parse(start + "\u00e9xxxxxxxxx\"}"), is(Optional.empty()));
    }
  }

  @Test
  public void whatIsNotOneObject() {
    assertThat(reason("[]"), is("not a JSON object"));
    assertThat(reason("\"event_type\""), is("not a JSON object"));
    assertThat(reason("{\"event_type\":\"default\"}{}"), is("more than one JSON object"));
  }

  @Test
  public void whatHasNoTypeOrTheWrongTypes() {
    assertThat(reason("{}"), is("no event_type"));
    assertThat(reason("{\"event_type\":null}"), is("no event_type"));
    assertThat(reason("{\"event_type\":3}"), is("event_type is no text"));
    assertThat(reason("{\"event_type\":\"a\",\"direction\":{}}"), is("direction is no text"));
    assertThat(reason("{\"event_type\":\"a\",\"Host\":[1]}"), is("Host is no text"));
  }

  @Test
  public void whatCanBeNoKey() {
    assertThat(reason("{\"event_type\":\"a\\u0000\"}"), is("event_type has a control character"));
    assertThat(
        reason("{\"event_type\":\"a\",\"Host\":\"" + "h".repeat(257) + "\"}"),
        is("Host is longer than 256 characters"));
    assertThat(
        parse("{\"event_type\":\"a\",\"event_detail\":\"\\u0000" + "d".repeat(999) + "\"}"),
        is(Optional.empty()));
  }

  @Test
  public void otherEncodings() {
    byte[] utf16 = "{\"event_type\":\"default\"}".getBytes(StandardCharsets.UTF_16LE);
    assertThat(event.read(utf16, 0, utf16.length), is(Optional.of("not valid UTF-8")));
    byte[] latin1 = "{\"event_type\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(event.read(latin1, 0, latin1.length), is(Optional.of("not valid UTF-8")));
  }
}
