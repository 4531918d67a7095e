package io.tailrace.ledger;

import io.tailrace.options.UsageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The envelope of every file in a ledger: the content, then one line with the version of the
 * format, the kind of the file and a CRC32C of all bytes before the checksum:
 *
 * <pre>{@code
 * {"units":[…]}
 * #tailrace 2 plan 1a2b3c4d
 * }</pre>
 *
 * <p>CRC32C finds every flipped bit and every burst of up to 32 bits, and a cut file with a
 * probability of all but 2<sup>-32</sup>: Koopman, "32-bit cyclic redundancy codes for Internet
 * applications", DSN 2002.
 */
final class SealedContent {

  /** The version of the format that is written. The first one had no envelope. */
  static final int VERSION = 2;

  /** What a file is; a file that stands under the name of another kind is not believed. */
  enum Kind {
    identity("ledger"),
    columns("columns"),
    views("views"),
    sql("pipeline"),
    lease("lease-\\d{10,}"),
    told("[0-9a-f]{32}"),
    run("(run|stop|end)-\\d{10,}"),
    reports("run"),
    stop("(stop|end)-\\d{10,}"),
    plan("plan-\\d{10,}"),
    receipt("unit-\\d{10,}-[0-9a-f]{16}"),
    totals(".+\\.\\d+of\\d+\\.\\d{10,}(\\.add|(-[0-9a-f-]{36})?\\.base)"),
    state(".+-\\d{10,}"),
    cleaned("cleaned-\\d{10,}"),
    note("unit-\\d{10,}-(slice-)?\\d+"),
    checkpoint("checkpoint-\\d{10,}"),
    archive(".+");

    private final Pattern names;

    Kind(String names) {
      this.names = Pattern.compile(names);
    }

    /** Whether a file of this kind may have a name. */
    boolean mayBe(String name) {
      return names.matcher(name).matches();
    }
  }

  private static final String BEGIN = "\n#tailrace ";
  private static final int CHECKSUM_BYTES = 9;
  private static final int LONGEST_LINE = 64;
  private static final Pattern LINE = Pattern.compile("\n#tailrace (\\d+) (\\w+) ");

  private SealedContent() {}

  /** Puts content into its envelope. */
  static byte[] seal(Kind kind, byte[] content) {
    byte[] line = (BEGIN + VERSION + " " + kind + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = Arrays.copyOf(content, content.length + line.length + CHECKSUM_BYTES);
    System.arraycopy(line, 0, sealed, content.length, line.length);
    int end = content.length + line.length;
    byte[] checksum = checksum(sealed, end).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(checksum, 0, sealed, end, CHECKSUM_BYTES);
    return sealed;
  }

  private static String checksum(byte[] bytes, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    return String.format("%08x%n", crc.getValue()).replace("\r", "");
  }

  /**
   * Takes content out of its envelope.
   *
   * @param file the path of the file, for people
   * @throws DamagedFileException if this is not what was written
   * @throws UsageException if a later version wrote it
   */
  static byte[] open(Kind kind, String file, byte[] sealed) throws DamagedFileException {
    if (sealed.length == 0) {
      throw new DamagedFileException(file, "it is empty");
    }
    int end = sealed.length - CHECKSUM_BYTES;
    if (end < 0
        || !checksum(sealed, end)
            .equals(new String(sealed, end, CHECKSUM_BYTES, StandardCharsets.ISO_8859_1))) {
      throw new DamagedFileException(file, "its checksum does not match its content");
    }
    int from = Math.max(0, end - LONGEST_LINE);
    String tail = new String(sealed, from, end - from, StandardCharsets.ISO_8859_1);
    int line = tail.lastIndexOf(BEGIN);
    Matcher matcher = LINE.matcher(line < 0 ? "" : tail.substring(line));
    if (!matcher.matches()) {
      throw new DamagedFileException(file, "it is no file of a ledger");
    }
    int version = Integer.parseInt(matcher.group(1));
    if (version > VERSION) {
      throw new UsageException(
          String.format(
              "%s has format %d, which a later version of Tailrace wrote; this one reads up to"
                  + " format %d: use that version",
              file, version, VERSION));
    }
    if (!matcher.group(2).equals(kind.name())) {
      throw new DamagedFileException(
          file, "it is a " + matcher.group(2) + " under the name of a " + kind);
    }
    return Arrays.copyOf(sealed, from + line);
  }

  /** Whether the bytes end like an envelope, damaged or not; files of the first format do not. */
  static boolean isSealed(byte[] bytes) {
    int from = Math.max(0, bytes.length - LONGEST_LINE);
    return new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1)
        .contains(BEGIN);
  }
}
