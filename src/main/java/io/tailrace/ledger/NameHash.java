package io.tailrace.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of the SHA-256 of a file's name in UTF-8. A shorter hash would collide by
 * chance among millions of names, and a file would be skipped silently.
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

  /** The hash of what tells a file from all others that ever were. No file has it as its name. */
  public static NameHash ofFileKey(String fileKey) {
    return of("key " + fileKey);
  }

  /** The fingerprint of a version of a file: the first 64 bits of the SHA-256 of both numbers. */
  public static long fingerprint(long size, long modified) {
    byte[] version = new byte[2 * Long.BYTES];
    ByteBuffer.wrap(version).putLong(size).putLong(modified);
    return sha256(version).getLong();
  }

  /** The first 64 bits of the SHA-256 of some bytes. */
  static long firstBits(byte[] bytes) {
    return sha256(bytes).getLong();
  }

  private static ByteBuffer sha256(byte[] bytes) {
    return ByteBuffer.wrap(SHA_256.get().digest(bytes));
  }

  /** Compares the bits as unsigned numbers. */
  @Override
  public int compareTo(NameHash other) {
    return compare(high, low, other);
  }

  /** The same order for a hash that is not an object. */
  static int compare(long high, long low, NameHash other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }
}
