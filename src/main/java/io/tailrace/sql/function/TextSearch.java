package io.tailrace.sql.function;

/** Finds bytes in bytes. */
final class TextSearch {

  private TextSearch() {}

  /** Where {@code wanted[start, end)} begins in {@code bytes[from, to)}, or -1. */
  static int indexOf(byte[] bytes, int from, int to, byte[] wanted, int start, int end) {
    int length = end - start;
    if (length == 0) {
      return from;
    }
    byte first = wanted[start];
    int last = to - length;
    for (int i = from; i <= last; i++) {
      if (bytes[i] == first) {
        int k = 1;
        while (k < length && bytes[i + k] == wanted[start + k]) {
          k++;
        }
        if (k == length) {
          return i;
        }
      }
    }
    return -1;
  }
}
