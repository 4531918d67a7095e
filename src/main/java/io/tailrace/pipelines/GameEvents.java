package io.tailrace.pipelines;

import io.tailrace.feed.LineFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.GameEventParser;
import io.tailrace.log.LogTable;
import io.tailrace.log.RowCondition;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/** What players did, from the events of a game on a Kafka topic, as a table. */
public final class GameEvents implements LogPipeline {

  /** Events per type and direction, those that are not kept, too. */
  public static final Report EVENTS_BY_TYPE =
      new Report(
          "events_by_type",
          List.of(Report.RECORDS),
          List.of(
              Column.keyPart("event_type", 0),
              Column.keyPart("direction", 1),
              Column.records("events")));

  /** The same per host and type. */
  public static final Report EVENTS_BY_HOST =
      new Report(
          "events_by_host",
          List.of(Report.RECORDS),
          List.of(
              Column.keyPart("host", 0),
              Column.keyPart("event_type", 1),
              Column.records("events")));

  /** The events that players care about, as they came, in the order of their offsets. */
  public static final LogTable VALID_EVENTS =
      LogTable.of(
          "valid_events",
          SchemaBuilder.record("ValidEvent")
              .namespace("io.tailrace")
              .fields()
              .name("raw_event")
              .prop(LogTable.UNORDERED, "true")
              .type()
              .stringType()
              .noDefault()
              .name("timestamp")
              .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
              .noDefault()
              .optionalString("Accept")
              .optionalString("Host")
              .name("User_Agent")
              .prop(LogTable.COLUMN, "User-Agent")
              .type()
              .optional()
              .stringType()
              .requiredString("event_type")
              .optionalString("direction")
              .optionalString("event_detail")
              .requiredInt("kafka_partition")
              .requiredLong("kafka_offset")
              .endRecord());

  private static final Set<String> KEPT = Set.of("sword_event", "guild_event");

  private static final Schema SCHEMA = VALID_EVENTS.schema();

  @Override
  public String name() {
    return "game-events";
  }

  @Override
  public String description() {
    return "What players did, as a table to query, from the events of a game on a Kafka topic";
  }

  @Override
  public Class<GameEventsOptions> options() {
    return GameEventsOptions.class;
  }

  @Override
  public List<Report> reports() {
    return List.of(EVENTS_BY_TYPE, EVENTS_BY_HOST);
  }

  @Override
  public List<LogTable> logs() {
    return List.of(VALID_EVENTS);
  }

  @Override
  public Optional<RowCondition> noticed(TailraceOptions options) {
    try {
      String condition = options.as(GameEventsOptions.class).getNotifyOn();
      return Optional.of(RowCondition.parse(VALID_EVENTS.in(options.getLogFormat()), condition));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--notifyOn: " + e.getMessage(), e);
    }
  }

  @Override
  public LineFunction lines(TailraceOptions options) {
    return Events::new;
  }

  private static final class Events implements LineFunction.UnitLines {

    private final UnitInput input;
    private final ReportTable byType;
    private final ReportTable byHost;
    private final Consumer<GenericRecord> validEvents;
    private final Map<String, Map<String, Integer>> typeRows = new HashMap<>();
    private final Map<String, Map<String, Integer>> hostRows = new HashMap<>();
    private final GameEventParser parser = new GameEventParser();

    Events(UnitInput input, UnitOutput output) {
      this.input = input;
      this.byType = output.table(EVENTS_BY_TYPE);
      this.byHost = output.table(EVENTS_BY_HOST);
      this.validEvents = output.log(VALID_EVENTS);
    }

    @Override
    public String line(byte[] bytes, int from, int to) {
      String problem = parser.parse(bytes, from, to);
      if (problem == null) {
        add(byType, typeRows, parser.eventType(), parser.direction());
        add(byHost, hostRows, parser.host(), parser.eventType());
        if (KEPT.contains(parser.eventType())) {
          validEvents.accept(row(bytes, from, to));
        }
      }
      return problem;
    }

    /** Looks a row up by the parts of its key, so that they are put together once. */
    private static void add(
        ReportTable table, Map<String, Map<String, Integer>> rows, String first, String second) {
      int row =
          rows.computeIfAbsent(first, part -> new HashMap<>())
              .computeIfAbsent(
                  second, part -> table.row(Column.keyOf(orEmpty(first), orEmpty(part))));
      table.add(row, 0, 1);
    }

    private static String orEmpty(String text) {
      return text == null ? "" : text;
    }

    private GenericRecord row(byte[] bytes, int from, int to) {
      GenericRecord row = new GenericData.Record(SCHEMA);
      row.put(0, new Utf8(Arrays.copyOfRange(bytes, from, to)));
      row.put(1, input.timestampMillis());
      row.put(2, parser.accept());
      row.put(3, parser.host());
      row.put(4, parser.userAgent());
      row.put(5, parser.eventType());
      row.put(6, parser.direction());
      row.put(7, parser.eventDetail());
      row.put(8, input.partition());
      row.put(9, input.offset());
      return row;
    }
  }
}
