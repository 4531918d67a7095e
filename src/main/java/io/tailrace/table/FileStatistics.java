package io.tailrace.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * What Delta's log says of a file: how many rows it has, and of each column how often it is null,
 * its least and its greatest value. All of it is in the footer of the file.
 */
final class FileStatistics {

  /** Of longer texts nothing is said; nobody finds rows by them. */
  private static final int LONGEST_TEXT = 32;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneOffset.UTC);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode least = JSON.createObjectNode();
  private final ObjectNode greatest = JSON.createObjectNode();
  private final ObjectNode nulls = JSON.createObjectNode();

  private FileStatistics() {}

  /** The statistics of a file as a JSON object. */
  static String of(ParquetMetadata footer) {
    FileStatistics all = new FileStatistics();
    for (PrimitiveType column :
        footer.getFileMetaData().getSchema().getFields().stream()
            // Of what is in others nothing is said.
            .filter(Type::isPrimitive)
            .map(Type::asPrimitiveType)
            .toList()) {
      all.add(column, footer);
    }
    ObjectNode json = JSON.createObjectNode();
    json.put("numRecords", footer.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum());
    json.set("minValues", all.least);
    json.set("maxValues", all.greatest);
    json.set("nullCount", all.nulls);
    return json.toString();
  }

  private void add(PrimitiveType column, ParquetMetadata footer) {
    long nullCount = 0;
    Statistics<?> merged = null;
    boolean known = true;
    for (BlockMetaData block : footer.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (chunk.getPath().toArray()[0].equals(column.getName())) {
          Statistics<?> statistics = chunk.getStatistics();
          if (statistics == null || !statistics.isNumNullsSet()) {
            return;
          }
          nullCount += statistics.getNumNulls();
          if (statistics.hasNonNullValue()) {
            if (merged == null) {
              merged = statistics.copy();
            } else {
              merged.mergeStatistics(statistics);
            }
          } else if (statistics.getNumNulls() < chunk.getValueCount()) {
            // There are values, but which is the least is not known.
            known = false;
          }
        }
      }
    }
    nulls.put(column.getName(), nullCount);
    if (known && merged != null) {
      putBounds(column, merged.genericGetMin(), merged.genericGetMax());
    }
  }

  private static BigDecimal decimal(Object value, DecimalLogicalTypeAnnotation type) {
    return value instanceof Binary bytes
        ? new BigDecimal(new BigInteger(bytes.getBytes()), type.getScale())
        : BigDecimal.valueOf(((Number) value).longValue(), type.getScale());
  }

  /** Those that stay what they are where JSON's numbers are read as doubles, which is common. */
  private void putDecimals(String name, BigDecimal min, BigDecimal max) {
    if (isDouble(min) && isDouble(max)) {
      least.putRawValue(name, new RawValue(min.toPlainString()));
      greatest.putRawValue(name, new RawValue(max.toPlainString()));
    }
  }

  private static boolean isDouble(BigDecimal number) {
    return BigDecimal.valueOf(number.doubleValue()).compareTo(number) == 0;
  }

  private static Instant time(long value, TimestampLogicalTypeAnnotation type) {
    return type.getUnit() == TimeUnit.MICROS
        ? Instant.EPOCH.plus(value, ChronoUnit.MICROS)
        : Instant.ofEpochMilli(value);
  }

  private void putDates(String name, LocalDate min, LocalDate max) {
    if (isOfFourDigits(min.getYear()) && isOfFourDigits(max.getYear())) {
      least.put(name, min.toString());
      greatest.put(name, max.toString());
    }
  }

  /** Of what is less than a millisecond Delta says nothing, and its readers allow for that. */
  private void putTimes(String name, Instant min, Instant max) {
    if (isOfFourDigits(min.atOffset(ZoneOffset.UTC).getYear())
        && isOfFourDigits(max.atOffset(ZoneOffset.UTC).getYear())) {
      least.put(name, TIME.format(min));
      greatest.put(name, TIME.format(max));
    }
  }

  /** Other years are not written alike everywhere. */
  private static boolean isOfFourDigits(int year) {
    return year >= 1 && year <= 9_999;
  }

  private void putBounds(PrimitiveType column, Object min, Object max) {
    String name = column.getName();
    LogicalTypeAnnotation logical = column.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      putDecimals(name, decimal(min, decimal), decimal(max, decimal));
    } else if (logical instanceof DateLogicalTypeAnnotation) {
      putDates(name, LocalDate.ofEpochDay((Integer) min), LocalDate.ofEpochDay((Integer) max));
    } else if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      putTimes(name, time((Long) min, timestamp), time((Long) max, timestamp));
    } else if (min instanceof Integer from && max instanceof Integer to) {
      least.put(name, from);
      greatest.put(name, to);
    } else if (min instanceof Long from && max instanceof Long to) {
      least.put(name, from);
      greatest.put(name, to);
    } else if (min instanceof Double from && max instanceof Double to) {
      if (Double.isFinite(from) && Double.isFinite(to)) {
        least.put(name, from);
        greatest.put(name, to);
      }
    } else if (min instanceof Binary from && max instanceof Binary to) {
      String first = from.toStringUsingUTF8();
      String last = to.toStringUsingUTF8();
      if (first.length() <= LONGEST_TEXT && last.length() <= LONGEST_TEXT) {
        least.put(name, first);
        greatest.put(name, last);
      }
    }
  }
}
