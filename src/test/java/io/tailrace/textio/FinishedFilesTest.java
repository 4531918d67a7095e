package io.tailrace.textio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystemUtils;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which names Beam's file systems find by our globs. */
public final class FinishedFilesTest {

  private static final List<String> FINISHED =
      List.of(
          "a",
          "p",
          "mp",
          "tmp",
          "x.tm",
          "x.mp",
          "x-tmp",
          "x.tmp2",
          "COPYING_",
          "x._COPYING",
          "x.COPYING_",
          "x-_COPYING_",
          "a_",
          "G_",
          "a.csv",
          "é",
          "日本.csv",
          "😀.log",
          "-",
          " x");

  private static final List<String> UNFINISHED =
      List.of(
          ".a", "_a", ".tmp", "x.tmp", "._COPYING_", "x._COPYING_", "_SUCCESS", ".", "_", "é.tmp");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void ofAFolderAllNamesThatMeanFinished() throws IOException {
    for (String name : FINISHED) {
      Files.createFile(root().resolve(name));
    }
    for (String name : UNFINISHED) {
      if (!name.equals(".")) {
        Files.createFile(root().resolve(name));
      }
    }
    Files.createDirectory(root().resolve("folder"));
    Files.createFile(root().resolve("folder/x"));
    assertThat(found("*"), containsInAnyOrder(FINISHED.toArray()));
  }

  @Test
  public void ofAGlobThoseThatBeginWell() throws IOException {
    for (String name : List.of("a.csv", ".csv", "_a.csv", ".a.csv", "log", "a-log", "_log")) {
      Files.createFile(root().resolve(name));
    }
    assertThat(found("*.csv"), contains("a.csv"));
    assertThat(found("*log"), containsInAnyOrder("log", "a-log"));
    assertThat(found("a*"), containsInAnyOrder("a.csv", "a-log"));
    assertThat(found("_log"), contains("_log"));
  }

  @Test
  public void onS3TheBeginningOfNamesCounts() {
    Pattern all = s3("s3://bucket/logs/*");
    for (String name : FINISHED) {
      assertThat(name, all.matcher("s3://bucket/logs/" + name).matches(), is(true));
    }
    for (String name : List.of(".a", "_a", "_SUCCESS", "._COPYING_", "folder/a")) {
      assertThat(name, all.matcher("s3://bucket/logs/" + name).matches(), is(false));
    }
    Pattern csv = s3("s3://bucket/logs/*.csv");
    assertThat(csv.matcher("s3://bucket/logs/a.csv").matches(), is(true));
    assertThat(csv.matcher("s3://bucket/logs/_a.csv").matches(), is(false));
    assertThat(FinishedFiles.glob("s3://bucket/logs/*log"), is("s3://bucket/logs/*log"));
  }

  private static Pattern s3(String glob) {
    return Pattern.compile(FileSystemUtils.wildcardToRegexp(FinishedFiles.glob(glob)));
  }

  private List<String> found(String glob) throws IOException {
    MatchResult match = FileSystems.match(FinishedFiles.glob(root() + "/" + glob));
    Stream<MatchResult.Metadata> files = match.metadata().stream();
    return files.map(file -> file.resourceId().getFilename()).toList();
  }

  private Path root() {
    return folder.getRoot().toPath();
  }
}
