package io.tailrace.sql.function;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.util.Utf8;

/** Functions of ARRAYs and ROWs, whose elements are objects as rows of logs have them. */
public final class Lists {

  private Lists() {}

  /** The number of elements. */
  public static long length(List<?> list) {
    return list.size();
  }

  /** An element, the first being 1 and the last -1; null if there is none or it is NULL. */
  public static Object element(List<?> list, long place) {
    long at = place < 0 ? list.size() + place : place - 1;
    return place == 0 || at < 0 || at >= list.size() ? null : list.get((int) at);
  }

  /** Whether an element is the same. */
  public static boolean contains(List<?> list, boolean value) {
    return list.contains(value);
  }

  /** Whether an element is the same. */
  public static boolean contains(List<?> list, int value) {
    return list.contains(value);
  }

  /** Whether an element is the same, be it a number or the digits of a DECIMAL. */
  public static boolean contains(List<?> list, long value) {
    for (Object element : list) {
      if (element instanceof Long number && number == value
          || element instanceof BigDecimal decimal
              && decimal.unscaledValue().equals(BigInteger.valueOf(value))) {
        return true;
      }
    }
    return false;
  }

  /** Whether an element is the same, where NaN is, and a zero of either sign. */
  public static boolean contains(List<?> list, double value) {
    for (Object element : list) {
      if (element instanceof Double number
          && (number == value || Double.isNaN(number) && Double.isNaN(value))) {
        return true;
      }
    }
    return false;
  }

  /** Whether an element has the same digits. */
  public static boolean contains(List<?> list, BigInteger value) {
    for (Object element : list) {
      if (element instanceof BigDecimal decimal && decimal.unscaledValue().equals(value)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an element is the same. */
  public static boolean contains(List<?> list, Text value) {
    for (Object element : list) {
      if (element instanceof Utf8 text && isSame(text, value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSame(Utf8 one, Text other) {
    return Arrays.equals(
        one.getBytes(), 0, one.getByteLength(), other.bytes(), other.from(), other.to());
  }

  /** Sets a text to an element. */
  public static void set(Text text, Object element) {
    Utf8 utf8 = (Utf8) element;
    text.set(utf8.getBytes(), 0, utf8.getByteLength());
  }
}
