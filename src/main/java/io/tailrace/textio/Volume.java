package io.tailrace.textio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/**
 * What the report keeps of a server's records. Immutable; two of them add up in any order.
 *
 * @param sev0 the number of severe records
 * @param sev1 the number of minor records
 * @param sev2 the number of service calls
 * @param first the least timestamp of all records, {@link Long#MAX_VALUE} without any
 * @param last the greatest timestamp of all records, {@link Long#MIN_VALUE} without any
 */
public record Volume(long sev0, long sev1, long sev2, long first, long last) {

  /** The volume of no record. */
  static final Volume NONE = new Volume(0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE);

  /** The volume of one record. */
  static Volume of(ServerLog log) {
    return new Volume(
        log.severity() == 0 ? 1 : 0,
        log.severity() == 1 ? 1 : 0,
        log.severity() == 2 ? 1 : 0,
        log.timestamp(),
        log.timestamp());
  }

  /** The number of records. */
  public long records() {
    return sev0 + sev1 + sev2;
  }

  /** The volume of the records of both. */
  Volume plus(Volume other) {
    return new Volume(
        sev0 + other.sev0,
        sev1 + other.sev1,
        sev2 + other.sev2,
        Math.min(first, other.first),
        Math.max(last, other.last));
  }

  /** The coder of volumes. */
  static final class VolumeCoder extends AtomicCoder<Volume> {

    private static final long serialVersionUID = 1L;

    @Override
    public void encode(Volume volume, OutputStream out) throws IOException {
      VarLongCoder longs = VarLongCoder.of();
      longs.encode(volume.sev0(), out);
      longs.encode(volume.sev1(), out);
      longs.encode(volume.sev2(), out);
      longs.encode(volume.first(), out);
      longs.encode(volume.last(), out);
    }

    @Override
    public Volume decode(InputStream in) throws IOException {
      VarLongCoder longs = VarLongCoder.of();
      return new Volume(
          longs.decode(in), longs.decode(in), longs.decode(in), longs.decode(in), longs.decode(in));
    }
  }
}
