package io.tailrace.alert;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;

/** The alerts that were said last, and how many were said in all. */
public final class SaidAlerts {

  private static final int KEPT = 1_000;

  private final ArrayDeque<Alert> last = new ArrayDeque<>();
  private long count;

  SaidAlerts() {}

  /** Reads an alert. */
  @FunctionalInterface
  interface Reader {
    Alert readFrom(DataInputStream in) throws IOException;
  }

  /** Writes an alert. */
  @FunctionalInterface
  interface Writer {
    void write(Alert alert, DataOutputStream out) throws IOException;
  }

  void add(List<? extends Alert> alerts) {
    count += alerts.size();
    last.addAll(alerts);
    while (last.size() > KEPT) {
      last.removeFirst();
    }
  }

  /**
   * What was said behind the first so many alerts, as far as it is still known: the last {@value
   * #KEPT}.
   */
  public List<Alert> since(long first) {
    return last.stream().skip(Math.max(0, last.size() - (count - first))).toList();
  }

  /** How many alerts have been said. */
  public long count() {
    return count;
  }

  void writeTo(DataOutputStream out, Writer writer) throws IOException {
    out.writeLong(count);
    out.writeInt(last.size());
    for (Alert alert : last) {
      writer.write(alert, out);
    }
  }

  /** Reads what {@link #writeTo} wrote. */
  void readFrom(DataInputStream in, Reader reader) throws IOException {
    count = in.readLong();
    for (int i = in.readInt(); i > 0; i--) {
      last.add(reader.readFrom(in));
    }
  }
}
