package io.tailrace.report;

import io.tailrace.format.ByteHash;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/**
 * Partial or total values of a report: keys (UTF-8 bytes) and their measures, in flat arrays.
 *
 * <p>The same table is filled line by line while a unit is read, kept in its receipt, merged into
 * running totals and written to the database, so that a report with a million keys costs no object
 * a key. Adding to a key that is there allocates nothing.
 *
 * <p>Sums never wrap around: what goes beyond 64 bits is carried to a second word, which a table
 * has from the first sum on that needs it, and a sum that does not fit into both is an error where
 * it is shown. Measures that are byte strings have them in an arena that all rows share.
 *
 * <p>Of a report that keeps its rows for a time, a table also has its {@link Retention}, the newest
 * bucket, and how many records came too late. All of that is merged and encoded with the rows, so
 * whoever has a table can drop the rows that have expired.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class ReportTable {

  /** Rows are in one of two to the power of this many slots, by the highest bits of their hash. */
  public static final int SLOT_BITS = 10;

  /** So many different values are counted exactly. */
  public static final int MOST_DISTINCT_VALUES = DistinctValues.MOST;

  /** Tables of one report are spread over this many writers by {@link #split()}. */
  public static final int PARTS = 4;

  /** The carry of a sum that has left its range, to which it does not come back. */
  private static final long OVERFLOW = Long.MIN_VALUE;

  private static final int FIRST_CAPACITY = 16;

  /** Marks a measure, in the form of {@link #toBytes}, whose values have a second word. */
  private static final int HAS_CARRIES = 0x80;

  /** Marks the number of measures, in the same form, if a retention follows them. */
  private static final int HAS_RETENTION = 0x80;

  private static final int MEASURES = 0x7f;

  /** So many bytes a retention has there, with the newest bucket and the late records. */
  private static final int RETENTION_BYTES = Retention.BYTES + 2 * Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final BigInteger LOW_WORD =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private static final byte[] NO_MOMENTS = new byte[Moments.BYTES];

  private final Measure.Merge[] merges;
  private final int width;

  /** Whether all measures are integers, which is known once, not looked up for each value. */
  private final boolean hasIntegersOnly;

  /** The keys' bytes, one after the other; row r's are {@code [ends[r - 1], ends[r])}. */
  private byte[] keys = new byte[FIRST_CAPACITY * 8];

  private int[] ends = new int[FIRST_CAPACITY];
  private int[] hashes = new int[FIRST_CAPACITY];
  private long[] values;

  /** What measures that are byte strings have, whose values are places in it; null without them. */
  private ByteArena strings;

  /** How many times 2^64 is to be added to the value at the same place, or null: never. */
  private long[] carries;

  /** For each measure what its rows have instead of values, or null. */
  private final RowStates[] states;

  private int size;

  /** How long rows are kept, or null: for ever. */
  private Retention retention;

  /** The beginning of the newest bucket that counts, in microseconds since 1970. */
  private long newest = BucketKey.NONE;

  private long late;

  /**
   * Open addressing with linear probing: the hash, then row + 1; or 0 for a free place. The hash is
   * here, too, because each array of a large table that is looked at is a cache miss.
   */
  private long[] places = new long[FIRST_CAPACITY * 2];

  /**
   * @param merges how each measure is merged
   */
  public ReportTable(Measure.Merge... merges) {
    this.merges = merges.clone();
    this.width = merges.length;
    this.values = new long[FIRST_CAPACITY * width];
    this.hasIntegersOnly = Arrays.stream(merges).allMatch(Measure.Merge::isOfIntegers);
    this.strings =
        Arrays.stream(merges).anyMatch(Measure.Merge::isOfBytes) ? ByteArena.create() : null;
    this.states = Arrays.stream(merges).map(Measure.Merge::newStates).toArray(RowStates[]::new);
  }

  /** A table of the same measures without rows. */
  public ReportTable emptyCopy() {
    return new ReportTable(merges).keeping(retention);
  }

  /** Keeps rows for some time only, or, with null, for ever. */
  ReportTable keeping(Retention time) {
    retention = time;
    return this;
  }

  /** The same without rows, but with what it knows of time. */
  public ReportTable withoutRows() {
    ReportTable empty = emptyCopy();
    empty.newest = newest;
    empty.late = late;
    return empty;
  }

  /**
   * Looks for the newest bucket among the rows.
   *
   * @param latest buckets that begin later do not count, in microseconds since 1970: their records
   *     have a time that cannot be, and all others would be old beside them
   */
  public void findNewest(long latest) {
    for (int row = 0; retention != null && row < size; row++) {
      long time = time(row);
      if (time <= latest) {
        newest = Math.max(newest, time);
      }
    }
  }

  /** Takes over the newest bucket of another table of the same report, if that is newer. */
  public void noteNewest(ReportTable other) {
    noteNewest(other.retention, other.newest);
  }

  private void noteNewest(Retention time, long newestThere) {
    if (time != null) {
      retention = time.orShorter(retention);
    }
    newest = Math.max(newest, newestThere);
  }

  /** Drops the rows that have expired. */
  public void expire() {
    drop(oldest());
  }

  /**
   * Drops the rows that have expired in the totals to which these are added, and counts their
   * records: there they are not any more, and would come back with less than they had.
   */
  public void dropLate(ReportTable totals) {
    long oldest = totals.oldest();
    if (oldest != BucketKey.NONE) {
      retention = totals.retention.orShorter(retention);
      late += drop(oldest);
    }
  }

  private long drop(long oldest) {
    return oldest == BucketKey.NONE ? 0 : drop(row -> isOlder(row, oldest));
  }

  /**
   * Drops the rows of some time buckets.
   *
   * @param dropped whether a bucket is dropped, by its beginning in microseconds since 1970 or
   *     {@link BucketKey#NONE}
   * @return how many records were behind the rows
   */
  public long drop(BucketKey bucket, LongPredicate dropped) {
    return drop(row -> dropped.test(time(row, bucket)));
  }

  private long drop(IntPredicate dropped) {
    long records = 0;
    int count = 0;
    for (int row = 0; row < size; row++) {
      if (dropped.test(row)) {
        records += measure(row, 0);
        count++;
      }
    }
    if (count == 0) {
      return 0;
    }
    ReportTable rest = emptyCopy();
    for (int row = 0; row < size; row++) {
      if (!dropped.test(row)) {
        rest.mergeRow(this, row);
      }
    }
    keys = rest.keys;
    ends = rest.ends;
    hashes = rest.hashes;
    values = rest.values;
    strings = rest.strings;
    carries = rest.carries;
    places = rest.places;
    System.arraycopy(rest.states, 0, states, 0, width);
    size = rest.size;
    return records;
  }

  /**
   * The beginning of the oldest bucket that is kept, in microseconds since 1970, or {@link
   * Retention#NONE}: all are.
   */
  public long oldest() {
    return retention == null ? BucketKey.NONE : retention.oldest(newest);
  }

  /** Whether a bucket of some row begins before a time. */
  boolean hasOlder(long oldest) {
    for (int row = 0; retention != null && row < size; row++) {
      if (isOlder(row, oldest)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the bucket of a row begins before a time; one that is NULL does not. */
  private boolean isOlder(int row, long oldest) {
    long time = time(row);
    return time != BucketKey.NONE && time < oldest;
  }

  private long time(int row) {
    return time(row, retention.bucket());
  }

  /**
   * The beginning of the bucket of a row, in microseconds since 1970, or {@link BucketKey#NONE}.
   */
  public long time(int row, BucketKey bucket) {
    return bucket.time(keys, keyFrom(row), ends[row]);
  }

  /** How many records came when their rows had expired. */
  public long late() {
    return late;
  }

  /** Takes over how many records came too late for another table. */
  public void noteLate(ReportTable other) {
    late = other.late;
  }

  /** The number of rows. */
  public int size() {
    return size;
  }

  /**
   * About how many rows of a few numbers each take as much memory, which decides whether a table is
   * too large.
   */
  public int sizeInPlainRows() {
    long rows = size;
    for (RowStates ofMeasure : states) {
      rows += ofMeasure == null ? 0 : ofMeasure.rowsOfTheirSize();
    }
    return (int) Math.min(rows, Integer.MAX_VALUE);
  }

  /** The key of a row. */
  public String key(int row) {
    int from = keyFrom(row);
    return new String(keys, from, ends[row] - from, StandardCharsets.UTF_8);
  }

  /** Compares the keys of two rows as bytes, which for UTF-8 is the order of code points. */
  public int compareKeys(int row, int otherRow) {
    return Arrays.compareUnsigned(
        keys, keyFrom(row), ends[row], keys, keyFrom(otherRow), ends[otherRow]);
  }

  /**
   * What tables with the same records have in common in a row, in whatever order the records were
   * added: the measures, but of moments and of what quantiles need only the count, and of sums of
   * doubles nothing, because their last digits depend on the order.
   */
  public List<Object> exactMeasures(int row) {
    List<Object> measures = new ArrayList<>();
    for (int measure = 0; measure < width; measure++) {
      switch (merges[measure]) {
        case SUM, MIN, MAX ->
            measures.add(hasOverflowed(row * width + measure) ? List.of() : number(row, measure));
        case MIN_BYTES, MAX_BYTES -> {
          byte[] bytes = bytes(row, measure);
          measures.add(bytes == null ? List.of() : ByteBuffer.wrap(bytes));
        }
        case MOMENTS -> measures.add(moments(row, measure).count());
        case DISTINCT, DISTINCT_SKETCH, QUANTILE_SKETCH -> measures.add(states[measure].exact(row));
        case SUM_DOUBLE -> {}
      }
    }
    return measures;
  }

  /**
   * A measure that is an integer: a {@link Long}, or a {@link BigInteger} if it is no long.
   *
   * @throws ArithmeticException if it is a sum that has more than 128 bits, or had at some time
   */
  public Number number(int row, int measure) {
    assert merges[measure].isOfIntegers() : measure;
    int place = row * width + measure;
    long value = values[place];
    if (carries == null || carries[place] == 0) {
      return value;
    }
    if (hasOverflowed(place)) {
      throw new ArithmeticException("the sum has more than 128 bits");
    }
    long carry = carries[place] + (value >> Long.SIZE - 1);
    return BigInteger.valueOf(carry)
        .shiftLeft(Long.SIZE)
        .add(BigInteger.valueOf(value).and(LOW_WORD));
  }

  /** A measure that is a sum of doubles. */
  public double doubleValue(int row, int measure) {
    assert merges[measure] == Measure.Merge.SUM_DOUBLE : measure;
    return Double.longBitsToDouble(values[row * width + measure]);
  }

  /** A measure that is a byte string, or null: there was none. */
  public byte[] bytes(int row, int measure) {
    assert merges[measure] == Measure.Merge.MIN_BYTES || merges[measure] == Measure.Merge.MAX_BYTES
        : measure;
    long string = values[row * width + measure];
    return string == ByteArena.NONE
        ? null
        : Arrays.copyOfRange(strings.bytes(), ByteArena.from(string), ByteArena.to(string));
  }

  /** A measure that is {@link Moments}. */
  public Moments moments(int row, int measure) {
    assert merges[measure] == Measure.Merge.MOMENTS : measure;
    long string = values[row * width + measure];
    return string == ByteArena.NONE
        ? Moments.NONE
        : Moments.read(strings.bytes(), ByteArena.from(string));
  }

  /**
   * A measure that is an integer.
   *
   * @throws ArithmeticException if it is a sum that is no long
   */
  public long measure(int row, int measure) {
    int place = row * width + measure;
    if (carries != null && carries[place] != 0) {
      throw new ArithmeticException("A sum has more than 64 bits");
    }
    return values[place];
  }

  /** Merges a value into a measure of a row that is an integer. */
  public void add(int row, int measure, long value) {
    int place = row * width + measure;
    switch (merges[measure]) {
      case SUM -> addToSum(row, measure, value);
      case MIN -> values[place] = Math.min(values[place], value);
      case MAX -> values[place] = Math.max(values[place], value);
      default -> throw new IllegalArgumentException(merges[measure] + " is not of integers");
    }
  }

  /** The same for a measure that is a sum, for those who know that: a choice less for each line. */
  public void addToSum(int row, int measure, long value) {
    assert merges[measure] == Measure.Merge.SUM : measure;
    int place = row * width + measure;
    long before = values[place];
    long sum = before + value;
    values[place] = sum;
    // As Math.addExact sees it.
    if (((before ^ sum) & (value ^ sum)) < 0) {
      carry(place, value < 0 ? -1 : 1);
    }
  }

  /** The same for a measure that is the least value. */
  public void addToMinimum(int row, int measure, long value) {
    assert merges[measure] == Measure.Merge.MIN : measure;
    int place = row * width + measure;
    values[place] = Math.min(values[place], value);
  }

  /** The same for a measure that is the greatest value. */
  public void addToMaximum(int row, int measure, long value) {
    assert merges[measure] == Measure.Merge.MAX : measure;
    int place = row * width + measure;
    values[place] = Math.max(values[place], value);
  }

  private boolean hasOverflowed(int place) {
    return carries != null && carries[place] == OVERFLOW;
  }

  private void carry(int place, long times) {
    if (carries == null) {
      carries = new long[values.length];
    }
    long before = carries[place];
    long after = before + times;
    boolean overflows =
        before == OVERFLOW
            || times == OVERFLOW
            // As Math.addExact sees it.
            || ((before ^ after) & (times ^ after)) < 0;
    carries[place] = overflows ? OVERFLOW : after;
  }

  /** The same for a value of up to 128 bits. */
  public void addToSum(int row, int measure, BigInteger value) {
    long low = value.longValue();
    addToSum(row, measure, low);
    long high = value.subtract(BigInteger.valueOf(low)).shiftRight(Long.SIZE).longValue();
    if (high != 0) {
      carry(row * width + measure, high);
    }
  }

  /** Adds a value to a measure that is a sum of doubles. */
  public void addDouble(int row, int measure, double value) {
    assert merges[measure] == Measure.Merge.SUM_DOUBLE : measure;
    int place = row * width + measure;
    values[place] = Double.doubleToRawLongBits(Double.longBitsToDouble(values[place]) + value);
  }

  /** Merges {@code bytes[from, to)} into a measure that is the least or greatest byte string. */
  public void addBytes(int row, int measure, byte[] bytes, int from, int to) {
    assert merges[measure] == Measure.Merge.MIN_BYTES || merges[measure] == Measure.Merge.MAX_BYTES
        : measure;
    int place = row * width + measure;
    long there = values[place];
    if (there != ByteArena.NONE) {
      int order =
          Arrays.compareUnsigned(
              bytes, from, to, strings.bytes(), ByteArena.from(there), ByteArena.to(there));
      if (order == 0 || order < 0 != (merges[measure] == Measure.Merge.MIN_BYTES)) {
        return;
      }
    }
    setBytes(place, bytes, from, to);
  }

  private void setBytes(int place, byte[] bytes, int from, int to) {
    if (strings.shouldBeCompacted(to - from, (long) size * width)) {
      compact();
    }
    values[place] = strings.replace(values[place], bytes, from, to);
  }

  private void compact() {
    ByteArena compact = strings.emptyCopy();
    for (int row = 0; row < size; row++) {
      for (int measure = 0; measure < width; measure++) {
        int place = row * width + measure;
        if (merges[measure].isOfBytes() && values[place] != ByteArena.NONE) {
          long string = values[place];
          values[place] =
              compact.add(strings.bytes(), ByteArena.from(string), ByteArena.to(string));
        }
      }
    }
    strings = compact;
  }

  /** Adds a value to a measure that is {@link Moments}. */
  public void addMoment(int row, int measure, double value) {
    assert merges[measure] == Measure.Merge.MOMENTS : measure;
    int at = placeOfMoments(row * width + measure);
    Moments.add(strings.bytes(), at, value);
  }

  /**
   * @param bytes what has the mean and the sum of squares
   */
  private void mergeMoments(int place, long count, byte[] bytes, int from) {
    int at = placeOfMoments(place);
    Moments.merge(strings.bytes(), at, count, bytes, from);
  }

  private int placeOfMoments(int place) {
    if (values[place] == ByteArena.NONE) {
      setBytes(place, NO_MOMENTS, 0, Moments.BYTES);
    }
    return ByteArena.from(values[place]);
  }

  /** Adds {@code bytes[from, to)} to a measure that is of {@link DistinctValues}. */
  public void addDistinct(int row, int measure, byte[] bytes, int from, int to) {
    ((DistinctValues) states[measure]).add(row, bytes, from, to);
  }

  /**
   * Adds a value to a measure that is of {@link DistinctSketches}.
   *
   * @param value a number, or a hash of what is none
   */
  public void addToDistinctSketch(int row, int measure, long value) {
    ((DistinctSketches) states[measure]).add(row, value);
  }

  /**
   * Adds a value to a measure that is of {@link QuantileSketches}.
   *
   * @param value a number whose order is that of the values
   */
  public void addToQuantileSketch(int row, int measure, long value) {
    ((QuantileSketches) states[measure]).add(row, value);
  }

  /**
   * How many different values a measure has that is of {@link DistinctValues}.
   *
   * @return nothing if there are more than {@link #MOST_DISTINCT_VALUES}
   */
  public OptionalLong distinctValues(int row, int measure) {
    int count = ((DistinctValues) states[measure]).count(row);
    return count == DistinctValues.TOO_MANY ? OptionalLong.empty() : OptionalLong.of(count);
  }

  /** The rows with more than {@link #MOST_DISTINCT_VALUES} of a measure. */
  IntStream rowsBeyondLimits() {
    DistinctValues[] exact =
        Arrays.stream(states)
            .filter(DistinctValues.class::isInstance)
            .toArray(DistinctValues[]::new);
    return exact.length == 0
        ? IntStream.empty()
        : IntStream.range(0, size)
            .filter(
                row ->
                    Arrays.stream(exact)
                        .anyMatch(values -> values.count(row) == DistinctValues.TOO_MANY));
  }

  /** About how many different values a measure has that is of {@link DistinctSketches}. */
  public long estimatedDistinctValues(int row, int measure) {
    return ((DistinctSketches) states[measure]).estimate(row);
  }

  /**
   * The value of a quantile of a measure that is of {@link QuantileSketches}.
   *
   * @param share from 0 to 1
   * @return nothing if there are no values
   */
  public OptionalLong quantile(int row, int measure, double share) {
    QuantileSketches sketches = (QuantileSketches) states[measure];
    return sketches.count(row) == 0
        ? OptionalLong.empty()
        : OptionalLong.of(sketches.quantile(row, share));
  }

  /** Merges a value into two measures, the least and the greatest of the same values. */
  public void addToRange(int row, int minimum, int maximum, long value) {
    assert merges[minimum] == Measure.Merge.MIN && merges[maximum] == Measure.Merge.MAX : minimum;
    int place = row * width;
    values[place + minimum] = Math.min(values[place + minimum], value);
    values[place + maximum] = Math.max(values[place + maximum], value);
  }

  /**
   * The row of the key in {@code bytes[from, to)}, added with the measures' identities if it is
   * new.
   */
  public int row(byte[] bytes, int from, int to) {
    return row(bytes, from, to, ByteHash.of(bytes, from, to));
  }

  /** The row of a key, or -1. */
  public int find(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return find(bytes, 0, bytes.length);
  }

  /** The row of the key in {@code bytes[from, to)}, or -1. */
  public int find(byte[] bytes, int from, int to) {
    return find(bytes, from, to, ByteHash.of(bytes, from, to));
  }

  /** The row of a key, added with the measures' identities if it is new. */
  public int row(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return row(bytes, 0, bytes.length);
  }

  private int row(byte[] bytes, int from, int to, int hash) {
    int row = find(bytes, from, to, hash);
    if (row >= 0) {
      return row;
    }
    if (size == ends.length) {
      grow();
    }
    places[freePlace(hash)] = place(hash, size);
    return append(bytes, from, to, hash);
  }

  private int find(byte[] bytes, int from, int to, int hash) {
    int mask = places.length - 1;
    int place = hash & mask;
    for (long there; (there = places[place]) != 0; place = (place + 1) & mask) {
      if ((int) (there >>> Integer.SIZE) == hash) {
        int row = (int) there - 1;
        if (ByteHash.areEqual(keys, keyFrom(row), ends[row], bytes, from, to)) {
          return row;
        }
      }
    }
    return -1;
  }

  private static long place(int hash, int row) {
    return (long) hash << Integer.SIZE | row + 1;
  }

  /** Merges all rows of another table of the same report into this one. */
  public void merge(ReportTable other) {
    noteNewest(other);
    late += other.late;
    for (int row = 0; row < other.size; row++) {
      mergeRow(other, row);
    }
  }

  /**
   * Merges all rows of another table into this one.
   *
   * @return the rows of this table that were merged into, with their new values
   */
  public ReportTable mergeAndGetChanged(ReportTable other) {
    ReportTable changed = emptyCopy();
    for (int row = 0; row < other.size; row++) {
      changed.mergeRow(this, mergeRow(other, row));
    }
    return changed;
  }

  /**
   * Copies rows, unless they are here already or have expired there, for somebody who shows them:
   * there is no need to merge them with others.
   *
   * @param keys a table with the keys of the rows
   * @param source a table with the rows
   */
  public void copyShownRows(ReportTable keys, ReportTable source) {
    for (int row = 0; row < keys.size; row++) {
      int from = keys.keyFrom(row);
      int sourceRow = source.find(keys.keys, from, keys.ends[row], keys.hashes[row]);
      int rowsBefore = size;
      if (sourceRow >= 0 && row(keys.keys, from, keys.ends[row], keys.hashes[row]) == rowsBefore) {
        copyShown(rowsBefore, source, sourceRow);
      }
    }
  }

  /** Copies all rows of a table that has other keys, for somebody who shows them. */
  public void copyShownRows(ReportTable source) {
    for (int row = 0; row < source.size; row++) {
      int added = row(source.keys, source.keyFrom(row), source.ends[row], source.hashes[row]);
      copyShown(added, source, row);
    }
  }

  private void copyShown(int row, ReportTable source, int sourceRow) {
    for (int measure = 0; measure < width; measure++) {
      if (states[measure] == null) {
        mergeMeasure(row, measure, source, sourceRow);
      } else {
        states[measure].copyShown(row, source.states[measure], sourceRow);
      }
    }
  }

  void copyRow(ReportTable other, int row) {
    mergeRow(other, row);
  }

  private int mergeRow(ReportTable other, int otherRow) {
    int row =
        row(other.keys, other.keyFrom(otherRow), other.ends[otherRow], other.hashes[otherRow]);
    mergeValues(row, other, otherRow);
    return row;
  }

  private void mergeValues(int row, ReportTable other, int otherRow) {
    if (!hasIntegersOnly) {
      mergeAllKinds(row, other, otherRow);
      return;
    }
    for (int measure = 0; measure < width; measure++) {
      mergeInteger(row, measure, other, otherRow * width + measure);
    }
  }

  private void mergeInteger(int row, int measure, ReportTable other, int place) {
    add(row, measure, other.values[place]);
    if (other.carries != null && other.carries[place] != 0) {
      carry(row * width + measure, other.carries[place]);
    }
  }

  private void mergeAllKinds(int row, ReportTable other, int otherRow) {
    for (int measure = 0; measure < width; measure++) {
      mergeMeasure(row, measure, other, otherRow);
    }
  }

  private void mergeMeasure(int row, int measure, ReportTable other, int otherRow) {
    int place = otherRow * width + measure;
    long value = other.values[place];
    switch (merges[measure]) {
      case SUM, MIN, MAX -> mergeInteger(row, measure, other, place);
      case SUM_DOUBLE -> addDouble(row, measure, Double.longBitsToDouble(value));
      case MIN_BYTES, MAX_BYTES -> {
        if (value != ByteArena.NONE) {
          addBytes(row, measure, other.strings.bytes(), ByteArena.from(value), ByteArena.to(value));
        }
      }
      case MOMENTS -> {
        if (value != ByteArena.NONE) {
          byte[] bytes = other.strings.bytes();
          int from = ByteArena.from(value);
          mergeMoments(row * width + measure, Moments.count(bytes, from), bytes, from);
        }
      }
      case DISTINCT, DISTINCT_SKETCH, QUANTILE_SKETCH ->
          states[measure].merge(row, other.states[measure], otherRow);
    }
  }

  /**
   * Spreads the rows over {@link #PARTS} tables by their keys: equal keys of different tables are
   * in parts of the same number. Empty parts are null.
   */
  public List<ReportTable> split() {
    List<ReportTable> parts = new ArrayList<>(java.util.Collections.nCopies(PARTS, null));
    for (int row = 0; row < size; row++) {
      // By the highest bits of the hash: by those that choose a row's place, the rows of a part
      // would crowd together.
      int part = (int) (Integer.toUnsignedLong(hashes[row]) * PARTS >>> Integer.SIZE);
      if (parts.get(part) == null) {
        parts.set(part, emptyCopy());
        parts.get(part).noteNewest(this);
      }
      parts.get(part).mergeRow(this, row);
    }
    return parts;
  }

  /** The slots that rows are in. */
  public BitSet slots() {
    BitSet slots = new BitSet();
    for (int row = 0; row < size; row++) {
      slots.set(hashes[row] >>> Integer.SIZE - SLOT_BITS);
    }
    return slots;
  }

  /** The rows whose hashes begin with some bits. */
  public ReportTable withPrefix(int bits, int prefix) {
    ReportTable rows = emptyCopy();
    rows.noteNewest(this);
    for (int row = 0; row < size; row++) {
      if (prefix(row, bits) == prefix) {
        rows.mergeRow(this, row);
      }
    }
    return rows;
  }

  /** About how many bytes it takes in memory. */
  public long memory() {
    return keys.length
        + (long) Integer.BYTES * (ends.length + hashes.length)
        + (long) Long.BYTES
            * (places.length + values.length + (carries == null ? 0 : carries.length))
        + (strings == null ? 0 : strings.capacity())
        + Arrays.stream(states).filter(Objects::nonNull).mapToLong(RowStates::memory).sum();
  }

  /** The table in the form that {@link #readFrom} reads. */
  public byte[] toBytes() {
    return toBytes(0, new int[1], 1).get(0);
  }

  /**
   * Tables of some rows each, in the same form. All rows are read once, in their order: those of a
   * large table are far from each other in memory.
   *
   * @param bits how many of the first bits of its hash tell to which table a row belongs
   * @param tableOfPrefix the number of the table for each value of these bits
   * @param tables how many tables there are
   */
  public List<byte[]> toBytes(int bits, int[] tableOfPrefix, int tables) {
    int[] rows = new int[tables];
    for (int row = 0; row < size; row++) {
      rows[tableOfPrefix[prefix(row, bits)]]++;
    }
    byte[][] bytes = new byte[tables][];
    int[] ends = new int[tables];
    for (int table = 0; table < tables; table++) {
      bytes[table] =
          new byte[1 + width + RETENTION_BYTES + Varint.MOST_BYTES + rows[table] * (width + 12)];
      bytes[table][0] = (byte) (width | (retention == null ? 0 : HAS_RETENTION));
      for (int measure = 0; measure < width; measure++) {
        Measure.Merge merge = merges[measure];
        bytes[table][1 + measure] =
            (byte) (merge.ordinal() | (hasCarries(merge) ? HAS_CARRIES : 0));
      }
      int at = putRetention(bytes[table], 1 + width, table == 0 ? late : 0);
      ends[table] = Varint.put(bytes[table], at, rows[table]);
    }
    for (int row = 0; row < size; row++) {
      int table = tableOfPrefix[prefix(row, bits)];
      int most =
          ends[table]
              + this.ends[row]
              - keyFrom(row)
              + Varint.MOST_BYTES * (1 + 2 * width)
              + (hasIntegersOnly ? 0 : bytesElsewhere(row));
      if (most > bytes[table].length) {
        bytes[table] = Arrays.copyOf(bytes[table], most + (most >> 1));
      }
      ends[table] = putRow(row, bytes[table], ends[table]);
    }
    List<byte[]> all = new ArrayList<>();
    for (int table = 0; table < tables; table++) {
      all.add(Arrays.copyOf(bytes[table], ends[table]));
    }
    return all;
  }

  private int prefix(int row, int bits) {
    // A shift by 32 shifts nothing.
    return bits == 0 ? 0 : hashes[row] >>> Integer.SIZE - bits;
  }

  private int putRetention(byte[] bytes, int begin, long lateRecords) {
    if (retention == null) {
      return begin;
    }
    ByteBuffer out = ByteBuffer.wrap(bytes, begin, RETENTION_BYTES);
    retention.putInto(out);
    out.putLong(newest).putLong(lateRecords);
    return out.position();
  }

  private int putRow(int row, byte[] bytes, int begin) {
    int from = keyFrom(row);
    int length = ends[row] - from;
    int at = Varint.put(bytes, begin, length);
    System.arraycopy(keys, from, bytes, at, length);
    at += length;
    if (!hasIntegersOnly) {
      return putAllKinds(row, bytes, at);
    }
    for (int measure = 0; measure < width; measure++) {
      at = putInteger(row * width + measure, merges[measure], bytes, at);
    }
    return at;
  }

  private int putAllKinds(int row, byte[] bytes, int begin) {
    int at = begin;
    for (int measure = 0; measure < width; measure++) {
      int place = row * width + measure;
      Measure.Merge merge = merges[measure];
      if (states[measure] != null) {
        at = states[measure].put(row, bytes, at);
      } else if (merge.isOfIntegers()) {
        at = putInteger(place, merge, bytes, at);
      } else {
        at = putOther(place, merge, bytes, at);
      }
    }
    return at;
  }

  private int putInteger(int place, Measure.Merge merge, byte[] bytes, int begin) {
    int at = Varint.put(bytes, begin, values[place]);
    return hasCarries(merge) ? Varint.put(bytes, at, carries[place]) : at;
  }

  /**
   * Puts a value that is no integer: a double as 64 bits; a byte string behind its length and one,
   * or 0; moments as their count, and unless that is 0, the mean and the sum.
   */
  private int putOther(int place, Measure.Merge merge, byte[] bytes, int begin) {
    long value = values[place];
    if (merge == Measure.Merge.SUM_DOUBLE) {
      LONGS.set(bytes, begin, value);
      return begin + Double.BYTES;
    }
    if (value == ByteArena.NONE) {
      return Varint.put(bytes, begin, 0);
    }
    int from = ByteArena.from(value);
    boolean isMoments = merge == Measure.Merge.MOMENTS;
    int length = isMoments ? Moments.BYTES_BEFORE_COUNT : ByteArena.length(value);
    int at =
        Varint.put(bytes, begin, isMoments ? Moments.count(strings.bytes(), from) : length + 1L);
    System.arraycopy(strings.bytes(), from, bytes, at, length);
    return at + length;
  }

  private int bytesElsewhere(int row) {
    int length = 0;
    for (int measure = 0; measure < width; measure++) {
      long value = values[row * width + measure];
      if (states[measure] != null) {
        length += states[measure].mostBytes(row);
      } else if (merges[measure].isOfBytes() && value != ByteArena.NONE) {
        length += ByteArena.length(value);
      }
    }
    return length;
  }

  private boolean hasCarries(Measure.Merge merge) {
    return carries != null && merge == Measure.Merge.SUM;
  }

  /**
   * Reads a table that {@link #toBytes} made.
   *
   * @param in a buffer with an array, which is left behind the table
   */
  public static ReportTable readFrom(ByteBuffer in) throws IOException {
    ReportTable table = emptyFrom(in.duplicate());
    table.mergeFrom(in);
    return table;
  }

  /**
   * A table of the same measures as one that {@link #toBytes} made, without its rows, but with what
   * it knows of time.
   */
  public static ReportTable withoutRowsFrom(ByteBuffer in) throws IOException {
    ReportTable table = emptyFrom(in.duplicate());
    try {
      boolean hasRetention = in.get() < 0;
      in.position(in.position() + table.width);
      if (hasRetention) {
        table.mergeRetention(in);
      }
      return table;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("A table is cut short", e);
    }
  }

  private void mergeRetention(ByteBuffer in) {
    noteNewest(Retention.from(in), in.getLong());
    late += in.getLong();
  }

  /** A table of the same measures as one that {@link #toBytes} made, without its rows. */
  public static ReportTable emptyFrom(ByteBuffer in) throws IOException {
    try {
      byte measures = in.get();
      Measure.Merge[] merges = new Measure.Merge[measures & MEASURES];
      for (int i = 0; i < merges.length; i++) {
        merges[i] = Measure.Merge.values()[in.get() & ~HAS_CARRIES & 0xff];
      }
      return new ReportTable(merges).keeping(measures < 0 ? Retention.from(in) : null);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException("It is no table", e);
    }
  }

  /** Merges a table that {@link #toBytes} made into this one, which has the same measures. */
  public void mergeFrom(ByteBuffer in) throws IOException {
    try {
      byte measures = in.get();
      boolean[] hasCarries = new boolean[measures & MEASURES];
      for (int i = 0; i < hasCarries.length; i++) {
        hasCarries[i] = (in.get() & HAS_CARRIES) != 0;
      }
      if (measures < 0) {
        mergeRetention(in);
      }
      in.position(mergeRows(in.array(), in.arrayOffset() + in.position(), hasCarries));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IOException("A table is cut short", e);
    }
  }

  /**
   * @return where the rows end
   */
  private int mergeRows(byte[] bytes, int begin, boolean[] hasCarries) {
    int at = begin;
    long rows = Varint.get(bytes, at);
    at = Varint.after(bytes, at);
    if (size == 0 && rows > ends.length && rows <= bytes.length) {
      setCapacity((int) rows);
    }
    for (long i = 0; i < rows; i++) {
      int length = (int) Varint.get(bytes, at);
      at = Varint.after(bytes, at);
      int row = row(bytes, at, at + length);
      at += length;
      if (!hasIntegersOnly) {
        at = mergeAllKinds(row, bytes, at, hasCarries);
        continue;
      }
      for (int measure = 0; measure < width; measure++) {
        byte first = bytes[at];
        if (first >= 0) {
          add(row, measure, first);
          at++;
        } else {
          add(row, measure, Varint.get(bytes, at));
          at = Varint.after(bytes, at);
        }
        if (hasCarries[measure]) {
          long carries = Varint.get(bytes, at);
          at = Varint.after(bytes, at);
          if (carries != 0) {
            carry(row * width + measure, carries);
          }
        }
      }
    }
    return at;
  }

  /**
   * @return where the values of the row end
   */
  private int mergeAllKinds(int row, byte[] bytes, int begin, boolean[] hasCarries) {
    int at = begin;
    for (int measure = 0; measure < width; measure++) {
      Measure.Merge merge = merges[measure];
      if (merge == Measure.Merge.SUM_DOUBLE) {
        addDouble(row, measure, Double.longBitsToDouble((long) LONGS.get(bytes, at)));
        at += Double.BYTES;
        continue;
      }
      if (states[measure] != null) {
        at = states[measure].merge(row, bytes, at);
        continue;
      }
      long first = Varint.get(bytes, at);
      at = Varint.after(bytes, at);
      switch (merge) {
        case MIN_BYTES, MAX_BYTES -> {
          if (first != 0) {
            int length = (int) (first - 1);
            addBytes(row, measure, bytes, at, at + length);
            at += length;
          }
        }
        case MOMENTS -> {
          if (first != 0) {
            mergeMoments(row * width + measure, first, bytes, at);
            at += Moments.BYTES_BEFORE_COUNT;
          }
        }
        default -> {
          add(row, measure, first);
          if (hasCarries[measure]) {
            long carries = Varint.get(bytes, at);
            at = Varint.after(bytes, at);
            if (carries != 0) {
              carry(row * width + measure, carries);
            }
          }
        }
      }
    }
    return at;
  }

  private int append(byte[] bytes, int from, int to, int hash) {
    int keyFrom = size == 0 ? 0 : ends[size - 1];
    int keyTo = Math.addExact(keyFrom, to - from);
    // Eight bytes more, so that each key can be compared by eight bytes at once.
    if (keyTo > keys.length - Long.BYTES) {
      keys = Arrays.copyOf(keys, Math.max(keyTo + Long.BYTES, keys.length * 2));
    }
    System.arraycopy(bytes, from, keys, keyFrom, to - from);
    ends[size] = keyTo;
    hashes[size] = hash;
    for (int measure = 0; measure < width; measure++) {
      values[size * width + measure] = merges[measure].identity();
    }
    return size++;
  }

  private void grow() {
    setCapacity(size * 2);
  }

  private void setCapacity(int capacity) {
    ends = Arrays.copyOf(ends, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    values = Arrays.copyOf(values, capacity * width);
    carries = carries == null ? null : Arrays.copyOf(carries, capacity * width);
    // A power of two, at least a third of it free.
    places = new long[Integer.highestOneBit(capacity + (capacity >> 1)) * 2];
    for (int row = 0; row < size; row++) {
      places[freePlace(hashes[row])] = place(hashes[row], row);
    }
  }

  private int freePlace(int hash) {
    int mask = places.length - 1;
    int place = hash & mask;
    while (places[place] != 0) {
      place = (place + 1) & mask;
    }
    return place;
  }

  /** The array that has the keys, until one is added. */
  byte[] keyBytes() {
    return keys;
  }

  /** Where the key of a row begins. */
  int keyFrom(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  /** Where the key of a row ends. */
  int keyTo(int row) {
    return ends[row];
  }
}
