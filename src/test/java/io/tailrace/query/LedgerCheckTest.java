package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import picocli.CommandLine;

/** {@code check} finds each kind of damage and says what it means; {@code --repair} mends it. */
public final class LedgerCheckTest {

  private static final int FIRST_FILES = 64;
  private static final int SECOND_FILES = 64;
  private static final int LATE_FILES = 2;

  private static final List<String> QUESTIONS =
      List.of(
          "SELECT serverID, records, sev0, sev1, sev2 FROM volume ORDER BY ALL",
          "SELECT serverID, timestamp, count(*) FROM sev0 GROUP BY ALL ORDER BY ALL",
          "SELECT count(*), count(DISTINCT source), sum(line) FROM dead_letters");

  @ClassRule public static final TemporaryFolder SHARED = new TemporaryFolder();
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private static Path input;
  private static Path saved;
  private static List<String> exact;
  private Path output;

  /** Makes an output with two checkpoints and a tail. */
  @BeforeClass
  public static void makeOutput() throws Exception {
    input = SHARED.newFolder("input").toPath();
    saved = SHARED.getRoot().toPath().resolve("output");
    deliver(0, FIRST_FILES);
    take(saved);
    deliver(FIRST_FILES, SECOND_FILES);
    take(saved);
    deliver(FIRST_FILES + SECOND_FILES, LATE_FILES);
    take(saved);
    exact = answers(saved);
  }

  @AfterClass
  public static void forget() {
    exact = null;
  }

  @Before
  public void copyOutput() throws IOException {
    output = folder.getRoot().toPath().resolve("output");
    try (Stream<Path> all = Files.walk(saved)) {
      for (Path path : all.toList()) {
        Path target = output.resolve(saved.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private static void deliver(int first, int count) throws IOException {
    for (int file = first; file < first + count; file++) {
      StringBuilder lines = new StringBuilder();
      for (int line = 0; line < 6; line++) {
        lines.append(String.format("s%d,%d,%d%n", (file + line) % 4, line % 3, 1 + file % 9));
      }
      lines.append("not a record\n");
      Files.writeString(input.resolve(String.format("part-%05d.csv", file)), lines);
    }
  }

  private static void take(Path output) throws IOException {
    TestRun.run(
        Pipelines.SERVER_LOGS,
        input,
        output,
        "--maxFilesPerPoll=1",
        "--dashboard=off",
        "--durability=process");
  }

  private static List<String> answers(Path output) throws IOException, SQLException {
    List<String> answers = new ArrayList<>();
    for (String question : QUESTIONS) {
      StringBuilder text = new StringBuilder();
      try (QueryEngine engine =
          QueryEngine.open(new Folder(output.toString()), Pipelines.SERVER_LOGS)) {
        engine.query(
            question,
            rows -> {
              while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                  text.append(rows.getString(i)).append('|');
                }
                text.append('\n');
              }
            });
      }
      answers.add(text.toString());
    }
    return answers;
  }

  private record Outcome(int exitCode, String text) {}

  private Outcome check(String... more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    String[] arguments =
        Stream.concat(Stream.of("--output=" + output), Stream.of(more)).toArray(String[]::new);
    int exitCode = new CommandLine(new CheckCommand(out)).execute(arguments);
    return new Outcome(exitCode, bytes.toString(StandardCharsets.UTF_8).strip());
  }

  private void assertHarmless(String file, String why) {
    Outcome found = check();
    assertThat(
        found.text(),
        allOf(
            containsString("harmless: "),
            containsString(file),
            containsString(why),
            endsWith("no problem.")));
    assertThat(found.exitCode(), is(0));
  }

  private void assertProblem(String file, String remedy) {
    Outcome found = check();
    assertThat(
        found.text(),
        allOf(
            startsWith("problem: "),
            containsString(file),
            containsString(remedy),
            endsWith(": 1 problem")));
    assertThat(found.exitCode(), is(1));
  }

  /** Repairs, and sees that nothing is wrong then. */
  private void assertMended(String done) throws IOException, SQLException {
    Outcome repaired = check("--repair");
    assertThat(repaired.text(), containsString(done));
    assertThat(repaired.text(), not(containsString("problem:")));
    assertThat(repaired.exitCode(), is(0));
    assertThat(answers(output), is(exact));
    take(output);
    assertThat("after another run", answers(output), is(exact));
  }

  private void assertNotMended(String said) {
    Outcome repaired = check("--repair");
    assertThat(repaired.text(), allOf(containsString(said), containsString("problem: ")));
    assertThat(repaired.exitCode(), is(1));
  }

  private List<Path> files(String inside) throws IOException {
    try (Stream<Path> all = Files.walk(output.resolve(inside))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Path last(String inside, String part) throws IOException {
    List<Path> all =
        files(inside).stream()
            .filter(file -> file.getFileName().toString().contains(part))
            .toList();
    return all.get(all.size() - 1);
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  @Test
  public void aSoundOutputHasNoDamage() throws Exception {
    Outcome found = check();
    long ledgerFiles = files("_ledger").size();
    long logFiles = files("sev0").size() + files("dead_letters").size();
    assertThat(
        found.text(),
        allOf(
            startsWith(
                String.format(
                    "Checked %,d files of the ledger and %,d files of logs (",
                    ledgerFiles, logFiles)),
            endsWith("): no damage.")));
    assertThat(found.exitCode(), is(0));
    assertThat(check("--repair").text(), startsWith("Checked "));
  }

  @Test
  public void aFileOfALogThatIsMissingCannotBeMended() throws Exception {
    Path file = last("sev0", ".parquet");
    Files.delete(file);
    assertProblem(file.getFileName().toString(), "its 2 rows of sev0 are lost");
    assertNotMended("restore it from a backup");
  }

  @Test
  public void aFlippedBitInAFileOfALog() throws Exception {
    Path file = last("dead_letters", ".parquet");
    flip(file);
    assertProblem("its checksum does not match", "its 1 row of dead_letters is lost");
  }

  @Test
  public void aDamagedPlan() throws Exception {
    Path file = files("_ledger/plans").get(files("_ledger/plans").size() - 2);
    flip(file);
    assertProblem(file.getFileName().toString(), "give another --output");
    assertNotMended("which files were read is not known");
  }

  @Test
  public void aPlanThatACheckpointHas() throws Exception {
    flip(files("_ledger/plans").get(0));
    assertHarmless("plan-", "checkpoint 2 has the same");
    assertMended("");
  }

  @Test
  public void aDamagedReceiptIsMadeAgainFromTheFilesOfItsUnit() throws Exception {
    flip(last("_ledger/receipts", ".receipt"));
    assertProblem(".receipt is damaged", "check --repair makes it again");
    assertMended("which have these rows: 1 of dead_letters, 2 of sev0");
  }

  @Test
  public void aMissingReceiptIsMadeAgainFromTheFilesOfItsUnit() throws Exception {
    Files.delete(last("_ledger/receipts", ".receipt"));
    assertProblem("it is missing", "check --repair makes it again");
    assertMended("which have these rows: 1 of dead_letters, 2 of sev0");
  }

  @Test
  public void aReceiptIsNotMadeAgainIfTwoAttemptsHaveLeftFiles() throws Exception {
    Path receipt = last("_ledger/receipts", ".receipt");
    String unit = receipt.getFileName().toString().substring(0, 15);
    Path file = last("sev0", unit);
    String other = unit + "-00000000-0000-0000-0000-000000000000.parquet";
    Files.copy(file, file.resolveSibling(other));
    Files.delete(receipt);
    assertNotMended("has 2 files of its unit, and which of them counts is not known");
    take(output);
    assertThat("the run has read the unit again", answers(output), is(exact));
  }

  @Test
  public void aDamagedAdditionToTotals() throws Exception {
    flip(last("_ledger/totals", ".add"));
    assertHarmless(".add.totals is damaged", "receipts, have the same");
    assertMended("wrote a new base of the totals of volume");
  }

  @Test
  public void theNewestBaseOfTotals() throws Exception {
    flip(last("_ledger/totals", ".base"));
    assertHarmless(".base.totals is damaged", "have the same");
    assertMended("wrote a new base of the totals of volume");
  }

  @Test
  public void allTotalsAreGone() throws Exception {
    for (Path file : files("_ledger/totals")) {
      Files.delete(file);
    }
    assertProblem("units of the checkpoint are missing", "the report volume lacks records");
    assertNotMended("cannot repair the totals of volume");
  }

  @Test
  public void theNewestCheckpoint() throws Exception {
    flip(last("_ledger/checkpoints", "checkpoint-"));
    assertHarmless("checkpoint-0000000002.json", "checkpoint 1 and the files behind it");
    assertMended("nothing needs to be done about checkpoint 2");
  }

  @Test
  public void allCheckpoints() throws Exception {
    for (Path file : files("_ledger/checkpoints")) {
      flip(file);
    }
    Outcome found = check();
    assertThat(found.text(), containsString("which files were read is not known"));
    assertThat(found.exitCode(), is(1));
    assertNotMended("no checkpoint can be read");
  }

  @Test
  public void theIndexOfNames() throws Exception {
    for (Path file : files("_ledger/names")) {
      flip(file);
    }
    assertHarmless(".seg is damaged", "the next run makes the index again");
    assertMended("made the index of files that were taken again");
    assertThat(check().text(), endsWith("no damage."));
  }

  @Test
  public void anArchive() throws Exception {
    flip(last("_ledger/archive", ".gz"));
    assertProblem(".gz is damaged", "which files of logs its units have is not known");
    assertNotMended("left all foreign files of logs");
  }

  @Test
  public void theIdentity() throws Exception {
    flip(output.resolve("_ledger/ledger.json"));
    assertProblem("ledger.json is damaged", "restore it from a backup");
    Files.delete(output.resolve("_ledger/ledger.json"));
    assertProblem("ledger.json is damaged: it is missing", "restore it from a backup");
  }

  @Test
  public void savedViewsAreDeleted() throws Exception {
    Files.writeString(output.resolve("_ledger/views.json"), "{}");
    assertProblem("views.json is damaged", "queries are refused without it");
    assertMended("deleted the damaged views.json");
  }

  @Test
  public void columnsThatWereFound() throws Exception {
    Files.writeString(output.resolve("_ledger/columns.json"), "{}");
    assertProblem("columns.json is damaged", "--schema");
  }

  @Test
  public void theNoteOfARun() throws Exception {
    flip(last("_ledger/runs", "run-"));
    assertHarmless("run-0000000003.json is damaged", "the next run has a number of its own");
    assertMended("wrote the note of run 3 again");
  }

  @Test
  public void theNoteOfTheEndOfARun() throws Exception {
    flip(last("_ledger/runs", "end-"));
    assertHarmless("end-0000000003.json is damaged", "its name alone counts");
  }

  @Test
  public void aLease() throws Exception {
    flip(last("_ledger", "lease-"));
    assertHarmless("lease-", "waits up to 15 s");
  }

  @Test
  public void foreignFilesAreNamedAndThoseOfAttemptsAreDeleted() throws Exception {
    for (int i = 0; i < 12; i++) {
      Files.writeString(
          output.resolve(
              String.format(
                  "sev0/unit-0000000003-00000000-0000-0000-0000-0000000000%02d.parquet", i)),
          "");
    }
    Path own = output.resolve("sev0/notes.txt");
    Files.writeString(own, "");
    Files.writeString(output.resolve("_ledger/plans/notes.txt"), "");
    Files.createDirectories(output.resolve("_ledger/temp"));
    Files.writeString(output.resolve("_ledger/temp/half.tmp"), "");
    Path archive = last("_ledger/archive", ".gz");
    Files.copy(archive, archive.resolveSibling("plans-foreign.gz"));
    Outcome found = check();
    assertThat(
        found.text(),
        allOf(
            containsString("foreign: 13 foreign files in " + output + "/sev0: notes.txt, unit-"),
            containsString("0008.parquet, …; the manifest does not have them"),
            not(containsString("0009.parquet")),
            containsString("1 foreign file in " + output + "/_ledger: plans/notes.txt; "),
            containsString("2 foreign files in " + output + "/_ledger: archive/plans-foreign.gz, "),
            endsWith("no damage.")));
    assertThat(found.exitCode(), is(0));
    assertMended("deleted 12 foreign files in " + output + "/sev0");
    assertThat(Files.exists(own), is(true));
    assertThat(Files.exists(archive.resolveSibling("plans-foreign.gz")), is(false));
    assertThat(Files.exists(output.resolve("_ledger/temp/half.tmp")), is(false));
  }

  /** Reads some files into an output of its own. */
  private void read(String name, byte[] content, String... options) throws IOException {
    Path own = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("own");
    Files.writeString(own.resolve("a.csv"), "s1,0,1\ns2,1,2\nnot a record\n");
    Files.write(own.resolve(name), content);
    String[] all =
        Stream.concat(Stream.of("--dashboard=off", "--durability=process"), Stream.of(options))
            .toArray(String[]::new);
    TestRun.run(Pipelines.SERVER_LOGS, own, output, all);
  }

  @Test
  public void aNoteOfWhatCouldNotBeRead() throws Exception {
    read("b.csv.gz", new byte[100]);
    Path note = last("_ledger/retry", "unit-");
    Files.write(note, new byte[0]);
    assertHarmless("it is empty", "the receipt of its unit has the same");
    assertThat(check("--repair").text(), containsString("again from the receipt of its unit"));
    Files.delete(note);
    assertThat(check().text(), endsWith("no damage."));
  }

  @Test
  public void aDeltaTableWhoseFileIsMissing() throws Exception {
    read("b.csv", "s1,0,1\n".getBytes(StandardCharsets.UTF_8), "--logFormat=delta");
    assertThat(check().text(), endsWith("no damage."));
    flip(last("sev0", "unit-"));
    assertProblem("its checksum does not match", "its 2 rows of sev0 are lost");
    Files.delete(last("sev0", "unit-"));
    assertProblem("it is missing", "its 2 rows of sev0 are lost");
    Files.delete(last("_ledger/receipts", ".receipt"));
    assertNotMended("what a Delta table is told of its files is in no other file");
  }

  @Test
  public void theTextReaderHasNoManifest() throws Exception {
    read("b.csv", "s1,0,1\n".getBytes(StandardCharsets.UTF_8), "--reader=textio");
    Outcome found = check();
    assertThat(
        found.text(),
        allOf(startsWith("The text reader has no manifest"), endsWith(": no damage.")));
    assertThat(found.exitCode(), is(0));
  }
}
