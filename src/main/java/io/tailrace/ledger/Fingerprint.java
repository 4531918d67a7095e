package io.tailrace.ledger;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A fingerprint of the bytes before a place in a file: the first 64 bits of the SHA-256 of up to
 * {@value #BYTES} of them.
 *
 * @param at the place
 * @param hash the fingerprint
 */
public record Fingerprint(long at, long hash) implements Serializable {

  /** The most bytes that a fingerprint is of. */
  public static final int BYTES = 1_024;

  /** How many bytes before a place its fingerprint is of. */
  public static int length(long at) {
    return (int) Math.min(BYTES, at);
  }

  /**
   * The fingerprint at a place.
   *
   * @param before the {@link #length} bytes before it, which end at {@code end}
   */
  public static Fingerprint of(long at, byte[] before, int end) {
    return new Fingerprint(
        at, NameHash.firstBits(Arrays.copyOfRange(before, end - length(at), end)));
  }
}
