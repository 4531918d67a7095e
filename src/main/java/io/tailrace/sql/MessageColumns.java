package io.tailrace.sql;

import io.tailrace.format.KeyBytes;
import io.tailrace.format.SqlType;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.function.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.util.Utf8;

/**
 * What comes with the value of a message, as columns: its place on the topic, its time, its key and
 * its headers. Generated classes have one; it is not safe for use by more than one thread.
 *
 * <p>Keys, and names and values of headers, may be any bytes. Control characters and bytes that are
 * not UTF-8 are written as {@link KeyBytes} does, {@code \x00}.
 */
final class MessageColumns {

  /** The columns that each message has. They are there with or without a declaration. */
  static final List<InputColumn> ALL =
      List.of(
          column("kafka_key", SqlType.VARCHAR, Origin.KEY),
          column("kafka_timestamp", SqlType.TIMESTAMP, Origin.MODIFIED),
          column("kafka_partition", SqlType.INTEGER, Origin.PARTITION),
          column("kafka_offset", SqlType.BIGINT, Origin.OFFSET),
          column("kafka_topic", SqlType.VARCHAR, Origin.TOPIC),
          column("kafka_headers", SqlType.map(SqlType.VARCHAR), Origin.HEADERS));

  private final KeyBytes readable = new KeyBytes(Integer.MAX_VALUE);
  private byte[] copy = {};

  private static InputColumn column(String name, SqlType type, Origin origin) {
    return new InputColumn(name, List.of(name), type, false, origin);
  }

  /** The column of a name, whatever its case. */
  static Optional<InputColumn> of(String name) {
    return ALL.stream().filter(column -> column.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Sets a text to a key. It is valid until the key's bytes change. */
  void set(Text text, ByteBuffer key) {
    int length = key.remaining();
    if (key.hasArray()) {
      set(text, key.array(), key.arrayOffset() + key.position(), length);
    } else {
      if (copy.length < length) {
        copy = new byte[length];
      }
      key.get(key.position(), copy, 0, length);
      set(text, copy, 0, length);
    }
  }

  private void set(Text text, byte[] bytes, int from, int length) {
    if (length == 0) {
      text.set(bytes, from, from);
      return;
    }
    readable.set(bytes, from, from + length);
    text.set(readable.bytes(), readable.from(), readable.to());
  }

  /** Headers as a MAP, in their order. */
  Map<Utf8, Utf8> headers(Map<String, byte[]> headers) {
    Map<Utf8, Utf8> map = new LinkedHashMap<>();
    headers.forEach(
        (name, value) ->
            map.put(
                text(name.getBytes(StandardCharsets.UTF_8)), value == null ? null : text(value)));
    return map;
  }

  private Utf8 text(byte[] bytes) {
    if (bytes.length == 0) {
      return new Utf8();
    }
    readable.set(bytes, 0, bytes.length);
    return new Utf8(Arrays.copyOfRange(readable.bytes(), readable.from(), readable.to()));
  }
}
