package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What --cleanSource and --cleanAfter can be, and what becomes of files then. */
public final class CleanSourceTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path root;
  private Path input;

  @Before
  public void deliver() throws IOException {
    root = folder.getRoot().toPath().toRealPath();
    input = Files.createDirectory(root.resolve("in"));
    Files.writeString(input.resolve("a.csv"), "s1,2,1\n");
  }

  private void run(Path in, String... more) throws IOException {
    TestRun.run(Pipelines.SERVER_LOGS, in, root.resolve("out"), more);
  }

  private String refusal(Path in, String... more) {
    String message = assertThrows(UsageException.class, () -> run(in, more)).getMessage();
    assertThat(Files.exists(root.resolve("out")), is(false));
    return message;
  }

  @Test
  public void filesStayUnlessTheyAreToGo() throws IOException {
    run(input);
    run(input, "--cleanSource=delete");
    run(input, "--cleanSource=off", "--cleanAfter=0s");
    assertThat(Files.exists(input.resolve("a.csv")), is(true));
    run(input, "--cleanSource=delete", "--cleanAfter=0s");
    assertThat(Files.exists(input.resolve("a.csv")), is(false));
    run(input, "--cleanSource=delete", "--cleanAfter=0s");
  }

  @Test
  public void aFileThatIsReadIsMovedByTheSameRun() throws IOException {
    run(input, "--cleanSource=move:" + root.resolve("done"), "--cleanAfter=0s");
    assertThat(Files.exists(input.resolve("a.csv")), is(false));
    assertThat(Files.readString(root.resolve("done/a.csv")), is("s1,2,1\n"));
  }

  /** Its name begins so that no file of it is read. */
  @Test
  public void theFolderMayBeHiddenInTheInput() throws IOException {
    Path all = input.resolve("**");
    Path done = input.resolve("_done");
    run(all, "--cleanSource=move:" + done, "--cleanAfter=0s");
    run(all, "--cleanSource=move:" + done, "--cleanAfter=0s");
    assertThat(Files.readString(done.resolve("a.csv")), is("s1,2,1\n"));
    assertThat(Files.exists(done.resolve("_done")), is(false));
  }

  @Test
  public void whatCannotBeIsRefused() {
    for (String choice : new String[] {"", "move", "move:", "archive", "OFF", "delete:x"}) {
      assertThat(
          refusal(input, "--cleanSource=" + choice),
          containsString("give off, delete or move:FOLDER"));
    }
    assertThat(refusal(input, "--cleanAfter=soon"), containsString("--cleanAfter: 'soon'"));
    assertThat(
        refusal(input, "--cleanSource=move:" + input.resolve("a.csv")), containsString("a file"));
    assertThat(
        refusal(input, "--cleanSource=move:s3://bucket/done", "--s3Endpoint=http://127.0.0.1:1"),
        containsString("is not on the storage of --input"));
    assertThat(refusal(input, "--cleanSource=move:x*"), containsString("use another folder"));
  }

  @Test
  public void aFolderWhoseFilesWouldBeReadAgainIsRefused() throws IOException {
    String readAgain = "would be read again";
    Path deep = input.resolve("**");
    assertThat(refusal(input, "--cleanSource=move:" + input), containsString(readAgain));
    assertThat(
        refusal(deep, "--cleanSource=move:" + input.resolve("d")), containsString(readAgain));
    assertThat(refusal(input, "--cleanSource=move:" + root), containsString(readAgain));
    Path link = Files.createSymbolicLink(root.resolve("link"), input);
    assertThat(refusal(input, "--cleanSource=move:" + link), containsString(readAgain));
    assertThat(
        refusal(deep, "--cleanSource=move:" + link.resolve("new/d")), containsString(readAgain));
    assertThat(
        refusal(input, "--cleanSource=move:" + root.resolve("out/sev0")),
        containsString("folder of the results"));
    run(input, "--cleanSource=move:" + input.resolve("d"), "--cleanAfter=0s");
    assertThat(Files.exists(input.resolve("d/a.csv")), is(true));
  }

  @Test
  public void whatHasNoFilesThatAreDoneIsRefused() {
    assertThat(
        refusal(input, "--cleanSource=delete", "--follow"), containsString("leave out --follow"));
    assertThat(
        refusal(input, "--cleanSource=delete", "--reader=textio"),
        containsString("use --reader=units"));
    LogPipeline topic = Pipelines.named("game-events").orElseThrow();
    UsageException refused =
        assertThrows(
            UsageException.class,
            () ->
                PipelineRun.start(
                    topic,
                    RunCommand.options(
                        topic,
                        List.of("--output=" + root.resolve("out"), "--cleanSource=delete"))));
    assertThat(refused.getMessage(), containsString("is for files"));
  }
}
