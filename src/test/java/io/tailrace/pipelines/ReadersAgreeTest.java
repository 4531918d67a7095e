package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** On random input, both readers and a plain oracle give the same. The seed is the test's name. */
@RunWith(Parameterized.class)
public final class ReadersAgreeTest {

  private static final List<String> BAD =
      List.of(
          "", // A line of nothing but its end is skipped, not bad.
          "s1",
          "s1,2",
          "s1,2,3,4",
          ",2,3",
          "s1,3,3",
          "s1,2,0",
          "s1,2,-4",
          "s1,2,x",
          "s1,2,9223372036854775808",
          "{\"json\": true}");

  @Parameterized.Parameters(name = "{0}")
  public static List<Long> seeds() {
    return LongStream.rangeClosed(1, 4).boxed().toList();
  }

  @Parameterized.Parameter public long seed;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Map<String, long[]> volume = new TreeMap<>();
  private final List<String> sev0 = new ArrayList<>();
  private int bad;

  @Test
  public void bothReadersGiveWhatTheOracleGives() throws Exception {
    Random random = new Random(seed);
    Path input = folder.newFolder("input").toPath();
    int files = 1 + random.nextInt(6);
    for (int file = 0; file < files; file++) {
      Files.write(input.resolve("log-" + file + ".csv"), randomFile(random));
    }
    for (String unfinished : List.of(".log", "_log", "log.tmp", "log._COPYING_")) {
      Files.writeString(input.resolve(unfinished), "unfinished,0,1\n");
    }
    List<String> expectedVolume = new ArrayList<>();
    volume.forEach(
        (server, v) ->
            expectedVolume.add(
                String.format(
                    "%s|%s|%d|%d|%d|%d|%d|%d",
                    server,
                    v[2] / (double) (v[4] - v[3] + 1),
                    v[0],
                    v[1],
                    v[2],
                    v[3],
                    v[4],
                    v[0] + v[1] + v[2])));
    Collections.sort(expectedVolume);
    Collections.sort(sev0);

    Path root = folder.getRoot().toPath();
    List<TestRun> runs =
        List.of(
            TestRun.of(input, root.resolve("units")),
            TestRun.of(input, root.resolve("small"), "--unitSize=" + (50 + random.nextInt(5_000))),
            TestRun.of(input, root.resolve("text"), "--reader=textio"));
    for (TestRun run : runs) {
      assertThat(run.volume(), is(expectedVolume));
      assertThat(run.queriedVolume(), is(expectedVolume));
      assertThat(run.sev0(), is(sev0));
      assertThat(run.deadLetters(), hasSize(bad));
    }
    assertThat(runs.get(0).deadLetters(), is(runs.get(1).deadLetters()));
  }

  private byte[] randomFile(Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String end = random.nextBoolean() ? "\n" : "\r\n";
    int servers = 1 + random.nextInt(50);
    int lines = random.nextInt(2_000);
    if (random.nextBoolean()) {
      bytes.write(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
    }
    for (int line = 0; line < lines; line++) {
      int kind = random.nextInt(100);
      if (kind == 0) {
        bytes.write(new byte[] {'s', (byte) 0xc3, (byte) 0x28, ',', '2', ',', '5'});
        bad++;
      } else if (kind < 6) {
        String text = BAD.get(random.nextInt(BAD.size()));
        bytes.write(text.getBytes(StandardCharsets.UTF_8));
        bad += text.isEmpty() ? 0 : 1;
      } else {
        bytes.write(randomRecord(random, servers).getBytes(StandardCharsets.UTF_8));
      }
      if (line < lines - 1 || random.nextBoolean()) {
        bytes.write(end.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private String randomRecord(Random random, int servers) {
    String server =
        "s"
            + random.nextInt(servers)
            + List.of(" é", " \"x\", y", "", "", "", "").get(random.nextInt(6));
    int severity = random.nextInt(3);
    long timestamp = 1 + (random.nextBoolean() ? random.nextInt(100) : random.nextLong() >>> 1);
    long[] v =
        volume.computeIfAbsent(server, s -> new long[] {0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE});
    v[severity]++;
    v[3] = Math.min(v[3], timestamp);
    v[4] = Math.max(v[4], timestamp);
    if (severity == 0) {
      sev0.add(server + "|" + timestamp);
    }
    String space = random.nextInt(9) == 0 ? " " : "";
    String field = server.replace("\"", "\"\"");
    if (field.length() > server.length() || random.nextInt(20) == 0) {
      field = '"' + field + '"';
    }
    return space + field + space + "," + severity + space + "," + space + timestamp;
  }
}
