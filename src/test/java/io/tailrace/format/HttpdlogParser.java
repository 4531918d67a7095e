package io.tailrace.format;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import nl.basjes.parse.core.Dissector;
import nl.basjes.parse.core.Parser;
import nl.basjes.parse.core.exceptions.DissectionFailure;
import nl.basjes.parse.core.exceptions.InvalidDissectorException;
import nl.basjes.parse.core.exceptions.MissingDissectorsException;
import nl.basjes.parse.httpdlog.ApacheHttpdLogFormatDissector;
import nl.basjes.parse.httpdlog.HttpdLogFormatDissector;
import nl.basjes.parse.httpdlog.NginxHttpdLogFormatDissector;
import nl.basjes.parse.httpdlog.dissectors.HttpFirstLineDissector;
import nl.basjes.parse.httpdlog.dissectors.TimeStampDissector;

/**
 * Reads lines of a LogFormat by the library <a
 * href="https://github.com/nielsbasjes/logparser">httpdlog-parser</a>. Text is what the server
 * wrote: the library's own way to resolve escapes, which it has for some fields, is switched off.
 */
final class HttpdlogParser {

  /** What a line can have for a report. */
  enum Value {
    HOST,
    IDENTITY,
    USER,
    METHOD,
    ENDPOINT,
    PROTOCOL,
    REFERER,
    AGENT,
    TIME,
    STATUS,
    BYTES
  }

  /** Bytes beyond ASCII are these characters for the library: no white space, and no line ends. */
  private static final char NON_ASCII = '\ue000';

  private final Parser<Values> parser = new Parser<>(Values.class);
  private final Values values = new Values();
  private final Map<Value, String> paths = new EnumMap<>(Value.class);

  HttpdlogParser(String format) {
    Dissector line =
        ApacheHttpdLogFormatDissector.looksLikeApacheFormat(format)
            ? new Verbatim(format)
            : new NginxHttpdLogFormatDissector(format);
    parser.setRootType(HttpdLogFormatDissector.INPUT_TYPE);
    parser.addDissector(line);
    parser.addDissector(new HttpFirstLineDissector());
    parser.addDissector(new TimeStampDissector());
    parser.addDissector(new TimeStampDissector("TIME.ISO8601", "yyyy-MM-dd'T'HH:mm:ssXXX"));
    Set<String> outputs = new TreeSet<>(line.getPossibleOutput());
    for (Value value : Value.values()) {
      choices(value).stream()
          .map(choice -> choice.path(outputs))
          .flatMap(Optional::stream)
          .findFirst()
          .ifPresent(path -> paths.put(value, path));
    }
    try {
      for (String path : Set.copyOf(paths.values())) {
        parser.addParseTarget("set", path);
      }
      // Makes the parser ready to parse.
      parser.getAllCasts();
    } catch (NoSuchMethodException | InvalidDissectorException | MissingDissectorsException e) {
      throw new IllegalArgumentException(format, e);
    }
  }

  /** What the line has; empty if it is none to the library. */
  Optional<Map<Value, String>> parse(byte[] bytes) {
    char[] line = new char[bytes.length];
    for (int i = 0; i < line.length; i++) {
      line[i] = (char) (bytes[i] < 0 ? NON_ASCII + (bytes[i] & 0xff) : bytes[i]);
    }
    values.byPath.clear();
    try {
      parser.parse(values, new String(line));
    } catch (DissectionFailure e) {
      return Optional.empty();
    } catch (InvalidDissectorException | MissingDissectorsException e) {
      throw new IllegalStateException(e);
    }
    Map<Value, String> found = new EnumMap<>(Value.class);
    paths.forEach(
        (value, path) -> {
          String text = values.byPath.get(path);
          if (text != null && !text.isEmpty()) {
            found.put(value, value == Value.TIME ? millis(path, text) : inBytes(text));
          }
        });
    return Optional.of(found);
  }

  private static String inBytes(String text) {
    StringBuilder bytes = new StringBuilder();
    text.chars().forEach(c -> bytes.append((char) (c & 0xff)));
    return bytes.toString();
  }

  private static String millis(String path, String text) {
    if (path.startsWith("TIME.EPOCH.USEC:")) {
      return String.valueOf(Long.parseLong(text) / 1_000);
    }
    return path.startsWith("TIME.SECONDS:") ? text + "000" : text.replace(".", "");
  }

  /** What the library may call a value, the first choice first. */
  private static List<Choice> choices(Value value) {
    Choice line = new Choice("HTTP.FIRSTLINE:request.firstline", null);
    return switch (value) {
      case HOST ->
          List.of(Choice.of("IP:connection.client.host"), Choice.of("IP:connection.client.ip"));
      case IDENTITY -> List.of(Choice.of("NUMBER:connection.client.logname"));
      case USER -> List.of(Choice.of("STRING:connection.client.user"));
      case METHOD ->
          List.of(
              line.part("HTTP.METHOD", "method"),
              Choice.of("HTTP.METHOD:request.method"),
              Choice.of("HTTP.METHOD:request.firstline.method"));
      case ENDPOINT ->
          List.of(
              line.part("HTTP.URI", "uri"),
              Choice.of("HTTP.URI:request.firstline.uri"),
              Choice.of("URI:request.urlpath"),
              Choice.of("HTTP.URI:request.firstline.uri.normalized"));
      case PROTOCOL ->
          List.of(
              line.part("HTTP.PROTOCOL_VERSION", "protocol"),
              Choice.of("PROTOCOL:request.protocol"),
              Choice.of("HTTP.PROTOCOL_VERSION:request.firstline.protocol"));
      case REFERER -> List.of(Choice.of("HTTP.URI:request.referer"));
      case AGENT -> List.of(Choice.of("HTTP.USERAGENT:request.user-agent"));
      case TIME ->
          List.of(
              new Choice("TIME.STAMP:request.receive.time", "TIME.EPOCH .epoch"),
              new Choice("TIME.ISO8601:request.receive.time", "TIME.EPOCH .epoch"),
              new Choice("TIME.STRFTIME_*:request.receive.time", "TIME.EPOCH .epoch"),
              Choice.of("TIME.EPOCH:request.receive.time.msec"),
              Choice.of("TIME.SECONDS:request.receive.time.sec"),
              Choice.of("TIME.EPOCH_SECOND_MILLIS:request.receive.time.epoch"));
      case STATUS -> List.of(Choice.of("STRING:request.status"));
      case BYTES ->
          List.of(
              Choice.of("BYTESCLF:response.body.bytes"),
              Choice.of("BYTES:response.body.bytes"),
              Choice.of("BYTES:response.bytes"));
    };
  }

  /**
   * A value of a line.
   *
   * @param output what the library gives for a directive, {@code TYPE:name}
   * @param part the type of the part of it that is the value, and what is behind the name; or null:
   *     all of it is the value
   */
  private record Choice(String output, String part) {

    static Choice of(String output) {
      return new Choice(output, null);
    }

    Choice part(String type, String name) {
      return new Choice(output, type + " ." + name);
    }

    /** How it is asked for, if a LogFormat has it; {@code %>s} is the last of two, as here. */
    Optional<String> path(Set<String> outputs) {
      String[] typeAndName = output.split(":");
      return List.of(".last", "", ".original").stream()
          .flatMap(
              variant ->
                  outputs.stream()
                      .filter(
                          there ->
                              there.endsWith(":" + typeAndName[1] + variant)
                                  && there.matches(typeAndName[0].replace("*", ".*") + ":.*")))
          .findFirst()
          .map(there -> part == null ? there : part(there));
    }

    private String part(String there) {
      String[] typeAndName = part.split(" ");
      return typeAndName[0] + there.substring(there.indexOf(':')) + typeAndName[1];
    }
  }

  /** What the library found in a line; public, as it calls this by reflection. */
  public static final class Values {

    private final Map<String, String> byPath = new HashMap<>();

    /** Takes a value. */
    public void set(String path, String text) {
      byPath.put(path, text);
    }
  }

  /** Leaves the text as it is; public, as the library makes copies of it by reflection. */
  public static final class Verbatim extends ApacheHttpdLogFormatDissector {

    private static final long serialVersionUID = 1L;

    /** For the library. */
    public Verbatim() {}

    Verbatim(String format) {
      super(format);
    }

    @Override
    public String decodeExtractedValue(String name, String value) {
      return "-".equals(value) ? null : value;
    }
  }
}
