package io.tailrace.feed;

import io.tailrace.ledger.Fingerprint;
import io.tailrace.ledger.FollowedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The first bytes of a file, as many as a fingerprint is of, if it has so many. */
final class FirstBytes {

  private final byte[] bytes;
  private final Map<Long, Fingerprint> fingerprints = new HashMap<>();

  private FirstBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  static FirstBytes of(FollowedContent content) throws IOException {
    return new FirstBytes(content.head());
  }

  /** Those of what is in a packed file. */
  static FirstBytes unpacked(String path) throws IOException {
    return new FirstBytes(UnpackedLook.head(path));
  }

  /** Those of what is in a packed file, or none if it cannot be unpacked. */
  static FirstBytes unpackedIfPossible(String path) {
    try {
      return unpacked(path);
    } catch (IOException e) {
      return new FirstBytes(new byte[0]);
    }
  }

  boolean isEmpty() {
    return bytes.length == 0;
  }

  /** Whether the file begins with bytes that were found before: with some. */
  boolean is(Fingerprint fingerprint) {
    long at = fingerprint.at();
    return at > 0
        && at <= bytes.length
        && fingerprints
            .computeIfAbsent(at, place -> Fingerprint.of(place, bytes, place.intValue()))
            .equals(fingerprint);
  }

  /** Whether they may be those of a file that was followed, or of a copy of its first lines. */
  boolean mayBe(FollowedFile file) {
    return is(file.head()) || !file.packed() && bytes.length < file.head().at();
  }

  Fingerprint fingerprint() {
    return Fingerprint.of(bytes.length, bytes, bytes.length);
  }
}
