package io.tailrace.report;

import java.util.Arrays;

/**
 * Lists of numbers, one for each row of a table, which share an array, so that a short one costs no
 * object. A list that has no room any more moves to the end of the array and gets twice as much.
 *
 * <p>Not safe for use by more than one thread.
 */
final class LongLists {

  private static final int FIRST_NUMBERS = 16;

  private long[] numbers = new long[FIRST_NUMBERS];
  private int end;
  private int garbage;
  private int[] begins = {};
  private int[] sizes = {};
  private int[] rooms = {};

  /** How many numbers the list of a row has. */
  int size(int row) {
    return row < sizes.length ? sizes[row] : 0;
  }

  /** The array that has the numbers of all lists, until one is added. */
  long[] numbers() {
    return numbers;
  }

  /** Where the list of a row begins. */
  int begin(int row) {
    return row < begins.length ? begins[row] : 0;
  }

  /** Whether the list of a row has a number. */
  boolean contains(int row, long number) {
    int to = begin(row) + size(row);
    for (int i = begin(row); i < to; i++) {
      if (numbers[i] == number) {
        return true;
      }
    }
    return false;
  }

  void add(int row, long number) {
    if (row >= sizes.length) {
      int rows = Math.max(row + 1, sizes.length * 2);
      begins = Arrays.copyOf(begins, rows);
      sizes = Arrays.copyOf(sizes, rows);
      rooms = Arrays.copyOf(rooms, rows);
    }
    if (sizes[row] == rooms[row]) {
      move(row);
    }
    numbers[begins[row] + sizes[row]++] = number;
  }

  private void move(int row) {
    int room = Math.max(1, rooms[row] * 2);
    if (room > numbers.length - end && garbage > end / 2) {
      compact();
    }
    int begin = end;
    end = Math.addExact(begin, room);
    if (end > numbers.length) {
      numbers =
          Arrays.copyOf(numbers, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, 2L * begin)));
    }
    System.arraycopy(numbers, begins[row], numbers, begin, sizes[row]);
    garbage += rooms[row];
    begins[row] = begin;
    rooms[row] = room;
  }

  private void compact() {
    long[] compact = new long[numbers.length];
    int to = 0;
    for (int row = 0; row < sizes.length; row++) {
      System.arraycopy(numbers, begins[row], compact, to, sizes[row]);
      begins[row] = to;
      to += rooms[row];
    }
    numbers = compact;
    end = to;
    garbage = 0;
  }

  /** Empties the list of a row, whose room it keeps. */
  void clear(int row) {
    sizes[row] = 0;
  }

  /** Empties the list of a row for good. */
  void release(int row) {
    if (row >= sizes.length) {
      return;
    }
    garbage += rooms[row];
    sizes[row] = 0;
    rooms[row] = 0;
  }

  /** About how many bytes it takes in memory. */
  long memory() {
    return (long) Long.BYTES * numbers.length + 3L * Integer.BYTES * sizes.length;
  }
}
