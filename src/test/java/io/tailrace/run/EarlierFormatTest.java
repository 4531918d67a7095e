package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Given an output that the first version wrote over s115.csv and s215.csv of the sample delivery, a
 * run goes on with it.
 */
public final class EarlierFormatTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path output;

  @Before
  public void copyOutput() throws IOException {
    output = folder.getRoot().toPath().resolve("output");
    Path saved = Path.of("src/test/resources/first-format");
    try (Stream<Path> all = Files.walk(saved)) {
      for (Path path : all.toList()) {
        Path target = output.resolve(saved.relativize(path).toString());
        Files.createDirectories(target.getParent());
        if (!Files.isDirectory(path)) {
          Files.copy(path, target);
        }
      }
    }
  }

  @Test
  public void aRunConvertsItAndGoesOn() throws Exception {
    run();
    assertThat(
        ask("SELECT serverID, avgVolume, records FROM volume ORDER BY serverID"),
        is(List.of("s1|199.7|2100", "s2|519.9|6000")));
    assertThat(
        ask("SELECT serverID, timestamp FROM sev0 ORDER BY ALL"),
        is(List.of("s1|5", "s1|5", "s1|5", "s2|9")));
    try (Stream<Path> plans = Files.list(output.resolve("_ledger/plans"))) {
      assertThat(
          "old files are gone",
          plans.map(path -> path.getFileName().toString()).sorted().toList(),
          is(List.of("plan-0000000001.plan", "plan-0000000002.plan")));
    }
  }

  @Test
  public void aConversionThatWasCutShortBeginsAnew() throws Exception {
    Path identity = output.resolve("_ledger/ledger.json");
    byte[] first = Files.readAllBytes(identity);
    Path plan = output.resolve("_ledger/plans/plan-0000000001.json");
    byte[] firstPlan = Files.readAllBytes(plan);
    Path receipt = output.resolve("_ledger/receipts/unit-0000000001.receipt");
    byte[] firstReceipt = Files.readAllBytes(receipt);
    run();
    // As it was before the new identity was in place, but for the totals.
    Files.write(identity, first);
    Files.write(plan, firstPlan);
    Files.write(receipt, firstReceipt);
    run();
    assertThat(ask("SELECT sum(records) FROM volume"), is(List.of("8100")));
  }

  @Test
  public void aQueryBeforeThatSaysWhatToDo() {
    assertThat(
        assertThrows(UsageException.class, () -> ask("SELECT * FROM volume")).getMessage(),
        containsString("was written by an earlier version; run its pipeline once"));
  }

  private void run() throws IOException {
    Path input = Files.createDirectories(folder.getRoot().toPath().resolve("input"));
    for (String file : List.of("s1610.csv", "s2610.csv")) {
      if (!Files.exists(input.resolve(file))) {
        Files.copy(Path.of("data/server-logs").resolve(file), input.resolve(file));
      }
    }
    TestRun.run(Pipelines.SERVER_LOGS, input, output, "--dashboard=off");
  }

  private List<String> ask(String sql) throws IOException, SQLException {
    List<String> answer = new ArrayList<>();
    try (QueryEngine engine =
        QueryEngine.open(new Folder(output.toString()), Pipelines.SERVER_LOGS)) {
      engine.query(
          sql,
          rows -> {
            while (rows.next()) {
              List<String> row = new ArrayList<>();
              for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.add(rows.getString(i));
              }
              answer.add(String.join("|", row));
            }
          });
    }
    return answer;
  }
}
