package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.time.Month;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * Reads lines of any LogFormat of Apache and log_format of NGINX, by way of the library <a
 * href="https://github.com/nielsbasjes/logparser">httpdlog-parser</a>, at a few microseconds a
 * line.
 *
 * <p>A format without a status or a time is refused; any other field that it does not have is
 * absent. A time without a zone is one in UTC.
 *
 * <p>The library finds the fields. What it makes of them differs here in three things, so that a
 * line is the same record whichever way its format is given:
 *
 * <ul>
 *   <li>Text is what the server wrote. The library resolves Apache's escapes in the request and the
 *       agent, though not in the referer; it takes {@code \xb0} for U+FFB0, and throws what no
 *       caller expects when an escape is cut.
 *   <li>The status is a number from 100 to 599, and not any word.
 *   <li>The times of {@code %t}, {@code $time_local} and {@code $time_iso8601} are in the calendar:
 *       the library takes 31 February for the last of that month and 24:00:00 for the next day.
 * </ul>
 */
final class LogFormatParser implements AccessLineParser {

  static final String BAD_TIME = "time is not as the LogFormat says, or not in the calendar";
  static final String NO_MATCH = "line is not as the LogFormat says";

  /**
   * The library knows what {@code %>s} wrote by the first of these, and {@code %<s} by the last.
   */
  private static final List<String> VARIANTS = List.of(".last", "", ".original");

  private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");

  /** Bytes beyond ASCII are these characters for the library: no white space, and no line ends. */
  private static final char NON_ASCII = '\ue000';

  private final Parser<Values> parser = new Parser<>(Values.class);
  private final Values values = new Values();
  private final String[] textPaths = new String[AccessField.COUNT];
  private final String statusPath;
  private final TimePath timePath;
  private final String bytesPath;

  private byte[] buffer = new byte[256];
  private final int[] from = new int[AccessField.COUNT];
  private final int[] to = new int[AccessField.COUNT];
  private long timeMillis;
  private int status;
  private long bodyBytes;

  /**
   * @param logFormat as in the server's configuration; there, quotes may be behind backslashes
   * @throws IllegalArgumentException if the library cannot read it, or has no status or time in it
   */
  LogFormatParser(String logFormat) {
    String format = unescape(logFormat);
    Dissector line =
        ApacheHttpdLogFormatDissector.looksLikeApacheFormat(format)
            ? new Apache(format)
            : new NginxHttpdLogFormatDissector(format);
    parser.setRootType(HttpdLogFormatDissector.INPUT_TYPE);
    parser.addDissector(line);
    parser.addDissector(new HttpFirstLineDissector());
    parser.addDissector(new CalendarTime("TIME.STAMP", CalendarTime.LOCAL));
    parser.addDissector(new CalendarTime("TIME.ISO8601", CalendarTime.ISO_8601));

    Set<String> outputs = new TreeSet<>(line.getPossibleOutput());
    for (AccessField field : AccessField.values()) {
      textPaths[field.ordinal()] = findPath(outputs, sources(field));
    }
    statusPath = findPath(outputs, List.of(Source.of("STRING:request.status")));
    timePath = TimePath.find(outputs);
    bytesPath =
        findPath(
            outputs,
            List.of(
                Source.of("BYTESCLF:response.body.bytes"),
                Source.of("BYTES:response.body.bytes"),
                Source.of("BYTES:response.bytes")));
    requireStatusAndTime(logFormat);
    try {
      Set<String> paths = new HashSet<>(Arrays.asList(textPaths));
      paths.addAll(Arrays.asList(statusPath, timePath.path(), bytesPath));
      paths.remove(null);
      for (String path : paths) {
        parser.addParseTarget("set", path);
      }
      // Makes the parser ready to parse.
      parser.getAllCasts();
    } catch (NoSuchMethodException | InvalidDissectorException | MissingDissectorsException e) {
      throw new IllegalArgumentException(
          "LogFormat '" + logFormat + "' cannot be read: " + e.getMessage().strip(), e);
    }
  }

  @Override
  public byte[] buffer(AccessField field) {
    return buffer;
  }

  @Override
  public int from(AccessField field) {
    return from[field.ordinal()];
  }

  @Override
  public int to(AccessField field) {
    return to[field.ordinal()];
  }

  @Override
  public long timeMillis() {
    return timeMillis;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long bytes() {
    return bodyBytes;
  }

  @Override
  public String parse(byte[] bytes, int from, int to) {
    if (to - from > MAX_LINE_BYTES) {
      return ByteAccessLineParser.TOO_LONG;
    }
    values.byPath.clear();
    try {
      parser.parse(values, decode(bytes, from, to));
    } catch (DissectionFailure e) {
      return e.getCause() instanceof DateTimeParseException ? BAD_TIME : NO_MATCH;
    } catch (InvalidDissectorException | MissingDissectorsException e) {
      throw new IllegalStateException(e);
    }
    String statusText = values.byPath.get(statusPath);
    if (statusText == null || !STATUS.matcher(statusText).matches()) {
      return ByteAccessLineParser.BAD_STATUS;
    }
    status = Integer.parseInt(statusText);
    String timeText = values.byPath.get(timePath.path());
    try {
      timeMillis = timePath.kind().toMillis(timeText);
    } catch (ArithmeticException | NumberFormatException e) {
      return BAD_TIME;
    }
    String bytesText = values.byPath.get(bytesPath);
    try {
      bodyBytes = bytesText == null ? -1 : Long.parseLong(bytesText);
    } catch (NumberFormatException e) {
      return ByteAccessLineParser.BIG_BYTES;
    }
    keepTexts();
    return null;
  }

  private void keepTexts() {
    int position = 0;
    for (int field = 0; field < textPaths.length; field++) {
      String text = values.byPath.get(textPaths[field]);
      from[field] = position;
      if (text != null) {
        if (position + text.length() > buffer.length) {
          buffer = Arrays.copyOf(buffer, Math.max(position + text.length(), buffer.length * 2));
        }
        for (int i = 0; i < text.length(); i++) {
          buffer[position++] = (byte) text.charAt(i);
        }
      }
      to[field] = position;
    }
  }

  /** One character a byte, so that every byte comes back as it was. */
  private static String decode(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        char[] characters = new char[to - from];
        for (int j = from; j < to; j++) {
          characters[j - from] = (char) (bytes[j] < 0 ? NON_ASCII + (bytes[j] & 0xff) : bytes[j]);
        }
        return new String(characters);
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }

  /** A configuration has quotes and tabs as {@code \"} and {@code \t}. */
  private static String unescape(String logFormat) {
    if (logFormat.indexOf('\n') >= 0 || logFormat.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("LogFormat '" + logFormat + "' is more than one line");
    }
    return logFormat.replace("\\\"", "\"").replace("\\t", "\t");
  }

  private void requireStatusAndTime(String logFormat) {
    List<String> missing = new ArrayList<>();
    if (statusPath == null) {
      missing.add("status (%>s, or $status of NGINX)");
    }
    if (timePath == null) {
      missing.add("time in one piece (%t, or $time_local of NGINX)");
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "LogFormat '" + logFormat + "' has no " + String.join(" and no ", missing));
    }
  }

  /** By which path the library gives a field, or null if it does not. */
  private static String findPath(Set<String> outputs, List<Source> sources) {
    for (Source source : sources) {
      for (String variant : VARIANTS) {
        if (outputs.contains(source.output() + variant)) {
          return source.path(variant);
        }
      }
    }
    return null;
  }

  private static List<Source> sources(AccessField field) {
    Source line = Source.of("HTTP.FIRSTLINE:request.firstline");
    return switch (field) {
      case HOST ->
          List.of(Source.of("IP:connection.client.host"), Source.of("IP:connection.client.ip"));
      case IDENTITY -> List.of(Source.of("NUMBER:connection.client.logname"));
      case USER -> List.of(Source.of("STRING:connection.client.user"));
      case METHOD ->
          List.of(
              line.part("HTTP.METHOD", "method"),
              Source.of("HTTP.METHOD:request.method"),
              Source.of("HTTP.METHOD:request.firstline.method"));
      case ENDPOINT ->
          List.of(
              line.part("HTTP.URI", "uri"),
              Source.of("HTTP.URI:request.firstline.uri"),
              Source.of("URI:request.urlpath"),
              Source.of("HTTP.URI:request.firstline.uri.normalized"));
      case PROTOCOL ->
          List.of(
              line.part("HTTP.PROTOCOL_VERSION", "protocol"),
              Source.of("PROTOCOL:request.protocol"),
              Source.of("HTTP.PROTOCOL_VERSION:request.firstline.protocol"));
      case REFERER -> List.of(Source.of("HTTP.URI:request.referer"));
      case AGENT -> List.of(Source.of("HTTP.USERAGENT:request.user-agent"));
    };
  }

  /**
   * Where a field comes from.
   *
   * @param output what the LogFormat gives, {@code TYPE:name} as the library says it
   * @param partType the type of the part of it that is the field, or null if all of it is
   * @param part the name of that part
   */
  private record Source(String output, String partType, String part) {

    static Source of(String output) {
      return new Source(output, null, null);
    }

    Source part(String partType, String part) {
      return new Source(output, partType, part);
    }

    String path(String variant) {
      return partType == null
          ? output + variant
          : partType + output.substring(output.indexOf(':')) + variant + "." + part;
    }
  }

  /** What a LogFormat can have for a time, the first choice first. */
  private enum TimeKind {
    STAMP("TIME.STAMP:"),
    ISO_8601("TIME.ISO8601:"),
    FORMATTED("TIME.STRFTIME_"),
    MILLISECONDS("TIME.EPOCH:"),
    MICROSECONDS("TIME.EPOCH.USEC:"),
    SECONDS("TIME.SECONDS:"),
    SECONDS_AND_MILLISECONDS("TIME.EPOCH_SECOND_MILLIS:");

    private final String prefix;

    TimeKind(String prefix) {
      this.prefix = prefix;
    }

    /**
     * The outputs of a LogFormat that are this kind of time. With more than one text of the time
     * each may be a part of it, such as its zone, so that none is one.
     */
    List<String> in(Set<String> outputs) {
      List<String> times =
          outputs.stream()
              .filter(output -> output.startsWith(prefix) && !output.contains("_frac"))
              .filter(output -> output.contains(":request.receive.time"))
              .toList();
      return this == FORMATTED && times.size() > 1 ? List.of() : times;
    }

    String path(String output) {
      return switch (this) {
        case STAMP, ISO_8601, FORMATTED ->
            "TIME.EPOCH" + output.substring(output.indexOf(':')) + ".epoch";
        default -> output;
      };
    }

    long toMillis(String text) {
      return switch (this) {
        case MICROSECONDS -> Math.floorDiv(Long.parseLong(text), 1_000);
        case SECONDS -> Math.multiplyExact(Long.parseLong(text), 1_000);
        case SECONDS_AND_MILLISECONDS -> Long.parseLong(text.replace(".", ""));
        default -> Long.parseLong(text);
      };
    }
  }

  /**
   * How the library gives the time.
   *
   * @param path as which field
   * @param kind what the LogFormat has
   */
  private record TimePath(String path, TimeKind kind) {

    /** Null if the LogFormat has no time. */
    static TimePath find(Set<String> outputs) {
      for (TimeKind kind : TimeKind.values()) {
        for (String output : kind.in(outputs)) {
          return new TimePath(kind.path(output), kind);
        }
      }
      return null;
    }
  }

  /** What the library found in a line; public, as it calls this by reflection. */
  public static final class Values {

    private final Map<String, String> byPath = new HashMap<>();

    Map<String, String> byPath() {
      return byPath;
    }

    /** Takes a field. */
    public void set(String path, String text) {
      byPath.put(path, text);
    }
  }

  /** Leaves the text as it is; public, as the library makes copies of it by reflection. */
  public static final class Apache extends ApacheHttpdLogFormatDissector {

    private static final long serialVersionUID = 1L;

    /** For the library. */
    public Apache() {}

    Apache(String logFormat) {
      super(logFormat);
    }

    @Override
    public String decodeExtractedValue(String name, String value) {
      return "-".equals(value) ? null : value;
    }
  }

  /** Takes no time that is not in the calendar; public, as {@link Apache} is. */
  public static final class CalendarTime extends TimeStampDissector {

    private static final long serialVersionUID = 1L;

    /** The months' names are those that servers write, whatever the locales of this machine say. */
    private static final DateTimeFormatter LOCAL =
        new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("dd/")
            .appendText(
                ChronoField.MONTH_OF_YEAR,
                Arrays.stream(Month.values())
                    .collect(
                        Collectors.toMap(
                            month -> (long) month.getValue(),
                            month -> month.name().substring(0, 3))))
            .appendPattern("/uuuu:HH:mm:ss xx")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final DateTimeFormatter ISO_8601 =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /** For the library. */
    public CalendarTime() {}

    CalendarTime(String inputType, DateTimeFormatter formatter) {
      setInputType(inputType);
      setFormatter(formatter);
    }

    @Override
    protected void initializeNewInstance(Dissector copy) {
      super.initializeNewInstance(copy);
      ((CalendarTime) copy).setFormatter(getFormatter());
    }
  }
}
