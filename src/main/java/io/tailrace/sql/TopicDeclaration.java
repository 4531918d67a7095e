package io.tailrace.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a declaration of TYPE kafka says of messages. Its properties have the names of Beam SQL; all
 * others are those of the format of the values, by their names or with the format before it, as
 * {@code csv.delimiter}.
 *
 * @param address where they are
 * @param format how their values are written: a word that can also be behind TYPE
 * @param properties those of that format
 */
record TopicDeclaration(TopicAddress address, String format, Map<String, String> properties) {

  /** The word behind TYPE. */
  static final String TYPE = "kafka";

  /** The format that only messages have. It is a word behind TYPE, too. */
  static final String GAME_EVENTS = "game_events";

  /** What values of messages can be. */
  private static final List<String> FORMATS =
      List.of("json", "csv", "regex", "logfmt", "access_log", GAME_EVENTS);

  private static final String FORMAT = "format";
  private static final String TOPICS = "topics";
  private static final String SERVERS = "bootstrap_servers";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether records of a type are messages of a topic. */
  static boolean isTopic(String type) {
    return type.equals(TYPE) || type.equals(GAME_EVENTS);
  }

  /**
   * Reads the clauses behind the word of the type.
   *
   * @param location the text behind LOCATION
   * @param text the text behind TBLPROPERTIES
   * @param properties what is in it
   * @throws io.tailrace.options.UsageException with the place of what cannot be used
   */
  static TopicDeclaration of(
      TokenReader tokens,
      Token type,
      Optional<Token> location,
      Optional<Token> text,
      Map<String, String> properties) {
    boolean isKafka = type.value().equalsIgnoreCase(TYPE);
    Map<String, String> others = new LinkedHashMap<>(properties);
    List<String> servers = new ArrayList<>();
    List<String> topics = new ArrayList<>();
    location.ifPresent(token -> addLocation(tokens, token, servers, topics));
    String format = GAME_EVENTS;
    if (isKafka) {
      servers.addAll(names(others.remove(SERVERS)));
      topics.addAll(names(others.remove(TOPICS)));
      format = format(tokens, text.orElse(type), others.remove(FORMAT));
    }
    Map<String, String> ofFormat = new LinkedHashMap<>();
    String prefix = format + ".";
    for (Map.Entry<String, String> property : others.entrySet()) {
      String name = property.getKey();
      String plain = isKafka && name.startsWith(prefix) ? name.substring(prefix.length()) : name;
      if (ofFormat.put(plain, property.getValue()) != null) {
        throw tokens.error(
            text.orElse(type), plain + " and " + prefix + plain + " are the same; give one");
      }
    }
    return new TopicDeclaration(
        new TopicAddress(distinct(servers), distinct(topics)), format, ofFormat);
  }

  private static List<String> distinct(List<String> names) {
    return names.stream().distinct().toList();
  }

  /** Takes {@code host:port,host:port/topic,topic} apart. */
  private static void addLocation(
      TokenReader tokens, Token location, List<String> servers, List<String> topics) {
    String text = location.value();
    int slash = text.indexOf('/');
    if (slash > 0) {
      servers.addAll(names(text.substring(0, slash)));
      topics.addAll(names(text.substring(slash + 1)));
    }
    if (servers.isEmpty()
        || topics.isEmpty()
        || !servers.stream().allMatch(server -> server.matches(".+:\\d+"))
        || !topics.stream().allMatch(topic -> topic.matches("[A-Za-z0-9._-]+"))) {
      throw tokens.error(
          location, "LOCATION: give the topic as 'host:port/topic', not '" + text + "'");
    }
  }

  private static String format(TokenReader tokens, Token at, String format) {
    String formats = String.join(", ", FORMATS);
    if (format == null) {
      throw tokens.error(
          at,
          "TYPE kafka needs the format of the values: TBLPROPERTIES '{\"format\": \"json\"}'; there"
              + " are "
              + formats);
    }
    String lower = format.toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(lower)) {
      throw tokens.error(at, "format: " + format + " is unknown; there are " + formats);
    }
    return lower;
  }

  /** The names in a property: an array of JSON, or a text with commas. */
  private static List<String> names(String property) {
    if (property == null) {
      return List.of();
    }
    return texts(property).map(String::strip).filter(name -> !name.isEmpty()).toList();
  }

  private static Stream<String> texts(String property) {
    try {
      JsonNode array = JSON.readTree(property);
      if (array.isArray()) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
      }
    } catch (JsonProcessingException e) {
      // It is a text; an address of IPv6 begins with a bracket, too.
    }
    return Arrays.stream(property.split(","));
  }
}
