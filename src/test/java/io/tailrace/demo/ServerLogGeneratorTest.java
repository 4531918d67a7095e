package io.tailrace.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertThrows;

import io.tailrace.demo.ServerLogGenerator.Share;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is generated stays what it was, so that figures can be compared with former ones. */
public final class ServerLogGeneratorTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void theUsualFilesAreTheSameByteForByte() throws Exception {
    Path output = folder.getRoot().toPath();
    ServerLogGenerator.write(output, 2, 1_000, 7, Share.USUAL, 3);
    assertThat(
        sha256(output.resolve("servers-00000.csv")),
        is("bc197e0d7ac5e6b25256a324d625c180ffafc8b8a306d894e9e619163e9abd8d"));
    assertThat(
        sha256(output.resolve("servers-00001.csv")),
        is("f923520afbd69de3900ee51671a5d9efc7e552a3eb873125aaba325d24739d38"));
  }

  @Test
  public void aShareIsAFractionInLowestTerms() {
    assertThat(percent("0.1"), is(Share.USUAL));
    assertThat(percent("0.10"), is(new Share(1, 1_000)));
    assertThat(percent("0.01"), is(new Share(1, 10_000)));
    assertThat(percent("50"), is(new Share(1, 2)));
    assertThat(percent("0"), is(new Share(0, 1)));
    assertThat(percent("1E+2"), is(new Share(1, 1)));
    assertThat(percent("0.0000001"), is(new Share(1, 1_000_000_000)));
    for (String unusable : List.of("-1", "100.1", "0.00000001")) {
      assertThrows(IllegalArgumentException.class, () -> percent(unusable));
    }
  }

  @Test
  public void soManyRecordsAreSevere() throws Exception {
    assertThat(severe("0"), is(0L));
    assertThat(severe("1"), is(both(greaterThan(70L)).and(lessThan(130L))));
    assertThat(severe("50"), is(both(greaterThan(4_800L)).and(lessThan(5_200L))));
    assertThat(severe("100"), is(10_000L));
  }

  private long severe(String percent) throws Exception {
    Path output = folder.newFolder().toPath();
    ServerLogGenerator.write(output, 1, 10_000, 3, percent(percent), 1);
    return Files.readAllLines(output.resolve("servers-00000.csv")).stream()
        .filter(line -> line.split(",")[1].equals("0"))
        .count();
  }

  private static Share percent(String text) {
    return Share.ofPercent(new BigDecimal(text));
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
