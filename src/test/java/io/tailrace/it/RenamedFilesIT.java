package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Files that are renamed, moved and linked while a run reads their folder, and between runs. */
public final class RenamedFilesIT {

  @Rule public final Tailrace tailrace = new Tailrace();

  @Before
  public void begin() {
    Tailrace.requireDirectRunner();
  }

  @Test
  public void eachFileCountsOnceWhateverItsNamesAre() throws Exception {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
      sample.deliverTo(new Folder(tailrace.input().toString()));
    }
    Path input = tailrace.input();
    OutputFolder output = new OutputFolder(tailrace.output());
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> output.total().records() == 8_100);
    mv(input.resolve("s115.csv"), input.resolve("monday.csv"));
    Tailrace.await(run)
        .until(
            () ->
                run.err()
                    .contains(
                        String.format(
                            "%s is %s under a new name, and is not read again",
                            input.resolve("monday.csv"), input.resolve("s115.csv"))));
    Files.createLink(input.resolve("tuesday.csv"), input.resolve("s215.csv"));
    Tailrace.await(run)
        .until(
            () -> run.err().contains("tuesday.csv is the same file as " + input.resolve("s215")));
    Files.writeString(input.resolve("new.csv"), "s3,2,7\n");
    Tailrace.await(run).until(() -> output.total().records() == 8_101);
    run.kill();

    mv(input.resolve("s1610.csv"), input.resolve("wednesday.csv"));
    TailraceProcess next = tailrace.runToEnd(tailrace.output());
    assertThat(next.err(), containsString("wednesday.csv is "));
    assertEquals(
        List.of("serverID,records", "s1,2100", "s2,6000", "s3,1"),
        tailrace.query("SELECT serverID, records FROM volume ORDER BY serverID"));
  }

  private static void mv(Path from, Path to) throws Exception {
    assertEquals(0, new ProcessBuilder("mv", from.toString(), to.toString()).start().waitFor());
  }
}
