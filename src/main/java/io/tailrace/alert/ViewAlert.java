package io.tailrace.alert;

import io.tailrace.table.LogTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/**
 * A condition on the rows of a report holds, or has ceased to hold.
 *
 * @param alert the name of the alert
 * @param view the name of the report
 * @param state what has become of the alert
 * @param key the columns of the row that tell its series from others, as text or null
 * @param bucketStart the beginning of the bucket that tells, in microseconds since 1970
 * @param bucketEnd its end, exclusive
 * @param measures the other columns of the row, as text or null; none if there is no row
 * @param late whether the bucket was complete before, without that
 */
public record ViewAlert(
    String alert,
    String view,
    State state,
    Map<String, String> key,
    long bucketStart,
    long bucketEnd,
    Map<String, String> measures,
    boolean late)
    implements Alert {

  /** As the columns of logs of SQL are, which can be NULL. */
  private static final Schema TEXTS =
      nullable(Schema.createMap(nullable(Schema.create(Schema.Type.STRING))));

  private static final Schema TIME =
      LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));

  /** The log of alerts. */
  public static final LogTable LOG =
      LogTable.of(
          LOG_NAME,
          SchemaBuilder.record("ViewAlert")
              .namespace("io.tailrace")
              .fields()
              .requiredString("alert")
              .requiredString("view")
              .requiredString("state")
              .name("key")
              .type(TEXTS)
              .noDefault()
              .name("bucketStart")
              .type(TIME)
              .noDefault()
              .name("bucketEnd")
              .type(TIME)
              .noDefault()
              .name("measures")
              .type(TEXTS)
              .noDefault()
              .requiredBoolean("late")
              .endRecord());

  private static final Schema SCHEMA = LOG.schema();

  /** What rows of the log say, as {@link Alert#summary} has it. */
  static final String SUMMARY =
      String.format(
          "SELECT alert AS name, view, %s AS series, state, bucketStart::TIMESTAMPTZ AS told,"
              + " %s AS much FROM %s",
          inWords("key"), inWords("measures"), LOG_NAME);

  private static String inWords(String column) {
    return "nullif(array_to_string([e.key || ' ' || coalesce(e.value, 'NULL')"
        + " for e in map_entries("
        + column
        + ")], ', '), '')";
  }

  private static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  @Override
  public GenericRecord toRow() {
    return new GenericRecordBuilder(SCHEMA)
        .set("alert", alert)
        .set("view", view)
        .set("state", state.toString())
        .set("key", key)
        .set("bucketStart", bucketStart)
        .set("bucketEnd", bucketEnd)
        .set("measures", measures)
        .set("late", late)
        .build();
  }

  @Override
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("alert", alert);
    fields.put("view", view);
    fields.put("state", state.toString());
    fields.put("key", key);
    fields.put("bucketStart", time(bucketStart).toString());
    fields.put("bucketEnd", time(bucketEnd).toString());
    fields.put("measures", measures);
    fields.put("late", late);
    return fields;
  }

  @Override
  public String toLine() {
    return String.format(
        Locale.ROOT,
        "ALERT %s%s: %s%s from %s to %s%s",
        state,
        late ? " late" : "",
        alert,
        key.isEmpty() ? "" : " (" + inWords(key) + ")",
        time(bucketStart),
        time(bucketEnd),
        measures.isEmpty() ? "" : ": " + inWords(measures));
  }

  private static String inWords(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(text -> text.getKey() + " " + text.getValue())
        .collect(Collectors.joining(", "));
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  void writeTo(DataOutputStream out) throws IOException {
    writeText(alert, out);
    writeText(view, out);
    out.writeByte(state.ordinal());
    writeTexts(key, out);
    out.writeLong(bucketStart);
    out.writeLong(bucketEnd);
    writeTexts(measures, out);
    out.writeBoolean(late);
  }

  static ViewAlert readFrom(DataInputStream in) throws IOException {
    return new ViewAlert(
        readText(in),
        readText(in),
        State.values()[in.readByte()],
        readTexts(in),
        in.readLong(),
        in.readLong(),
        readTexts(in),
        in.readBoolean());
  }

  private static void writeTexts(Map<String, String> texts, DataOutputStream out)
      throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      writeText(text.getKey(), out);
      writeText(text.getValue(), out);
    }
  }

  private static Map<String, String> readTexts(DataInputStream in) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      String name = readText(in);
      texts.put(name, readText(in));
    }
    return texts;
  }

  /** Writes a text of any length, or null. */
  static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
