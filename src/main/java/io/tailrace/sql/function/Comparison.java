package io.tailrace.sql.function;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The order of values. NaN equals itself and is the greatest DOUBLE; 0 and -0 are equal. Texts are
 * compared by their bytes.
 */
public final class Comparison {

  private Comparison() {}

  public static boolean equal(boolean left, boolean right) {
    return left == right;
  }

  public static boolean equal(int left, int right) {
    return left == right;
  }

  public static boolean equal(long left, long right) {
    return left == right;
  }

  public static boolean equal(BigInteger left, BigInteger right) {
    return left.equals(right);
  }

  public static boolean equal(double left, double right) {
    return left == right || left != left && right != right;
  }

  public static boolean equal(Text left, Text right) {
    return Arrays.equals(
        left.bytes(), left.from(), left.to(), right.bytes(), right.from(), right.to());
  }

  public static boolean notEqual(boolean left, boolean right) {
    return left != right;
  }

  public static boolean notEqual(int left, int right) {
    return left != right;
  }

  public static boolean notEqual(long left, long right) {
    return left != right;
  }

  public static boolean notEqual(BigInteger left, BigInteger right) {
    return !left.equals(right);
  }

  public static boolean notEqual(double left, double right) {
    return !equal(left, right);
  }

  public static boolean notEqual(Text left, Text right) {
    return !equal(left, right);
  }

  public static boolean less(boolean left, boolean right) {
    return !left && right;
  }

  public static boolean less(int left, int right) {
    return left < right;
  }

  public static boolean less(long left, long right) {
    return left < right;
  }

  public static boolean less(BigInteger left, BigInteger right) {
    return left.compareTo(right) < 0;
  }

  public static boolean less(double left, double right) {
    return left < right || right != right && left == left;
  }

  public static boolean less(Text left, Text right) {
    return compare(left, right) < 0;
  }

  public static boolean lessOrEqual(boolean left, boolean right) {
    return !left || right;
  }

  public static boolean lessOrEqual(int left, int right) {
    return left <= right;
  }

  public static boolean lessOrEqual(long left, long right) {
    return left <= right;
  }

  public static boolean lessOrEqual(BigInteger left, BigInteger right) {
    return left.compareTo(right) <= 0;
  }

  public static boolean lessOrEqual(double left, double right) {
    return left <= right || right != right;
  }

  public static boolean lessOrEqual(Text left, Text right) {
    return compare(left, right) <= 0;
  }

  /** Which of two texts comes first: less than zero is the left one. */
  public static int compare(Text left, Text right) {
    return Arrays.compareUnsigned(
        left.bytes(), left.from(), left.to(), right.bytes(), right.from(), right.to());
  }

  public static boolean not(boolean value) {
    return !value;
  }

  public static boolean least(boolean left, boolean right) {
    return left && right;
  }

  public static int least(int left, int right) {
    return Math.min(left, right);
  }

  public static long least(long left, long right) {
    return Math.min(left, right);
  }

  public static BigInteger least(BigInteger left, BigInteger right) {
    return left.min(right);
  }

  public static double least(double left, double right) {
    return less(right, left) ? right : left;
  }

  public static void least(Text left, Text right, Text out) {
    out.set(less(right, left) ? right : left);
  }

  public static boolean greatest(boolean left, boolean right) {
    return left || right;
  }

  public static int greatest(int left, int right) {
    return Math.max(left, right);
  }

  public static long greatest(long left, long right) {
    return Math.max(left, right);
  }

  public static BigInteger greatest(BigInteger left, BigInteger right) {
    return left.max(right);
  }

  public static double greatest(double left, double right) {
    return less(left, right) ? right : left;
  }

  public static void greatest(Text left, Text right, Text out) {
    out.set(less(left, right) ? right : left);
  }
}
