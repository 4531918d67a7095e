package io.tailrace.sql.function;

/** Letters in upper and lower case, one for one. */
final class LetterCase {

  private static final int SHARP_S = 0xDF;
  private static final int CAPITAL_SHARP_S = 0x1E9E;

  private LetterCase() {}

  static int lower(int codePoint) {
    return Character.toLowerCase(codePoint);
  }

  /** Java leaves a sharp s as it is, because two letters are more common for it. */
  static int upper(int codePoint) {
    return codePoint == SHARP_S ? CAPITAL_SHARP_S : Character.toUpperCase(codePoint);
  }
}
