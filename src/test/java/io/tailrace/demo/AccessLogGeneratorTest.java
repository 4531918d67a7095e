package io.tailrace.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.tailrace.format.AccessField;
import io.tailrace.format.AccessLineParser;
import io.tailrace.format.AccessLogFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is in the logs that are made. */
public final class AccessLogGeneratorTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final AccessLineParser parser = new AccessLogFormat("combined").parser();
  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final List<String> noRecords = new ArrayList<>();

  @Test
  public void theSampleIsTheCommittedFile() throws Exception {
    Path committed = Path.of("data/access-log", AccessLogGenerator.SAMPLE_NAME);
    boolean same = Files.readString(committed).equals(AccessLogGenerator.sample());
    assertThat(committed + " is what the generator makes", same);
  }

  @Test
  public void theSampleHasWhatItsPageSays() throws Exception {
    AccessLogGenerator.sample().lines().forEach(this::count);
    assertThat(noRecords.size(), is(8));
    // As the map says it, but for braces and signs.
    String counts = statuses.toString().replace("=", ": ").replaceAll("[{}]", "");
    assertThat(Files.readString(Path.of("data/README.md")), containsString(counts));
  }

  @Test
  public void generatedFilesAreLikeALogOfASmallService() throws Exception {
    Path logs = folder.getRoot().toPath();
    AccessLogGenerator.write(logs, 2, 50_000, 1);
    List<String> lines = new ArrayList<>();
    for (String name : new String[] {"access-00000.log", "access-00001.log"}) {
      lines.addAll(Files.readAllLines(logs.resolve(name)));
    }
    int busiest = 0;
    int late = 0;
    int improper = 0;
    long bytes = 0;
    long latest = Long.MIN_VALUE;
    for (String line : lines) {
      count(line);
      busiest += "10.12.0.7".equals(parser.text(AccessField.HOST)) ? 1 : 0;
      improper += parser.isAbsent(AccessField.METHOD) ? 1 : 0;
      late += parser.timeMillis() < latest ? 1 : 0;
      latest = Math.max(latest, parser.timeMillis());
      assertThat(latest - parser.timeMillis(), is(lessThanOrEqualTo(10 * 60_000L)));
      bytes += line.length() + 1;
    }
    double all = lines.size();
    assertThat(all, is(100_000.0));
    assertThat(noRecords, is(empty()));
    assertThat(busiest / all, is(closeTo(0.9, 0.02)));
    assertThat(new HashSet<>(lines).size() / all, is(closeTo(0.52, 0.03)));
    assertThat(late / all, is(closeTo(0.25, 0.05)));
    assertThat(improper, is(allOf(greaterThan(0), lessThanOrEqualTo(100))));
    assertThat(bytes / all, is(closeTo(180, 10)));
    assertThat(statuses.get(200) / all, is(closeTo(0.85, 0.02)));
    assertThat(statuses.get(500) / all, is(closeTo(0.14, 0.02)));
    assertThat(statuses.get(404), is(greaterThan(0)));
  }

  @Test
  public void theSameArgumentsMakeTheSameFilesAndAnotherSeedOthers() throws Exception {
    byte[] first = write("first", 1);
    assertThat(write("second", 1), is(first));
    assertThat(write("third", 2), is(not(first)));
  }

  private byte[] write(String name, long seed) throws Exception {
    Path logs = folder.newFolder(name).toPath();
    AccessLogGenerator.write(logs, 1, 1_000, seed);
    return Files.readAllBytes(logs.resolve("access-00000.log"));
  }

  private void count(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (parser.parse(bytes, 0, bytes.length).isEmpty()) {
      statuses.merge(parser.status(), 1, Integer::sum);
    } else {
      noRecords.add(line);
    }
  }
}
