package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** Files that are many and small make few and large ones. */
public final class ManyFilesIT {

  private static final int FILES = 10_000;
  private static final int A_HANDFUL_OF_FILES = 40;
  private static final Duration A_MINUTE = Duration.ofMinutes(1);

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void tenThousandFilesOfOneLineDeliveredAtOnce() throws Exception {
    Path delivery = Files.createDirectory(tailrace.root().resolve("delivery"));
    for (int file = 1; file <= FILES; file++) {
      Files.writeString(delivery.resolve("file-" + file + ".csv"), "s1,0," + file + "\n");
    }
    TailraceProcess run =
        tailrace.start(
            "server-logs",
            "--input=" + tailrace.input() + "/*/*.csv",
            "--output=" + tailrace.output());
    Tailrace.awaitWatching(run);

    long delivered = System.nanoTime();
    Files.move(delivery, tailrace.input().resolve("delivery"));
    OutputFolder output = new OutputFolder(tailrace.output());
    Tailrace.await(run).until(() -> output.total().records() == FILES);
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT records, lastTimestamp FROM volume"),
            List.of("records,lastTimestamp", FILES + "," + FILES)::equals);
    Duration taken = Duration.ofNanos(System.nanoTime() - delivered);
    assertThat(taken, lessThan(A_MINUTE));

    assertThat(output.logFiles("sev0").size(), lessThan(A_HANDFUL_OF_FILES));
    assertEquals(
        List.of("n,timestamps,least,most", "10000,10000,1,10000"),
        tailrace.query(
            "SELECT count(*) AS n, count(DISTINCT timestamp) AS timestamps,"
                + " min(timestamp) AS least, max(timestamp) AS most FROM sev0"));
  }
}
