package io.tailrace.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The moments of some numbers, from which their variance follows without loss of digits.
 *
 * <p>A number is added as by Welford ("Note on a method for calculating corrected sums of squares
 * and products", Technometrics 4, 1962); two of them are merged by the pairwise formula of Chan,
 * Golub and LeVeque ("Updating formulae and a pairwise algorithm for computing sample variances",
 * Stanford STAN-CS-79-773, 1979).
 *
 * @param count how many numbers there are
 * @param mean their mean; 0 if there are none
 * @param m2 the sum of the squares of their distances from the mean
 */
public record Moments(long count, double mean, double m2) {

  /** Moments of no numbers. */
  static final Moments NONE = new Moments(0, 0, 0);

  /** So many bytes the moments of a table have: the mean, the sum, then the count. */
  static final int BYTES = 24;

  private static final int M2 = 8;
  private static final int COUNT = 16;

  /** So many of these bytes are before the count. */
  static final int BYTES_BEFORE_COUNT = COUNT;

  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The moments in {@code bytes[at, at + BYTES)}. */
  static Moments read(byte[] bytes, int at) {
    return new Moments(count(bytes, at), mean(bytes, at), m2(bytes, at));
  }

  static long count(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at + COUNT);
  }

  private static double mean(byte[] bytes, int at) {
    return (double) DOUBLES.get(bytes, at);
  }

  private static double m2(byte[] bytes, int at) {
    return (double) DOUBLES.get(bytes, at + M2);
  }

  private static void write(byte[] bytes, int at, long count, double mean, double m2) {
    DOUBLES.set(bytes, at, mean);
    DOUBLES.set(bytes, at + M2, m2);
    LONGS.set(bytes, at + COUNT, count);
  }

  /** Adds a number to the moments in {@code bytes[at, at + BYTES)}. */
  static void add(byte[] bytes, int at, double value) {
    long count = count(bytes, at) + 1;
    double before = mean(bytes, at);
    double mean = before + (value - before) / count;
    write(bytes, at, count, mean, m2(bytes, at) + (value - before) * (value - mean));
  }

  /**
   * Merges other moments into the moments in {@code bytes[at, at + BYTES)}.
   *
   * @param count the count of the others, which is not 0
   * @param other what has their mean and sum, from {@code otherAt} on
   */
  static void merge(byte[] bytes, int at, long count, byte[] other, int otherAt) {
    long before = count(bytes, at);
    if (before == 0) {
      write(bytes, at, count, mean(other, otherAt), m2(other, otherAt));
      return;
    }
    double all = (double) before + count;
    double delta = mean(other, otherAt) - mean(bytes, at);
    write(
        bytes,
        at,
        before + count,
        mean(bytes, at) + delta * (count / all),
        m2(bytes, at) + m2(other, otherAt) + delta * delta * (before / all) * count);
  }
}
