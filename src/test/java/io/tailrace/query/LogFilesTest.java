package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.DamagedFileException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A question about a log whose file is missing or damaged is refused; others are answered. */
public final class LogFilesTest {

  private static final String SEV0 = "SELECT count(*) FROM sev0";
  private static final String VOLUME = "SELECT sum(records) FROM volume";

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();

  private static Path output;
  private static Path file;
  private static byte[] content;

  /** Makes an output of two units, of which the first has three rows of severity 0. */
  @BeforeClass
  public static void makeOutput() throws IOException {
    Path input = FOLDER.newFolder("input").toPath();
    output = FOLDER.getRoot().toPath().resolve("output");
    Files.writeString(input.resolve("a.csv"), "s1,0,1\ns1,0,2\ns2,0,3\n");
    Files.writeString(input.resolve("b.csv"), "s1,0,4\ns1,1,5\n");
    TestRun.run(Pipelines.SERVER_LOGS, input, output, "--commitEvery=file", "--dashboard=off");
    try (Stream<Path> files = Files.list(output.resolve("sev0"))) {
      file = files.sorted().findFirst().orElseThrow();
    }
    content = Files.readAllBytes(file);
  }

  @After
  public void restore() throws IOException {
    Files.write(file, content);
  }

  private QueryEngine open() throws IOException, SQLException {
    return QueryEngine.open(new Folder(output.toString()), Pipelines.SERVER_LOGS);
  }

  private static long number(QueryEngine engine, String question) throws IOException, SQLException {
    AtomicLong number = new AtomicLong();
    engine.query(
        question,
        rows -> {
          rows.next();
          number.set(rows.getLong(1));
        });
    return number.get();
  }

  private void assertRefused(String reason) throws IOException, SQLException {
    try (QueryEngine engine = open()) {
      IOException refusal = assertThrows(DamagedFileException.class, () -> number(engine, SEV0));
      assertThat(
          refusal.getMessage(),
          allOf(
              containsString(file.toString()),
              containsString(reason),
              containsString("sev0 cannot be answered without its 3 rows"),
              containsString("restore the file, or ask with --ignoreMissing"),
              not(containsString("\n"))));
      assertThat(number(engine, VOLUME), is(5L));
      engine.ignoreMissing();
      assertThat(number(engine, SEV0), is(1L));
    }
  }

  @Test
  public void aFileThatWasDeleted() throws Exception {
    Files.delete(file);
    assertRefused("it is missing");
  }

  @Test
  public void aFileThatWasEmptied() throws Exception {
    Files.write(file, new byte[0]);
    assertRefused("it has 0 bytes, not ");
  }

  @Test
  public void aFileWithAFlippedBit() throws Exception {
    byte[] bytes = content.clone();
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertRefused("its checksum does not match its content");
  }

  /** The totals have the unit, so that it had a receipt, which named the files of its rows. */
  @Test
  public void aReceiptThatWasDeleted() throws Exception {
    Path receipt;
    try (Stream<Path> receipts = Files.list(output.resolve("_ledger/receipts"))) {
      receipt = receipts.sorted().findFirst().orElseThrow();
    }
    byte[] sealed = Files.readAllBytes(receipt);
    Files.delete(receipt);
    try (QueryEngine engine = open()) {
      IOException refusal = assertThrows(DamagedFileException.class, () -> number(engine, SEV0));
      assertThat(
          refusal.getMessage(),
          allOf(
              containsString(receipt.toString()),
              containsString("it is missing; which files of logs its unit has is not known"),
              containsString("run the pipeline again"),
              not(containsString("\n"))));
      assertThat(number(engine, VOLUME), is(5L));
      engine.ignoreMissing();
      assertThat(number(engine, SEV0), is(1L));
    } finally {
      Files.write(receipt, sealed);
    }
  }

  @Test
  public void anAttemptThatWasCutShortDoesNotCount() throws Exception {
    Files.copy(
        file, file.resolveSibling("unit-0000000001-00000000-0000-0000-0000-000000000000.parquet"));
    try (QueryEngine engine = open()) {
      assertThat(number(engine, SEV0), is(4L));
    }
  }
}
