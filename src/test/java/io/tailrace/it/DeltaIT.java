package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** Another engine reads and writes the tables, too, with its own implementation of Delta Lake. */
public final class DeltaIT {

  private static final String FIRST = "[{\"device_id\": \"1\", \"heartrate\": \"60.5\"}]";
  private static final String SECOND =
      "[{\"device_id\": 2, \"heartrate\": \"low\", \"Firm ware\": \"1.2\"}]";

  @Rule public final Tailrace tailrace = new Tailrace();
  @Rule public final LocalSpark spark = new LocalSpark();

  @Test
  public void sparkReadsTheTableItsPastAndItsHistory() throws Exception {
    tailrace.deliver("1.json", FIRST);
    tailrace.deliver("2.json", SECOND);
    tailrace.runPipelineToEnd("tracker", tailrace.output(), "--maxFilesPerPoll=1");
    String table = table("heartbeat_tracker");
    assertThat(
        spark.ask(
            "SELECT device_id, mrn, heartrate, `Firm ware`, _rescued FROM "
                + table
                + " ORDER BY device_id"),
        contains("1|null|60.5|null|null", "2|null|null|1.2|{\"heartrate\":\"low\"}"));
    assertThat(
        spark.ask("SELECT * FROM " + table + " VERSION AS OF 1"),
        contains("1|null|null|60.5|null"));
    assertThat(
        spark.ask("SELECT device_id FROM " + table + " WHERE heartrate > 60"), contains("1"));
    assertThat(
        spark.ask("DESCRIBE HISTORY " + table).stream().map(row -> row.split("\\|")[0]).toList(),
        contains("2", "1", "0"));
    assertThat(spark.ask("SELECT count(*) FROM " + table + " WHERE device_id = 77"), contains("0"));
  }

  @Test
  public void whatSparkAddsAndRemovesMeanwhileIsKept() throws Exception {
    TailraceProcess run = tailrace.startPipeline("tracker", tailrace.output(), "--progress=none");
    Tailrace.awaitWatching(run);
    tailrace.deliver("1.json", FIRST);
    Tailrace.await(run).until(() -> counted().equals("1"));
    String table = table("heartbeat_tracker");
    spark.ask("INSERT INTO " + table + " VALUES (8, 1, 2.0D, 3.0D, null)");
    tailrace.deliver("2.json", SECOND);
    Tailrace.await(run).until(() -> counted().equals("3"));
    spark.ask("ALTER TABLE " + table + " ADD COLUMNS (note STRING)");
    spark.ask("INSERT INTO " + table + " VALUES (9, 1, 2.0D, 3.0D, null, null, 'by hand')");
    tailrace.deliver("3.json", "[{\"device_id\": 3, \"NOTE\": \"by machine\"}]");
    Tailrace.await(run).until(() -> counted().equals("5"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    String notes = "SELECT device_id, note FROM %s WHERE note IS NOT NULL ORDER BY device_id";
    assertThat(spark.ask(String.format(notes, table)), contains("3|by machine", "9|by hand"));
    assertEquals(
        List.of("device_id,note", "3,by machine", "9,by hand"),
        tailrace.query(String.format(notes, "heartbeat_tracker")));
    spark.ask("DELETE FROM " + table + " WHERE device_id = 8");
    assertEquals("4", counted());
    assertThat(spark.ask("DESCRIBE HISTORY " + table), hasItem(containsString("|DELETE|")));
  }

  @Test
  public void sparkReadsTheLogOfSevereErrors() throws Exception {
    tailrace.deliver("a.csv", "s1,0,5\ns1,2,1\ns2,0,3\n");
    tailrace.runToEnd(tailrace.output(), "--logFormat=delta");
    assertThat(
        spark.ask("SELECT * FROM " + table("sev0") + " ORDER BY timestamp"),
        is(List.of("s2|3", "s1|5")));
    assertEquals(
        List.of("serverID,timestamp", "s2,3", "s1,5"),
        tailrace.query("SELECT * FROM sev0 ORDER BY timestamp"));
  }

  private String table(String name) {
    Path folder = tailrace.output().resolve(name);
    return "delta.`" + folder + "`";
  }

  private String counted() throws Exception {
    return tailrace.query("SELECT count(*) FROM heartbeat_tracker").get(1);
  }
}
