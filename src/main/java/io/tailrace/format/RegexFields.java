package io.tailrace.format;

import com.google.re2j.Matcher;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads lines by a {@link LinePattern}: the field of a column is what its group has matched. A
 * group that had no part in the match has nothing, which is NULL.
 *
 * <p>Each line is copied, because RE2/J matches whole arrays.
 */
public final class RegexFields implements FieldReader {

  static final Optional<String> NO_MATCH = Optional.of("does not match the pattern");

  private static final byte[] NOTHING = {};

  private final Matcher matcher;
  private final int[] groups;
  private byte[] line = NOTHING;

  /**
   * @param columns the names of their groups
   */
  public RegexFields(LinePattern pattern, List<String> columns) {
    this.matcher = pattern.pattern().matcher(NOTHING);
    this.groups = columns.stream().mapToInt(pattern::group).toArray();
  }

  @Override
  public Optional<String> read(byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (!Utf8.isValid(bytes, from, end)) {
      return CsvFields.INVALID_UTF8;
    }
    line = Arrays.copyOfRange(bytes, from, end);
    matcher.reset(line);
    return matcher.matches() ? Optional.empty() : NO_MATCH;
  }

  @Override
  public Content content(int column) {
    return matcher.start(groups[column]) < 0 ? Content.NOTHING : Content.TEXT;
  }

  @Override
  public byte[] bytes(int column) {
    return line;
  }

  @Override
  public int from(int column) {
    return matcher.start(groups[column]);
  }

  @Override
  public int to(int column) {
    return matcher.end(groups[column]);
  }
}
