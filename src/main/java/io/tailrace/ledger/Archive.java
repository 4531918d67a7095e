package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.storage.Durability;
import io.tailrace.table.LogFile;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Files of plans with the receipts of their units, without tables, and of the files of states: JSON
 * lines in gzip. Nothing that a run needs to start is in them: they are read to check the files of
 * logs, and for line numbers and the history of tables.
 *
 * @param entries where they are
 */
public record Archive(EntryFolder entries) {

  /**
   * Files from this size on are not merged with others. Smaller ones are, into one of up to {@value
   * #FANOUT} times this size: a file must fit into memory, and a year of files that come one by one
   * must not become thousands of archives.
   */
  private static final long LARGE_BYTES = 4L << 20;

  /** So many files of about the same size become one. */
  private static final int FANOUT = 8;

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * A file of an archive.
   *
   * @param name its name
   * @param firstPlan the first plan in it
   * @param lastPlan the last one
   * @param bytes its size
   */
  public record Ref(String name, long firstPlan, long lastPlan, long bytes) {}

  /** One line: a plan with its receipts, or files of a log that are of no unit. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Line(long number, Plan plan, List<Receipt> receipts, Map<String, List<LogFile>> files) {

    static Line of(long number, Plan plan, List<Receipt> receipts) {
      return new Line(number, plan, receipts, null);
    }

    static Line of(Map<String, List<LogFile>> files) {
      return new Line(0, null, null, files);
    }
  }

  /** The lines of a file, unpacked and parsed one by one. */
  static final class Lines {

    private final BufferedReader in;

    private Lines(byte[] bytes) throws IOException {
      this.in =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16),
                  StandardCharsets.UTF_8));
    }

    /** The next line, if there is one. */
    Optional<Line> next() throws IOException {
      String line = in.readLine();
      return line == null ? Optional.empty() : Optional.of(JSON.readValue(line, Line.class));
    }
  }

  /**
   * Writes a file.
   *
   * @param name a name that no other has
   */
  Ref write(String name, long firstPlan, long lastPlan, List<Line> lines) throws IOException {
    return write(name, firstPlan, lastPlan, pack(lines));
  }

  /** The content of a file. Behind that of another it makes a file of the lines of both. */
  static byte[] pack(List<Line> lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      for (Line line : lines) {
        out.write(JSON.writeValueAsBytes(line));
        out.write('\n');
      }
    }
    return bytes.toByteArray();
  }

  Ref write(String name, long firstPlan, long lastPlan, byte[] bytes) throws IOException {
    entries.create(name, bytes, Durability.SYNCED);
    return new Ref(name, firstPlan, lastPlan, bytes.length);
  }

  /** Reads a file. */
  Lines read(Ref ref) throws IOException {
    return new Lines(bytes(ref));
  }

  private byte[] bytes(Ref ref) throws IOException {
    return entries
        .read(ref.name())
        .orElseThrow(() -> new DamagedFileException(entries.path(ref.name()), "it is missing"));
  }

  /**
   * Merges small files, so that their number grows with the logarithm of what is in them.
   *
   * @param name a name that no other has
   */
  List<Ref> merge(List<Ref> all, String name) throws IOException {
    List<Ref> merged = new ArrayList<>(all);
    for (int times = 0; merged.size() >= FANOUT; times++) {
      List<Ref> last = merged.subList(merged.size() - FANOUT, merged.size());
      long bytes = last.stream().mapToLong(Ref::bytes).sum();
      // The first of them was merged from as many as there are now, or is as small as the others.
      boolean alike =
          last.get(0).bytes() < FANOUT * Math.max(last.get(FANOUT - 1).bytes(), 1 << 12);
      boolean small = last.get(0).bytes() < LARGE_BYTES && bytes <= FANOUT * LARGE_BYTES;
      if (!small || !alike) {
        break;
      }
      // Files of gzip that stand one behind the other are one: RFC 1952, section 2.2.
      ByteArrayOutputStream together = new ByteArrayOutputStream((int) bytes);
      for (Ref ref : last) {
        together.write(bytes(ref));
      }
      Ref ref =
          write(
              name + "-" + times,
              last.get(0).firstPlan(),
              last.get(FANOUT - 1).lastPlan(),
              together.toByteArray());
      last.clear();
      merged.add(ref);
    }
    return merged;
  }
}
