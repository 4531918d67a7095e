package io.tailrace.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of the SHA-256 of a file's name in UTF-8. Two names share them by nothing but
 * an attack on SHA-256; shorter hashes would share them by chance, and a file would be skipped.
 *
 * @param high the first 64 bits
 * @param low the other 64 bits
 */
public record NameHash(long high, long low) implements Comparable<NameHash> {

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new AssertionError("Every Java has SHA-256", e);
            }
          });

  /** The hash of a name. */
  public static NameHash of(String name) {
    ByteBuffer digest = sha256(name.getBytes(StandardCharsets.UTF_8));
    return new NameHash(digest.getLong(), digest.getLong());
  }

  /** The fingerprint of a version of a file: the first 64 bits of the SHA-256 of both numbers. */
  public static long fingerprint(long size, long modified) {
    byte[] version = new byte[2 * Long.BYTES];
    ByteBuffer.wrap(version).putLong(size).putLong(modified);
    return sha256(version).getLong();
  }

  private static ByteBuffer sha256(byte[] bytes) {
    return ByteBuffer.wrap(SHA_256.get().digest(bytes));
  }

  /** Compares the bits as unsigned numbers. */
  @Override
  public int compareTo(NameHash other) {
    return compare(high, low, other);
  }

  /** Compares the bits of a hash that is no object with those of one that is. */
  static int compare(long high, long low, NameHash other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }
}
