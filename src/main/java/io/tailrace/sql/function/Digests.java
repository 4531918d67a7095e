package io.tailrace.sql.function;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Checksums of texts as their bytes in UTF-8 have them, in small hexadecimal digits. */
public final class Digests {

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Digests() {}

  public static void md5(Text text, Text result, TextBuffer buffer) {
    digest("MD5", text, result, buffer);
  }

  public static void sha1(Text text, Text result, TextBuffer buffer) {
    digest("SHA-1", text, result, buffer);
  }

  public static void sha256(Text text, Text result, TextBuffer buffer) {
    digest("SHA-256", text, result, buffer);
  }

  private static void digest(String algorithm, Text text, Text result, TextBuffer buffer) {
    byte[] sum;
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(text.bytes(), text.from(), text.length());
      sum = digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has " + algorithm, e);
    }
    byte[] hex = buffer.atLeast(2 * sum.length);
    for (int i = 0; i < sum.length; i++) {
      hex[2 * i] = DIGITS[sum[i] >> 4 & 0xf];
      hex[2 * i + 1] = DIGITS[sum[i] & 0xf];
    }
    result.set(hex, 0, 2 * sum.length);
  }
}
