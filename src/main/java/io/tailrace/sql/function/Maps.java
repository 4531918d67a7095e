package io.tailrace.sql.function;

import java.util.Arrays;
import java.util.Map;
import org.apache.avro.util.Utf8;

/** Functions of MAPs, which have few entries: they are looked at one after the other. */
public final class Maps {

  private Maps() {}

  /** The value of a key; null if the key is not there, or its value is NULL. */
  public static Object value(Map<?, ?> map, Text key) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (isKey(entry, key)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** Whether there is a key, be its value NULL. */
  public static boolean contains(Map<?, ?> map, Text key) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (isKey(entry, key)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isKey(Map.Entry<?, ?> entry, Text key) {
    Utf8 name = (Utf8) entry.getKey();
    return Arrays.equals(
        name.getBytes(), 0, name.getByteLength(), key.bytes(), key.from(), key.to());
  }
}
