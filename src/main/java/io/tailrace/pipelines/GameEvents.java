package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.GameEventParser;
import io.tailrace.format.KnownBytes;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
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

  private static final int EVENTS_OF_TYPE = EVENTS_BY_TYPE.indexOf("records");
  private static final int EVENTS_OF_HOST = EVENTS_BY_HOST.indexOf("records");

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
  private static final int RAW_EVENT = SCHEMA.getField("raw_event").pos();
  private static final int ACCEPT = SCHEMA.getField("Accept").pos();
  private static final int HOST = SCHEMA.getField("Host").pos();
  private static final int USER_AGENT = SCHEMA.getField("User_Agent").pos();
  private static final int EVENT_TYPE = SCHEMA.getField("event_type").pos();
  private static final int DIRECTION = SCHEMA.getField("direction").pos();
  private static final int EVENT_DETAIL = SCHEMA.getField("event_detail").pos();
  private static final int TIMESTAMP = SCHEMA.getField("timestamp").pos();
  private static final int PARTITION = SCHEMA.getField("kafka_partition").pos();
  private static final int OFFSET = SCHEMA.getField("kafka_offset").pos();

  @Override
  public String name() {
    return "game-events";
  }

  @Override
  public String description() {
    return "What players did, as a table to query, from the events of a game on a Kafka topic";
  }

  @Override
  public String check() {
    return "that --topic is one of JSON objects";
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
  public List<Chart> charts() {
    return List.of(
        Chart.lines(
            "Events per type",
            EVENTS_BY_TYPE.name(),
            "SELECT event_type, sum(events)::BIGINT AS events FROM events_by_type GROUP BY ALL"
                + " ORDER BY events DESC LIMIT 8"));
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
  public RecordFunction records(TailraceOptions options) {
    return Events::new;
  }

  /** The first millisecond that SQL's times no longer have: that of the year 10000. */
  private static final long AFTER_ALL_TIMES = 253_402_300_800_000L;

  /**
   * What is to be done for a message.
   *
   * @param problem why it is no event, if it is none
   * @param typeRow its row in {@link #EVENTS_BY_TYPE}
   * @param hostRow its row in {@link #EVENTS_BY_HOST}
   * @param texts the texts of its row of {@link #VALID_EVENTS}, by the places of the columns; null
   *     if it is not kept
   */
  private record Message(
      Optional<String> problem, int typeRow, int hostRow, CharSequence[] texts) {}

  private static final class Events implements RecordFunction.UnitRecords {

    private final UnitInput input;
    private final ReportTable byType;
    private final ReportTable byHost;
    private final Consumer<GenericRecord> validEvents;
    private final Map<String, Map<String, Integer>> typeRows = new HashMap<>();
    private final Map<String, Map<String, Integer>> hostRows = new HashMap<>();
    private final GameEventParser parser = new GameEventParser();

    /** Those who play do the same again and again, with the same headers. */
    private final KnownBytes<Message> messages = new KnownBytes<>(this::read);

    Events(UnitInput input, UnitOutput output) {
      this.input = input;
      this.byType = output.table(EVENTS_BY_TYPE);
      this.byHost = output.table(EVENTS_BY_HOST);
      this.validEvents = output.log(VALID_EVENTS);
    }

    @Override
    public Optional<String> record(byte[] bytes, int from, int to) {
      if (input.timestampMillis() >= AFTER_ALL_TIMES) {
        return Optional.of(
            "the timestamp " + input.timestampMillis() + " ms is after the year 9999");
      }
      Message message = messages.get(bytes, from, to);
      if (message.problem().isEmpty()) {
        byType.add(message.typeRow(), EVENTS_OF_TYPE, 1);
        byHost.add(message.hostRow(), EVENTS_OF_HOST, 1);
        if (message.texts() != null) {
          validEvents.accept(row(message.texts()));
        }
      }
      return message.problem();
    }

    private Message read(byte[] bytes, int from, int to) {
      Optional<String> problem = parser.parse(bytes, from, to);
      if (problem.isPresent()) {
        return new Message(problem, 0, 0, null);
      }
      return new Message(
          problem,
          row(byType, typeRows, parser.eventType(), parser.direction()),
          row(byHost, hostRows, parser.host(), parser.eventType()),
          KEPT.contains(parser.eventType()) ? texts(bytes, from, to) : null);
    }

    /** Looks a row up by the parts of its key, so that they are put together once. */
    private static int row(
        ReportTable table, Map<String, Map<String, Integer>> rows, String first, String second) {
      return rows.computeIfAbsent(first, part -> new HashMap<>())
          .computeIfAbsent(second, part -> table.row(Column.keyOf(orEmpty(first), orEmpty(part))));
    }

    private static String orEmpty(String text) {
      return text == null ? "" : text;
    }

    private CharSequence[] texts(byte[] bytes, int from, int to) {
      CharSequence[] texts = new CharSequence[SCHEMA.getFields().size()];
      texts[RAW_EVENT] = new Utf8(Arrays.copyOfRange(bytes, from, to));
      texts[ACCEPT] = parser.accept();
      texts[HOST] = parser.host();
      texts[USER_AGENT] = parser.userAgent();
      texts[EVENT_TYPE] = parser.eventType();
      texts[DIRECTION] = parser.direction();
      texts[EVENT_DETAIL] = parser.eventDetail();
      return texts;
    }

    private GenericRecord row(CharSequence[] texts) {
      GenericRecord row = new GenericData.Record(SCHEMA);
      for (int column = 0; column < texts.length; column++) {
        row.put(column, texts[column]);
      }
      row.put(TIMESTAMP, input.timestampMillis());
      row.put(PARTITION, input.partition());
      row.put(OFFSET, input.offset());
      return row;
    }
  }
}
