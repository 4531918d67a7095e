package io.tailrace.demo;

import io.tailrace.storage.Folder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Makes server logs: the four sample files, and as many others as one likes. */
public final class ServerLogGenerator {

  /** The sample files, in the order in which the demonstration delivers them. */
  public static final List<Sample> SAMPLES =
      List.of(
          new Sample("s115.csv", "s1", 1, 5, 1897, 100, List.of(5, 5, 5)),
          new Sample("s215.csv", "s2", 1, 5, 4600, 400, List.of()),
          new Sample("s1610.csv", "s1", 6, 10, 100, 0, List.of()),
          new Sample("s2610.csv", "s2", 6, 10, 599, 400, List.of(9)));

  /** Of so many records that are not severe one is minor. */
  private static final int RECORDS_A_MINOR_ONE = 20;

  private static final int LAST_TIMESTAMP = 9_999;

  private ServerLogGenerator() {}

  /**
   * What is in a sample file: records of one server, in no order of time.
   *
   * @param name the file's name
   * @param server the server
   * @param first the first timestamp, which is in the file
   * @param last the last timestamp, which is in the file
   * @param sev2 how many records have severity 2
   * @param sev1 how many records have severity 1
   * @param sev0 the timestamps of the records of severity 0
   */
  public record Sample(
      String name, String server, int first, int last, int sev2, int sev1, List<Integer> sev0) {

    /** The file's text, always the same. */
    public String text() {
      Random random = new Random(name.hashCode());
      List<String> lines = new ArrayList<>();
      int span = last - first + 1;
      for (int i = 0; i < sev2; i++) {
        lines.add(line(2, i < span ? first + i : first + random.nextInt(span)));
      }
      for (int i = 0; i < sev1; i++) {
        lines.add(line(1, first + random.nextInt(span)));
      }
      sev0.forEach(timestamp -> lines.add(line(0, timestamp)));
      Collections.shuffle(lines, random);
      return String.join("", lines);
    }

    private String line(int severity, int timestamp) {
      return server + "," + severity + "," + timestamp + "\n";
    }

    /** Makes the file appear in a folder, whole. */
    public void deliverTo(Folder folder) throws IOException {
      byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
      folder.write(name, folder, out -> out.write(bytes));
    }
  }

  /**
   * How many records have severity 0: {@code severe} of each {@code records} on average, a fraction
   * in lowest terms.
   */
  public record Share(int severe, int records) {

    /** Where nothing else is said. */
    public static final Share USUAL = new Share(1, 1_000);

    private static final int MOST_DECIMALS = 7;

    /**
     * A percentage.
     *
     * @throws IllegalArgumentException if it is not from 0 to 100, or has more than 7 decimals
     */
    public static Share ofPercent(BigDecimal percent) {
      if (percent.signum() < 0
          || percent.compareTo(BigDecimal.valueOf(100)) > 0
          || percent.stripTrailingZeros().scale() > MOST_DECIMALS) {
        throw new IllegalArgumentException(
            "a percentage from 0 to 100 with at most "
                + MOST_DECIMALS
                + " decimals, not "
                + percent);
      }
      BigInteger severe = percent.movePointRight(MOST_DECIMALS).toBigInteger();
      BigInteger records = BigInteger.valueOf(100).multiply(BigInteger.TEN.pow(MOST_DECIMALS));
      BigInteger divisor = severe.gcd(records);
      return new Share(
          severe.divide(divisor).intValueExact(), records.divide(divisor).intValueExact());
    }

    private boolean picks(SplittableRandom random) {
      return random.nextInt(records) < severe;
    }
  }

  /**
   * Writes files of random records, the same ones for the same arguments.
   *
   * @param folder where to; made if it is not there
   * @param files how many files
   * @param lines how many lines in each
   * @param servers how many servers
   * @param severe how many records have severity 0
   * @param seed chooses the records
   */
  public static void write(Path folder, int files, int lines, int servers, Share severe, long seed)
      throws IOException {
    Files.createDirectories(folder);
    byte[][] names = new byte[servers][];
    for (int server = 0; server < servers; server++) {
      names[server] = ("s" + (server + 1)).getBytes(StandardCharsets.US_ASCII);
    }
    for (int file = 0; file < files; file++) {
      Path path = folder.resolve(String.format("servers-%05d.csv", file));
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
        SplittableRandom random = new SplittableRandom(seed + file);
        byte[] digits = new byte[10];
        for (int line = 0; line < lines; line++) {
          out.write(names[random.nextInt(servers)]);
          out.write(',');
          out.write('0' + severity(severe, random));
          out.write(',');
          int from = digits.length;
          for (int rest = 1 + random.nextInt(LAST_TIMESTAMP); rest > 0; rest /= 10) {
            digits[--from] = (byte) ('0' + rest % 10);
          }
          out.write(digits, from, digits.length - from);
          out.write('\n');
        }
      }
    }
  }

  private static int severity(Share severe, SplittableRandom random) {
    if (severe.picks(random)) {
      return 0;
    }
    return random.nextInt(RECORDS_A_MINOR_ONE) == 0 ? 1 : 2;
  }
}
