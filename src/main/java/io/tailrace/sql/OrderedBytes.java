package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes and reads values as bytes whose order, compared unsigned, is the order of the values; of
 * several values, the order of the first, then that of the second.
 *
 * <p>A number is big-endian, its sign turned. A text ends with two bytes of 0, and a byte of 0 in
 * it is followed by 0xff; but the last value, if it is a text, has its bytes as they are.
 */
final class OrderedBytes {

  /** The bytes of a number of 128 bits. */
  private static final int BIG = 16;

  private static final BigInteger SIGN = BigInteger.ONE.shiftLeft(BIG * Byte.SIZE - 1);

  private byte[] bytes = new byte[64];
  private int length;

  /** Begins a sequence of values. */
  void begin() {
    length = 0;
  }

  /** The array that has the bytes, from its begin on. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes the values have. */
  int length() {
    return length;
  }

  /** Adds a number, or what is held as one. */
  void add(long value) {
    makeRoom(Long.BYTES);
    long turned = value ^ Long.MIN_VALUE;
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      bytes[length++] = (byte) (turned >>> shift);
    }
  }

  /** Adds true or false. */
  void add(boolean value) {
    add(value ? 1L : 0L);
  }

  /** Adds a floating-point number. */
  void add(double value) {
    add(SqlValues.ordered(value));
  }

  /** Adds a number of up to 128 bits. */
  void add(BigInteger value) {
    makeRoom(BIG);
    byte[] turned = value.add(SIGN).toByteArray();
    int taken = Math.min(turned.length, BIG);
    Arrays.fill(bytes, length, length + BIG - taken, (byte) 0);
    System.arraycopy(turned, turned.length - taken, bytes, length + BIG - taken, taken);
    length += BIG;
  }

  /** Adds a text before other values. */
  void add(Text text) {
    makeRoom(2 * text.length() + 2);
    byte[] from = text.bytes();
    for (int i = text.from(); i < text.to(); i++) {
      bytes[length++] = from[i];
      if (from[i] == 0) {
        bytes[length++] = (byte) 0xff;
      }
    }
    bytes[length++] = 0;
    bytes[length++] = 0;
  }

  /** Adds a text behind which nothing is. */
  void addLast(Text text) {
    makeRoom(text.length());
    System.arraycopy(text.bytes(), text.from(), bytes, length, text.length());
    length += text.length();
  }

  private void makeRoom(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }

  /** The last of the values that were written, of these types, as it is shown. */
  static Object last(byte[] bytes, SqlType... types) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int i = 0; i < types.length - 1; i++) {
      skip(in, types[i]);
    }
    return next(in, types[types.length - 1]);
  }

  private static void skip(ByteBuffer in, SqlType type) {
    if (type.kind() != SqlType.Kind.VARCHAR) {
      in.position(in.position() + (isBig(type) ? BIG : Long.BYTES));
      return;
    }
    while (in.get() != 0 || in.get() != 0) {
      // A byte of the text, or 0 and 0xff.
    }
  }

  private static Object next(ByteBuffer in, SqlType type) {
    if (type.kind() == SqlType.Kind.VARCHAR) {
      return StandardCharsets.UTF_8.decode(in).toString();
    }
    if (!isBig(type)) {
      return SqlValues.object(type, in.getLong() ^ Long.MIN_VALUE);
    }
    byte[] turned = new byte[BIG];
    in.get(turned);
    BigInteger value = new BigInteger(1, turned).subtract(SIGN);
    return type.kind() == SqlType.Kind.HUGEINT ? value : new BigDecimal(value, type.scale());
  }

  private static boolean isBig(SqlType type) {
    return !SqlValues.isHeldInLong(type);
  }
}
