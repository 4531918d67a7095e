package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.report.BucketKey;
import io.tailrace.report.Span;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** Keys of reports that are time buckets. */
final class TimeBuckets {

  private static final Span DAY = new Span(0, 1, 0);

  /** DuckDB has two names for it. */
  private static final Set<String> TRUNCATIONS = Set.of("date_trunc", "datetrunc");

  private TimeBuckets() {}

  /**
   * What a bucket is of.
   *
   * @param length from its beginning to that of the next one
   * @param time of a record, of which the bucket is made: a TIMESTAMP, or a DATE
   */
  record Bucket(Span length, Expression time) implements Serializable {}

  static boolean isTime(SqlType type) {
    return type.kind() == SqlType.Kind.DATE || type.kind() == SqlType.Kind.TIMESTAMP;
  }

  /** Where the bucket is in the keys of rows. */
  static BucketKey key(Expression bucket, int part) {
    return new BucketKey(part, bucket.type().kind() == SqlType.Kind.DATE);
  }

  /**
   * The length of a bucket and its time, or nothing if its length is not known: it is of
   * date_trunc, of time_bucket, or a DATE.
   */
  static Optional<Bucket> of(Expression key, Duck duck) throws SQLException {
    boolean isDate = key.type().kind() == SqlType.Kind.DATE;
    if (key instanceof Expression.Cast cast && isTime(cast.value().type())) {
      Optional<Bucket> inside = of(cast.value(), duck);
      return isDate
          ? Optional.of(
              inside
                  .filter(bucket -> !bucket.length().isWithin(DAY))
                  .orElse(new Bucket(DAY, inside.map(Bucket::time).orElse(cast.value()))))
          : inside;
    }
    if (key instanceof Expression.Call call
        && call.arguments().size() > 1
        && call.arguments().get(0) instanceof Expression.Constant first) {
      Optional<Span> length = Optional.empty();
      if (TRUNCATIONS.contains(call.function()) && first.value() instanceof String unit) {
        length = Spans.parse(duck, "1 " + unit);
      } else if (call.function().equals("time_bucket")
          && first.value() instanceof Expression.Interval width) {
        length = Optional.of(Spans.of(width));
      }
      if (length.isPresent()) {
        return Optional.of(new Bucket(length.get(), call.arguments().get(1)));
      }
    }
    return isDate ? Optional.of(new Bucket(DAY, key)) : Optional.empty();
  }
}
