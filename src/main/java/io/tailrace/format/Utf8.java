package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells whether bytes are well-formed UTF-8 (The Unicode Standard, table 3-7). */
final class Utf8 {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  static boolean isValid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int lead = bytes[i++] & 0xff;
      if (lead < 0x80) {
        while (i <= to - Long.BYTES && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
          i += Long.BYTES;
        }
        continue;
      }
      int followers;
      int lowest = 0x80;
      int highest = 0xbf;
      if (lead >= 0xc2 && lead <= 0xdf) {
        followers = 1;
      } else if (lead >= 0xe0 && lead <= 0xef) {
        followers = 2;
        lowest = lead == 0xe0 ? 0xa0 : 0x80;
        highest = lead == 0xed ? 0x9f : 0xbf;
      } else if (lead >= 0xf0 && lead <= 0xf4) {
        followers = 3;
        lowest = lead == 0xf0 ? 0x90 : 0x80;
        highest = lead == 0xf4 ? 0x8f : 0xbf;
      } else {
        return false;
      }
      if (to - i < followers) {
        return false;
      }
      for (int end = i + followers; i < end; i++) {
        int b = bytes[i] & 0xff;
        if (b < lowest || b > highest) {
          return false;
        }
        lowest = 0x80;
        highest = 0xbf;
      }
    }
    return true;
  }
}
