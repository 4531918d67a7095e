package io.tailrace.alert;

import io.tailrace.table.LogTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/**
 * A limit has been crossed, or is kept again, or that can no longer be told.
 *
 * @param rule the rule, as it was given
 * @param host the host, or null if the rule is not by host
 * @param state what has become of the alert
 * @param windowStart the beginning of the window that tells, in milliseconds since 1970
 * @param windowEnd its end, exclusive
 * @param requests the requests in it
 * @param counted those of them that the rule counts
 * @param late whether the window had ended before, without that
 */
public record ShareAlert(
    String rule,
    String host,
    State state,
    long windowStart,
    long windowEnd,
    long requests,
    long counted,
    boolean late)
    implements Alert, Serializable {

  private static final Schema TIME =
      LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));

  /** The log of alerts. */
  public static final LogTable LOG =
      LogTable.of(
          LOG_NAME,
          SchemaBuilder.record("ShareAlert")
              .namespace("io.tailrace")
              .fields()
              .requiredString("rule")
              .optionalString("host")
              .requiredString("state")
              .name("windowStart")
              .type(TIME)
              .noDefault()
              .name("windowEnd")
              .type(TIME)
              .noDefault()
              .requiredLong("requests")
              .requiredLong("counted")
              .requiredDouble("percent")
              .requiredBoolean("late")
              .endRecord());

  private static final Schema SCHEMA = LOG.schema();

  /** What rows of the log say, as {@link Alert#summary} has it. */
  static final String SUMMARY =
      "SELECT rule AS name, NULL::VARCHAR AS view, host AS series, state,"
          + " windowEnd::TIMESTAMPTZ AS told,"
          + " format('{:.1f}% ({:d} of {:d} requests)', percent, counted, requests) AS much"
          + " FROM "
          + LOG_NAME;

  /** Whether it was raised; otherwise it has ended. */
  public boolean raised() {
    return state == State.RAISED;
  }

  /** The share, in percent. */
  public double percent() {
    return requests == 0 ? 0 : 100.0 * counted / requests;
  }

  @Override
  public GenericRecord toRow() {
    return new GenericRecordBuilder(SCHEMA)
        .set("rule", rule)
        .set("host", host)
        .set("state", state.toString())
        .set("windowStart", windowStart)
        .set("windowEnd", windowEnd)
        .set("requests", requests)
        .set("counted", counted)
        .set("percent", percent())
        .set("late", late)
        .build();
  }

  @Override
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("rule", rule);
    if (host != null) {
      fields.put("host", host);
    }
    fields.put("state", state.toString());
    fields.put("windowStart", Instant.ofEpochMilli(windowStart).toString());
    fields.put("windowEnd", Instant.ofEpochMilli(windowEnd).toString());
    fields.put("requests", requests);
    fields.put("counted", counted);
    fields.put("percent", percent());
    fields.put("late", late);
    return fields;
  }

  @Override
  public String toLine() {
    return String.format(
        Locale.ROOT,
        "ALERT %s%s: %s%s, %.1f%% (%,d of %,d requests) from %s to %s",
        state,
        late ? " late" : "",
        rule,
        host == null ? "" : " (" + host + ")",
        percent(),
        counted,
        requests,
        Instant.ofEpochMilli(windowStart),
        Instant.ofEpochMilli(windowEnd));
  }

  void writeTo(DataOutputStream out) throws IOException {
    out.writeUTF(rule);
    out.writeBoolean(host != null);
    if (host != null) {
      out.writeUTF(host);
    }
    // Of the first two, what earlier versions wrote as a truth value.
    out.writeByte(state.ordinal());
    out.writeLong(windowStart);
    out.writeLong(windowEnd);
    out.writeLong(requests);
    out.writeLong(counted);
    out.writeBoolean(late);
  }

  static ShareAlert readFrom(DataInputStream in) throws IOException {
    return new ShareAlert(
        in.readUTF(),
        in.readBoolean() ? in.readUTF() : null,
        State.values()[in.readByte()],
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean());
  }
}
