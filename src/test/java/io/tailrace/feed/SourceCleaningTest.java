package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Folding;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files go when they have been read, and only then. */
public final class SourceCleaningTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long POLL = 500;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path root;
  private Path archive;
  private Ledger ledger;
  private long run;
  private long lastPlan;
  private long lastUnit;

  @Before
  public void open() throws IOException {
    root = folder.getRoot().toPath().toRealPath();
    archive = root.resolve("archive");
    ledger = Ledger.of(new Folder(root + "/output"));
    run = ledger.beginRun(List.of()).number();
  }

  private Path write(String name) throws IOException {
    return write(name, name);
  }

  private Path write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Files.setLastModifiedTime(file, FileTime.fromMillis(NOW - 10_000));
  }

  private Slice slice(Path file, long from, long to) throws IOException {
    long modified = Files.getLastModifiedTime(file).toMillis();
    return new Slice(file.toString(), from, to, Files.size(file), modified);
  }

  /** Plans a unit for each list of slices. */
  @SafeVarargs
  private List<Unit> plan(List<Slice>... slices) throws IOException {
    List<Unit> units = new ArrayList<>();
    for (List<Slice> ofUnit : slices) {
      units.add(new Unit(++lastUnit, ofUnit, 0, NOW));
    }
    ledger.writePlan(++lastPlan, new Plan(units, List.of()));
    return units;
  }

  private Unit plan(Path file) throws IOException {
    return plan(List.of(slice(file, 0, Files.size(file)))).get(0);
  }

  private void read(Unit unit, Slice... unread) throws IOException {
    List<Receipt.Unread> missing =
        Stream.of(unread)
            .map(slice -> new Receipt.Unread(slice, "it failed", false, "note"))
            .toList();
    ledger.writeReceipt(
        unit,
        new Receipt(new Receipt.Counts(1, 1, 0), Map.of(), Map.of(), missing, Map.of(), Map.of()));
  }

  private void readAll(Path... files) throws IOException {
    for (Path file : files) {
      read(plan(file));
    }
  }

  private SourceCleaning cleaning(boolean moves, long afterMillis, String... globs) {
    List<String> inputs = Stream.of(globs).map(glob -> root + "/" + glob).toList();
    return new SourceCleaning(
        ledger,
        run,
        new CleanSource(
            new FileListing(inputs, root + "/output"),
            moves ? Optional.of(new Folder(archive.toString())) : Optional.empty(),
            afterMillis,
            POLL));
  }

  private SourceCleaning moving() {
    return cleaning(true, 0, "in/*");
  }

  private SourceCleaning deleting() {
    return cleaning(false, 0, "in/*");
  }

  /** The files in a folder, as their names and what is in them. */
  private List<String> files(String name) throws IOException {
    Path in = root.resolve(name);
    if (!Files.exists(in)) {
      return List.of();
    }
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(in)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files.add(in.relativize(file) + "=" + Files.readString(file));
      }
    }
    return files;
  }

  @Test
  public void aFileIsMovedOnceItHasAReceiptInTheOrderOfPlans() throws IOException {
    Unit first = plan(write("in/a.csv"));
    readAll(write("in/b.csv"));
    SourceCleaning cleaning = moving();
    assertThat(cleaning.clean(NOW), is(POLL));
    assertThat(files("in"), contains("a.csv=in/a.csv", "b.csv=in/b.csv"));
    read(first);
    cleaning.clean(NOW);
    assertThat(files("in"), empty());
    assertThat(files("archive"), contains("a.csv=in/a.csv", "b.csv=in/b.csv"));
    readAll(write("in/c.csv"));
    cleaning.clean(NOW);
    assertThat(files("in"), empty());
  }

  @Test
  public void aFileIsDeletedOnceItsTimeIsOver() throws IOException {
    readAll(write("in/a.csv"));
    SourceCleaning cleaning = cleaning(false, 10_000, "in/*");
    assertThat(cleaning.clean(NOW + 9_000), is(1_000L));
    assertThat(files("in"), contains("a.csv=in/a.csv"));
    cleaning.clean(NOW + 10_000);
    assertThat(files("in"), empty());
    assertThat(files("archive"), empty());
  }

  @Test
  public void aFileThatHasChangedSinceItWasReadStays() throws IOException {
    Path grown = write("in/a.csv");
    Path replaced = write("in/b.csv");
    Path same = write("in/c.csv");
    readAll(grown, replaced, same);
    write("in/a.csv", "in/a.csv and more");
    Files.setLastModifiedTime(replaced, FileTime.fromMillis(NOW));
    moving().clean(NOW);
    assertThat(files("in"), contains("a.csv=in/a.csv and more", "b.csv=in/b.csv"));
    assertThat(files("archive"), contains("c.csv=in/c.csv"));
  }

  @Test
  public void aFileInPiecesGoesWhenEachHasBeenRead() throws IOException {
    Path file = write("in/a.csv", "0123456789");
    List<Unit> units = plan(List.of(slice(file, 0, 4)), List.of(slice(file, 4, 10)));
    read(units.get(0));
    deleting().clean(NOW);
    assertThat(files("in"), contains("a.csv=0123456789"));
    read(units.get(1));
    deleting().clean(NOW);
    assertThat(files("in"), empty());
  }

  @Test
  public void aFileOfWhichAPieceCouldNotBeReadStaysUntilItIs() throws IOException {
    Path file = write("in/a.csv", "0123456789");
    Path other = write("in/b.csv");
    Slice unread = slice(file, 4, 10);
    List<Unit> units = plan(List.of(slice(file, 0, 4)), List.of(unread));
    read(units.get(0));
    read(units.get(1), unread);
    readAll(other);
    deleting().clean(NOW);
    assertThat(files("in"), contains("a.csv=0123456789"));
    read(plan(List.of(unread)).get(0));
    deleting().clean(NOW);
    assertThat(files("in"), empty());
  }

  @Test
  public void aFileThatCouldNotBeReadStays() throws IOException {
    Path file = write("in/a.csv");
    read(plan(file), slice(file, 0, Files.size(file)));
    deleting().clean(NOW);
    assertThat(files("in"), contains("a.csv=in/a.csv"));
  }

  /** What comes to it is read. */
  @Test
  public void aFileOfWhichNothingWasCountedStays() throws IOException {
    Unit unit = plan(write("in/header.csv"));
    Receipt.Counts nothing = new Receipt.Counts(13, 0, 0);
    ledger.writeReceipt(
        unit, new Receipt(nothing, Map.of(), Map.of(), List.of(), Map.of(), Map.of()));
    readAll(write("in/b.csv"));
    deleting().clean(NOW);
    assertThat(files("in"), contains("header.csv=in/header.csv"));
  }

  /** As if the process had been killed before that was noted. */
  @Test
  public void whatWasDoneBeforeACrashIsDone() throws IOException {
    Path moved = write("in/a.csv");
    Path inBoth = write("in/b.csv");
    Path left = write("in/c.csv");
    List<Unit> units = plan(List.of(slice(moved, 0, 8), slice(inBoth, 0, 8), slice(left, 0, 8)));
    read(units.get(0));
    Files.createDirectory(archive);
    Files.move(moved, archive.resolve("a.csv"));
    Files.copy(inBoth, archive.resolve("b.csv"));
    moving().clean(NOW);
    assertThat(files("in"), empty());
    List<String> all = List.of("a.csv=in/a.csv", "b.csv=in/b.csv", "c.csv=in/c.csv");
    assertThat(files("archive"), is(all));
    for (String note : ledger.folder().folder("cleaned").list("", "")) {
      Files.delete(Path.of(ledger.folder().folder("cleaned").file(note)));
    }
    moving().clean(NOW);
    assertThat(files("archive"), is(all));
  }

  @Test
  public void whatIsInTheArchiveIsNeverOverwritten() throws IOException {
    readAll(write("in/a.csv.gz"), write("in/b"));
    write("archive/a.csv.gz", "earlier");
    write("archive/a-1.csv.gz", "in/x.csv.gz");
    Files.createSymbolicLink(archive.resolve("b"), root.resolve("in/b"));
    moving().clean(NOW);
    assertThat(files("in"), empty());
    assertThat(
        files("archive"),
        contains(
            "a-1.csv.gz=in/x.csv.gz", "a-2.csv.gz=in/a.csv.gz", "a.csv.gz=earlier", "b-1=in/b"));
  }

  @Test
  public void theArchiveHasTheFoldersOfTheInput() throws IOException {
    readAll(write("in/a/x.csv"), write("in/b/x.csv"), write("in/x.csv"));
    cleaning(true, 0, "in/**").clean(NOW);
    assertThat(
        files("archive"), contains("a/x.csv=in/a/x.csv", "b/x.csv=in/b/x.csv", "x.csv=in/x.csv"));
  }

  @Test
  public void filesOfSeveralInputsDoNotMeet() throws IOException {
    readAll(write("one/logs/x.csv"), write("two/logs/x.csv"), write("three/logs/x.csv"));
    cleaning(true, 0, "one/logs/*", "two/*/*.csv").clean(NOW);
    assertThat(
        files("archive"),
        contains("one/logs/x.csv=one/logs/x.csv", "two/logs/x.csv=two/logs/x.csv"));
    // What was in the input of an earlier run alone is not this one's to move.
    assertThat(files("three"), contains("logs/x.csv=three/logs/x.csv"));
  }

  @Test
  public void whatCannotBeMovedIsTriedAgainAndKeepsNothingBackOfItsPlan() throws IOException {
    Path blocked = write("in/a/x.csv");
    Path free = write("in/b/x.csv");
    read(plan(List.of(slice(blocked, 0, 10), slice(free, 0, 10))).get(0));
    write("archive/a", "a file where a folder should be");
    SourceCleaning cleaning = cleaning(true, 0, "in/**");
    IOException failure = assertThrows(IOException.class, () -> cleaning.clean(NOW));
    assertThat(failure.getMessage(), containsString("archive/a"));
    assertThat(files("in"), contains("a/x.csv=in/a/x.csv"));
    Files.delete(archive.resolve("a"));
    cleaning.clean(NOW);
    assertThat(files("in"), empty());
    assertThat(files("archive"), contains("a/x.csv=in/a/x.csv", "b/x.csv=in/b/x.csv"));
  }

  @Test
  public void aRunThatIsOverTouchesNothing() throws IOException {
    readAll(write("in/a.csv"));
    ledger.requestStop(run);
    deleting().clean(NOW);
    SourceCleaning ofTheRunBefore = deleting();
    run = ledger.beginRun(List.of()).number();
    ofTheRunBefore.clean(NOW);
    SourceCleaning stopped = deleting();
    stopped.stop();
    stopped.clean(NOW);
    assertThat(files("in"), contains("a.csv=in/a.csv"));
    deleting().clean(NOW);
    assertThat(files("in"), empty());
  }

  @Test
  public void plansAreFoundInArchivesToo() throws IOException {
    SourceCleaning waiting = cleaning(false, 10_000, "in/*");
    readAll(write("in/a.csv"), write("in/b.csv"));
    // It has read the plans, and their receipts go to an archive before they are due.
    waiting.clean(NOW);
    fold();
    readAll(write("in/c.csv"));
    fold();
    readAll(write("in/d.csv"));
    waiting.clean(NOW + 9_999);
    assertThat(files("in").size(), is(4));
    waiting.clean(NOW + 10_000);
    assertThat(files("in"), empty());
  }

  private void fold() throws IOException {
    List<PlanEntry> tail = new ArrayList<>();
    PlanReader plans = ledger.plansFrom(ledger.checkpoint().lastPlan() + 1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      tail.add(plan.get());
    }
    assertThat(Folding.of(ledger, new Folding.Limits(1, 1, 100)).fold(tail), is(true));
  }

  @Test
  public void theNextRunGoesOnWhereTheLastOneEnded() throws IOException {
    readAll(write("in/a.csv"), write("in/b.csv"));
    deleting().clean(NOW);
    assertThat(ledger.cleaned().lastPlan(), is(2L));
    // The same version under the same name, which no run looks at again.
    write("in/a.csv");
    readAll(write("in/c.csv"));
    deleting().clean(NOW);
    assertThat(files("in"), contains("a.csv=in/a.csv"));
  }
}
