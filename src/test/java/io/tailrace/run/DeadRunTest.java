package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A run that understands nothing says so, and why. */
public final class DeadRunTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  @Test
  public void theThreeMostFrequentReasonsHaveAnExampleEach() throws Exception {
    write("1.csv", "only\n", "s1,7,1\n", "two\n", ",0,1\n");
    write("2.csv", "s1,8\t,1\n".repeat(1_000), "s1,0,x\n");
    assertThat(
        run(Pipelines.SERVER_LOGS),
        is(
            "All 1,005 records are dead letters:"
                + " CHECK (severity BETWEEN 0 AND 2) is not met (1,001 of them, such as 's1,7,1' in %1$s/1.csv);"
                + " 1 field, 3 expected (2 of them, such as 'only' in %1$s/1.csv);"
                + " column 'serverID' is NULL (1 of them, such as ',0,1' in %1$s/1.csv);"
                + " and 1 other reason."
                + " Check that --input has lines of serverID,severity,timestamp;"
                + " query \"SELECT * FROM dead_letters\" --output=%2$s shows them\n"));
    // The next run reads nothing, and the one behind it something.
    assertThat(run(Pipelines.SERVER_LOGS), is(""));
    write("3.csv", "bad\n", "s1,0,1\n");
    assertThat(run(Pipelines.SERVER_LOGS), is(""));
    // Whatever the runs before have read, it is the only record of this one.
    write("4.csv", "\u001b[31m" + "é".repeat(100) + "\n");
    assertThat(
        run(Pipelines.SERVER_LOGS),
        startsWith(
            "The only record is a dead letter: 1 field, 3 expected (1 of them, such as '\\x1b[31m"
                + "é".repeat(72)
                + "...' in %1$s/4.csv). Check"));
  }

  @Test
  public void eachPipelineSaysWhatToCheck() throws Exception {
    write("a", "h - - [02/Mar/2026:06:04:11 +0000] \"GET / HTTP/1.1\" 200 1\n");
    output = folder.getRoot().toPath().resolve("access-log");
    String query = "; query \"SELECT * FROM dead_letters\" --output=%2$s shows them\n";
    assertThat(
        run(Pipelines.ACCESS_LOG),
        endsWith("Check that --format says how the lines are written" + query));
    output = folder.getRoot().toPath().resolve("tracker");
    assertThat(
        run(Pipelines.TRACKER),
        endsWith(
            "Check that --input has JSON objects, alone, in arrays or one after the other"
                + query));
  }

  private void write(String name, String... lines) throws IOException {
    Files.writeString(input.resolve(name), String.join("", lines));
  }

  /** What a run over what is there says at its end, with places for the folders. */
  private String run(LogPipeline pipeline) throws IOException {
    TestRun.run(pipeline, input, output);
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    Folder results = new Folder(output.toString());
    new DeadRun(pipeline, results, Ledger.of(results).run().orElseThrow())
        .tell(new PrintStream(told, true, StandardCharsets.UTF_8));
    return told.toString(StandardCharsets.UTF_8)
        .replace(output.toString(), "%2$s")
        .replace(input.toString(), "%1$s");
  }
}
