package io.tailrace.pipelines;

import io.tailrace.format.AccessLogFields;
import io.tailrace.format.AccessLogFormat;
import io.tailrace.format.CsvFields;
import io.tailrace.format.CsvSettings;
import io.tailrace.format.FieldReader;
import io.tailrace.format.GameEventFields;
import io.tailrace.format.JsonFields;
import io.tailrace.format.LinePattern;
import io.tailrace.format.LogfmtFields;
import io.tailrace.format.PropertyException;
import io.tailrace.format.RegexFields;
import io.tailrace.sql.InputTable;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** How the records of an input that SQL declares are written. */
sealed interface SqlFormat extends Serializable {

  /**
   * The format of an input.
   *
   * @param columns what its records are taken apart into
   * @throws IllegalArgumentException with what is expected, if its properties cannot be used
   */
  static SqlFormat of(InputTable input, List<InputColumn> columns) {
    return switch (input.format()) {
      case "csv" -> Csv.of(input, columns);
      case "json" -> Json.of(input, columns);
      case "regex" -> Regex.of(input, columns);
      case "logfmt" -> Logfmt.of(input.properties(), columns);
      case "access_log" -> AccessLog.of(input.properties(), columns);
      case "game_events" -> GameEvents.of(input.properties(), columns);
      default ->
          throw new IllegalArgumentException(
              "TYPE "
                  + input.format()
                  + " is unknown; there are csv, json, regex, logfmt, access_log and game_events");
    };
  }

  /** Whether each line is a record, so that large files can be read in pieces. */
  boolean isLines();

  /** How many of the first lines of a file are no records. */
  default int skippedLines() {
    return 0;
  }

  /** What takes records apart; for one thread. */
  FieldReader newReader();

  private static int[] positions(List<InputColumn> columns) {
    List<InputColumn> fields = fields(columns);
    return columns.stream()
        .mapToInt(
            column ->
                column.origin() == Origin.RESCUED ? FieldReader.RESCUED : fields.indexOf(column))
        .toArray();
  }

  private static List<InputColumn> fields(List<InputColumn> columns) {
    return columns.stream().filter(column -> column.origin() == Origin.FIELD).toList();
  }

  /** Whether a line feed can be part of a record, where a file does not end it. */
  default boolean takesLineFeeds() {
    return !isLines();
  }

  /** Refuses a property that says something of files. */
  private static void requireFiles(InputTable input, String property) {
    if (input.topic().isPresent() && input.properties().containsKey(property)) {
      throw new PropertyException(
          property, property + " is a property of files; a message is one record");
    }
  }

  /** Lines of values in the order of the columns. */
  record Csv(CsvSettings settings, List<InputColumn> columns) implements SqlFormat {

    static Csv of(InputTable input, List<InputColumn> columns) {
      CsvSettings settings = CsvSettings.of(input.properties());
      requireFiles(input, "header");
      requireFiles(input, "skip");
      if (fields(input.columns()).isEmpty()) {
        throw new IllegalArgumentException(
            "csv needs the columns of the values; declare them in their order");
      }
      return new Csv(settings, columns);
    }

    @Override
    public boolean isLines() {
      return true;
    }

    @Override
    public int skippedLines() {
      return settings.skippedLines();
    }

    @Override
    public FieldReader newReader() {
      int fields = fields(columns).size();
      return new CsvFields(settings, fields, fields < columns.size(), positions(columns));
    }
  }

  /** Objects of JSON, whose fields have the names of the columns. */
  record Json(
      boolean isLines, boolean evolves, List<InputColumn> declared, List<InputColumn> columns)
      implements SqlFormat {

    private static final String RECORDS = "records";

    static Json of(InputTable input, List<InputColumn> columns) {
      for (Map.Entry<String, String> property : input.properties().entrySet()) {
        switch (property.getKey()) {
          case RECORDS -> check(property, "any", "lines");
          case InputTable.EVOLUTION -> check(property, "none", InputTable.ADD_COLUMNS);
          default ->
              throw new PropertyException(
                  property.getKey(),
                  String.format(
                      "json has no property '%s'; there are records and schemaEvolutionMode",
                      property.getKey()));
        }
      }
      requireFiles(input, RECORDS);
      boolean isLines = input.properties().getOrDefault(RECORDS, "any").equals("lines");
      return new Json(isLines, input.evolves(), fields(input.columns()), columns);
    }

    private static void check(Map.Entry<String, String> property, String one, String other) {
      if (!List.of(one, other).contains(property.getValue())) {
        throw new PropertyException(
            property.getKey(),
            String.format(
                "%s: give %s or %s, not '%s'",
                property.getKey().equals(InputTable.EVOLUTION)
                    ? "schemaEvolutionMode"
                    : property.getKey(),
                one,
                other,
                property.getValue()));
      }
    }

    @Override
    public FieldReader newReader() {
      if (evolves) {
        return new EvolvingFields(declared, columns);
      }
      return new JsonFields(
          fields(columns).stream().map(InputColumn::path).toList(), positions(columns));
    }
  }

  /** Lines that match a pattern, whose groups have the names of the columns. */
  record Regex(LinePattern pattern, List<InputColumn> columns) implements SqlFormat {

    static Regex of(InputTable input, List<InputColumn> columns) {
      LinePattern pattern = LinePattern.of(input.properties());
      for (InputColumn column : fields(input.columns())) {
        if (pattern.group(column.name()) < 0) {
          throw new PropertyException(
              LinePattern.PROPERTY,
              String.format(
                  "the pattern has no group '%s'; there are %s",
                  column.name(), String.join(", ", pattern.groups())));
        }
      }
      for (String group : pattern.groups()) {
        if (input.topic().isPresent() && InputTable.isOfMessages(group)) {
          throw new PropertyException(
              LinePattern.PROPERTY,
              String.format("each message has a column %s; give the group another name", group));
        }
      }
      if (columns.stream().anyMatch(column -> column.origin() != Origin.FIELD)) {
        throw new IllegalArgumentException("regex has no column _rescued");
      }
      return new Regex(pattern, columns);
    }

    @Override
    public boolean isLines() {
      return true;
    }

    /** The pattern says where: {@code .} is none, unless it has {@code (?s)}. */
    @Override
    public boolean takesLineFeeds() {
      return true;
    }

    @Override
    public FieldReader newReader() {
      return new RegexFields(pattern, columns.stream().map(InputColumn::name).toList());
    }
  }

  /** Lines of keys and values, whose keys have the names of the columns. */
  record Logfmt(List<InputColumn> columns) implements SqlFormat {

    static Logfmt of(Map<String, String> properties, List<InputColumn> columns) {
      if (!properties.isEmpty()) {
        throw new IllegalArgumentException("logfmt has no properties");
      }
      return new Logfmt(columns);
    }

    @Override
    public boolean isLines() {
      return true;
    }

    @Override
    public FieldReader newReader() {
      return new LogfmtFields(
          fields(columns).stream().map(InputColumn::name).toList(), positions(columns));
    }
  }

  /**
   * Lines of an access log.
   *
   * @param longest the most bytes of a text
   */
  record AccessLog(AccessLogFormat format, int longest, List<InputColumn> columns)
      implements SqlFormat {

    private static final String LONGEST = "longest";
    private static final int SHORTEST = 16;

    static AccessLog of(Map<String, String> properties, List<InputColumn> columns) {
      for (String property : properties.keySet()) {
        if (!List.of(AccessLogFormat.PROPERTY, LONGEST).contains(property)) {
          throw new PropertyException(
              property,
              String.format(
                  "access_log has no property '%s'; there are format and longest", property));
        }
      }
      if (columns.stream().anyMatch(column -> column.origin() != Origin.FIELD)) {
        throw new IllegalArgumentException("access_log has no column _rescued");
      }
      return new AccessLog(
          format(properties.getOrDefault(AccessLogFormat.PROPERTY, "combined")),
          longest(properties.getOrDefault(LONGEST, String.valueOf(Integer.MAX_VALUE))),
          columns);
    }

    private static AccessLogFormat format(String text) {
      try {
        AccessLogFormat format = new AccessLogFormat(text);
        format.parser();
        return format;
      } catch (IllegalArgumentException e) {
        throw new PropertyException(AccessLogFormat.PROPERTY, "format: " + e.getMessage());
      }
    }

    private static int longest(String text) {
      try {
        int longest = Integer.parseInt(text);
        if (longest >= SHORTEST) {
          return longest;
        }
      } catch (NumberFormatException e) {
        // It is refused below.
      }
      throw new PropertyException(
          LONGEST,
          String.format("longest: give a number of bytes from %d, not '%s'", SHORTEST, text));
    }

    @Override
    public boolean isLines() {
      return true;
    }

    @Override
    public FieldReader newReader() {
      return new AccessLogFields(
          format.parser(),
          columns.stream().map(column -> AccessLogFields.Column.of(column.path().get(0))).toList(),
          longest);
    }
  }

  /** Messages of a topic that are events of a game. */
  record GameEvents(List<InputColumn> columns) implements SqlFormat {

    static GameEvents of(Map<String, String> properties, List<InputColumn> columns) {
      if (!properties.isEmpty()) {
        throw new IllegalArgumentException("game_events has no properties");
      }
      return new GameEvents(columns);
    }

    @Override
    public boolean isLines() {
      return false;
    }

    @Override
    public FieldReader newReader() {
      return new GameEventFields(columns.stream().map(column -> column.path().get(0)).toList());
    }
  }
}
