package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these files at this time, a poll plans these units. Time is what the test says it is. */
public final class FileFinderTest {

  private static final long NOW = 1_000_000_000_000L;
  private static final long SETTLE = 1_000;
  private static final long POLL = 500;
  private static final long WEEK = Duration.ofDays(7).toMillis();

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Ledger ledger;
  private long run;
  private Planner planner;

  @Before
  public void open() throws IOException {
    input = folder.newFolder("input").toPath();
    ledger = Ledger.of(new Folder(folder.getRoot() + "/output"));
    run = ledger.beginRun(List.of()).number();
    planner = openPlanner(10_000, 1 << 20);
  }

  private Planner openPlanner(int maxFiles, long unitBytes) throws IOException {
    FileListing listing = FileListing.of(List.of(input.toString()), folder.getRoot() + "/output");
    return Planner.open(
        ledger,
        run,
        new FileFeed(listing, POLL, SETTLE, maxFiles, unitBytes, Records.lines, false, false));
  }

  @Test
  public void aFileIsPlannedWholeOnceItHasSettled() throws IOException {
    write("a", 10, NOW);
    assertThat(planner.poll(NOW), is(new Planner.Poll(false, 1)));
    write("a", 25, NOW + 900);
    assertThat(planner.poll(NOW + 1_500), is(new Planner.Poll(false, 1)));
    assertThat(planner.poll(NOW + 1_900), is(new Planner.Poll(true, 0)));
    assertThat(plannedSlices(), contains("a 0-25"));
    assertThat(planner.poll(NOW + 9_000), is(new Planner.Poll(false, 0)));
  }

  @Test
  public void aFileWithATimeInTheFutureIsPlannedOnceItHasNotChangedForAWhile() throws IOException {
    write("a", 10, NOW + 3_600_000);
    assertThat(planner.poll(NOW).planned(), is(false));
    assertThat(planner.poll(NOW + SETTLE).planned(), is(true));
  }

  @Test
  public void aFileIsPlannedOnceAlsoByTheNextRun() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    Planner next = openPlanner(10_000, 1 << 20);
    assertThat(next.poll(NOW).planned(), is(false));
    write("b", 10, NOW - SETTLE);
    assertThat(next.poll(NOW).planned(), is(true));
    assertThat(units().stream().map(Unit::number).toList(), contains(1L, 2L));
  }

  @Test
  public void otherContentUnderAKnownNameIsNotRead() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    write("a", 20, NOW + 1_000);
    assertThat(planner.poll(NOW + 5_000).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-10"));
  }

  /** Of so many files that it takes long to list them. */
  @Test
  public void betweenListingsOfAllFilesNewNamesAndWhatIsWaitedForAreFound() throws IOException {
    FileListing listing = FileListing.of(List.of(input.toString()), folder.getRoot() + "/output");
    FileFeed feed = new FileFeed(listing, POLL, SETTLE, 10, 1 << 20, Records.lines, false, false);
    RepeatedListing seldom = new RepeatedListing(listing, 0, Integer.MAX_VALUE);
    planner = Planner.open(ledger, run, feed, new FileFinder(ledger, feed, seldom));
    for (int file = 0; file < 25; file++) {
      write("old-" + file, 10, NOW - SETTLE);
    }
    write("empty", 0, NOW - SETTLE);
    assertThat(planner.poll(NOW).planned(), is(true));
    assertThat(planner.poll(NOW).planned(), is(true));
    write("new", 10, NOW);
    assertThat(planner.poll(NOW), is(new Planner.Poll(true, 0)));
    assertThat(plannedSlices(), hasSize(25));
    assertThat(planner.poll(NOW), is(new Planner.Poll(false, 1)));
    write("new", 20, NOW + 100);
    write("old-7", 20, NOW + 100);
    assertThat(planner.poll(NOW + SETTLE), is(new Planner.Poll(false, 1)));
    assertThat(planner.poll(NOW + SETTLE + 100), is(new Planner.Poll(true, 0)));
    write("empty", 5, NOW + 100);
    assertThat(planner.poll(NOW + 2 * SETTLE), is(new Planner.Poll(true, 0)));
    assertThat(plannedSlices().subList(25, 27), contains("new 0-20", "empty 0-5"));
    // Something has come in between: all files are listed, those among them that were not planned.
    write("late", 10, NOW - SETTLE);
    ledger.writePlan(planner.lastPlan() + 1, new Plan(List.of(), List.of()));
    planner.poll(NOW + 3 * SETTLE);
    planner.poll(NOW + 3 * SETTLE);
    assertThat(plannedSlices().subList(27, 28), contains("late 0-10"));
    assertThat(planner.poll(NOW + 3 * SETTLE).planned(), is(false));
  }

  @Test
  public void aLargeFileIsCutAndSmallOnesArePacked() throws IOException {
    planner = openPlanner(10_000, 100_000);
    write("large", 250_001, NOW - SETTLE);
    planner.poll(NOW);
    assertThat(
        plannedSlices(), contains("large 0-83334", "large 83334-166668", "large 166668-250001"));
    assertThat(units(), hasSize(3));
  }

  @Test
  public void whatOnePollDoesNotTakeTheNextOnesDoBeforeTheyListAgain() throws IOException {
    planner = openPlanner(2, 1 << 20);
    for (String name : List.of("b", "c", "d")) {
      write(name, 1, NOW - SETTLE);
    }
    assertThat(planner.poll(NOW).planned(), is(true));
    assertThat("there is more to take at once", planner.pauseMillis(), is(0L));
    write("a", 1, NOW - SETTLE);
    assertThat(planner.poll(NOW).planned(), is(true));
    assertThat(planner.pauseMillis(), is(greaterThanOrEqualTo(POLL)));
    assertThat(planner.poll(NOW).planned(), is(true));
    assertThat(plannedSlices(), contains("b 0-1", "c 0-1", "d 0-1", "a 0-1"));
  }

  @Test
  public void aPlanThatCannotBeWrittenIsMadeAgain() throws IOException {
    Path inTheWay = Path.of(ledger.folder().path(), "plans");
    Files.createFile(inTheWay);
    write("a", 10, NOW - SETTLE);
    planner = openPlanner(1, 1 << 20);
    write("b", 10, NOW - SETTLE);
    assertThat(planner.poll(NOW).planned(), is(false));
    assertThat(
        "it is not tried without a pause", planner.pauseMillis(), is(greaterThanOrEqualTo(POLL)));
    Files.delete(inTheWay);
    assertThat(planner.poll(NOW + 60_000).planned(), is(true));
    assertThat(plannedSlices(), contains("a 0-10"));
    assertThat(planner.poll(NOW + 60_000).planned(), is(true));
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10"));
    assertThat(planner.poll(NOW + 120_000).planned(), is(false));
  }

  @Test
  public void thousandsOfTinyFilesBecomeAHandfulOfUnits() throws IOException {
    planner = openPlanner(10_000, 32 << 20);
    for (int i = 0; i < 2_000; i++) {
      write("f" + i, 7, NOW - SETTLE);
    }
    planner.poll(NOW);
    assertThat(units().size(), is(lessThanOrEqualTo(40)));
    assertThat(units().size(), is(greaterThan(1)));
    assertThat(plannedSlices(), hasSize(2_000));
  }

  @Test
  public void aPollTakesNoMoreFilesThanItMayInTheOrderOfNames() throws IOException {
    planner = openPlanner(2, 1 << 20);
    for (String name : List.of("c", "a", "b")) {
      write(name, 5, NOW - SETTLE);
    }
    planner.poll(NOW);
    assertThat(plannedSlices(), contains("a 0-5", "b 0-5"));
    planner.poll(NOW);
    assertThat(plannedSlices(), contains("a 0-5", "b 0-5", "c 0-5"));
  }

  @Test
  public void aPackedFileIsNotCut() throws IOException {
    planner = openPlanner(10_000, 100);
    write("a.gz", 1_000, NOW - SETTLE);
    planner.poll(NOW);
    assertThat(plannedSlices(), contains("a.gz 0-1000"));
  }

  @Test
  public void whatCouldNotBeReadIsPlannedAgainAtTheNextPollAndThenMoreRarely() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    couldNotRead(units().get(0));
    assertThat(planner.poll(NOW + 1).planned(), is(true));
    assertThat(plannedSlices(), contains("a 0-10", "a 0-10"));
    assertThat(planner.poll(NOW + 2).planned(), is(false));

    couldNotRead(units().get(1));
    assertThat(planner.poll(NOW + 3).planned(), is(false));
    assertThat(planner.poll(NOW + 2 + POLL).planned(), is(false));
    assertThat(planner.poll(NOW + 3 + POLL).planned(), is(true));
    assertThat(units().get(2).attempt(), is(2));
  }

  @Test
  public void aPlanCountsThoughTheNotesThatItAnswersCannotBeTakenAway() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    couldNotRead(units().get(0));
    planner.poll(NOW + 1);
    couldNotRead(units().get(1));
    planner.poll(NOW + 3);
    Folder notes = ledger.folder().folder("retry");
    Path obstacle = Path.of(notes.path(), notes.list("unit-", "").get(0));
    Files.delete(obstacle);
    Files.createDirectories(obstacle.resolve("in-the-way"));
    planner.poll(NOW + 3 + POLL);
    assertThat(planner.lastPlan(), is(3L));

    Files.delete(obstacle.resolve("in-the-way"));
    write("b", 10, NOW);
    planner.poll(NOW + 60_000);
    assertThat(plannedSlices(), contains("a 0-10", "a 0-10", "a 0-10", "b 0-10"));
  }

  @Test
  public void aFileThatVanishedIsPlannedWhenItIsBack() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    Files.delete(input.resolve("a"));
    couldNotRead(units().get(0));
    assertThat(planner.poll(NOW + 1).planned(), is(false));
    write("a", 12, NOW + 5_000);
    assertThat("it has not settled", planner.poll(NOW + 5_500).planned(), is(false));
    assertThat(planner.poll(NOW + 6_000).planned(), is(true));
    assertThat(plannedSlices(), contains("a 0-10", "a 0-12"));
    assertThat(ledger.retryNotes(), is(empty()));
  }

  @Test
  public void aNoteThatWasAnsweredBeforeACrashIsNotAnsweredAgain() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    couldNotRead(units().get(0));
    planner.poll(NOW + 1);
    // The unit's receipt is found after a restart, and its notes are written again.
    couldNotRead(units().get(0));
    Planner next = openPlanner(10_000, 1 << 20);
    assertThat(next.poll(NOW + 2).planned(), is(false));
    assertThat(ledger.retryNotes(), is(empty()));
  }

  @Test
  public void anEmptyFileIsPlannedWhenItHasBytesAndNotWaitedForOnceItHasSettled()
      throws IOException {
    write("a", 0, NOW);
    assertThat("it has just been made", planner.poll(NOW), is(new Planner.Poll(false, 1)));
    for (long later = SETTLE; later < WEEK; later += WEEK / 100) {
      assertThat(planner.poll(NOW + later), is(new Planner.Poll(false, 0)));
    }
    write("a", 10, NOW + WEEK);
    assertThat(planner.poll(NOW + WEEK), is(new Planner.Poll(false, 1)));
    assertThat(planner.poll(NOW + WEEK + SETTLE), is(new Planner.Poll(true, 0)));
    write("a", 0, NOW + WEEK + SETTLE);
    assertThat(planner.poll(NOW + 2 * WEEK), is(new Planner.Poll(false, 0)));
    write("a", 11, NOW + 2 * WEEK);
    assertThat(planner.poll(NOW + 3 * WEEK), is(new Planner.Poll(false, 0)));
    assertThat(plannedSlices(), contains("a 0-10"));
  }

  @Test
  public void anEmptyFileThatAnOlderLedgerHasIsPlannedWhenItHasBytesAndOnce() throws IOException {
    write("a", 0, NOW - SETTLE);
    String source = input.resolve("a").toString();
    Slice slice = new Slice(source, 0, 0, 0, NOW - SETTLE);
    Unit unit = new Unit(1, List.of(slice), 0);
    ledger.writePlan(1, new Plan(List.of(unit), List.of()));
    planner = openPlanner(10_000, 1 << 20);
    // As it was with an empty file that was to be unpacked.
    couldNotRead(unit);
    assertThat(planner.poll(NOW).planned(), is(false));
    write("a", 10, NOW);
    couldNotRead(unit);
    assertThat(planner.poll(NOW + SETTLE).planned(), is(true));
    couldNotRead(unit);
    planner = openPlanner(10_000, 1 << 20);
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-0", "a 0-10"));
  }

  @Test
  public void aFileOfWhichNothingWasCountedIsPlannedAgainWhenItsReceiptSaysSo() throws IOException {
    write("a", 10, NOW - SETTLE);
    write("b", 10, NOW - SETTLE);
    planner.poll(NOW);
    write("a", 20, NOW);
    write("b", 20, NOW);
    assertThat("it is not known yet", planner.poll(NOW + SETTLE).planned(), is(false));
    Map<Integer, Receipt.SliceCounts> slices = Map.of(0, new Receipt.SliceCounts(1, 0));
    ledger.writeReceipt(
        units().get(0),
        new Receipt(new Receipt.Counts(20, 1, 0), Map.of(), Map.of(), List.of(), slices, Map.of()));
    assertThat(planner.poll(NOW + SETTLE).planned(), is(true));
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    planner = openPlanner(10_000, 1 << 20);
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10", "a 0-20"));
  }

  @Test
  public void whatStaysUnreadableIsNotPlannedAgain() throws IOException {
    write("a.gz", 10, NOW - SETTLE);
    planner.poll(NOW);
    couldNotRead(units().get(0));
    for (long later = 0; later < WEEK; later += WEEK / 1_000) {
      // Sometimes it is another version that cannot be read either, and there are new runs.
      if (later % 7 == 0) {
        write("a.gz", (int) (10 + later % 5), NOW + later - SETTLE);
      }
      if (later % 11 == 0) {
        planner = openPlanner(10_000, 1 << 20);
      }
      assertThat(planner.poll(NOW + later).planned(), is(false));
    }
    Files.write(input.resolve("a.gz"), "text".getBytes(StandardCharsets.UTF_8));
    Files.setLastModifiedTime(input.resolve("a.gz"), FileTime.fromMillis(NOW + WEEK));
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(planner.poll(NOW + WEEK + 60_000).planned(), is(true));
    assertThat(plannedSlices(), contains("a.gz 0-10", "a.gz 0-4"));
  }

  @Test
  public void whatOnlyUnitsCannotReadIsPlannedEverMoreRarely() throws IOException {
    write("a", 10, NOW - SETTLE);
    int plans = 0;
    for (long later = 0; later < WEEK; later += 10_000) {
      if (planner.poll(NOW + later).planned()) {
        couldNotRead(units().get(plans++));
      }
    }
    assertThat(plans, is(greaterThan(10)));
    assertThat(plans, is(lessThanOrEqualTo(25)));
  }

  private void couldNotRead(Unit unit) throws IOException {
    Receipt receipt =
        new Receipt(
            new Receipt.Counts(0, 0, 0),
            Map.of(),
            Map.of(),
            List.of(new Receipt.Unread(unit.slices().get(0), "for a test", false, null)),
            Map.of(),
            Map.of());
    ledger.writeReceipt(unit, receipt);
    ledger.writeRetryNotes(unit, receipt);
  }

  @Test
  public void whatIsInACheckpointIsNotPlannedAgain() throws IOException {
    planner = openPlanner(1, 1 << 20);
    for (int i = 0; i < 200; i++) {
      write(String.format("%04d", i), 10, NOW - SETTLE);
    }
    for (long later = 0; later < 200; later++) {
      assertThat(planner.poll(NOW + later).planned(), is(true));
      read(units().get((int) later));
    }
    planner.poll(NOW + 10_000);
    assertThat(planner.lastFoldedPlan(), is(200L));
    assertThat(planner.poll(NOW + 10_500).planned(), is(false));

    planner = openPlanner(1, 1 << 20);
    assertThat(planner.lastFoldedPlan(), is(200L));
    assertThat(planner.lastPlan(), is(200L));
    assertThat(planner.poll(NOW + 20_000).planned(), is(false));
    write("0007", 11, NOW + 10_000);
    write("new", 10, NOW + 10_000);
    assertThat(planner.poll(NOW + 20_500).planned(), is(true));
    assertThat(units().stream().map(Unit::number).toList(), hasSize(201));
    List<String> slices = plannedSlices();
    assertThat("other content is not read", slices.get(slices.size() - 1), is("new 0-10"));
  }

  @Test
  public void plansWhoseUnitsHaveNoReceiptAreNotFolded() throws IOException {
    planner = openPlanner(1, 1 << 20);
    for (int i = 0; i < 100; i++) {
      write(String.format("%04d", i), 10, NOW - SETTLE);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(planner.poll(NOW).planned(), is(true));
    }
    for (Unit unit : units()) {
      if (unit.number() != 80) {
        read(unit);
      }
    }
    planner.foldAll();
    assertThat(planner.lastFoldedPlan(), is(79L));
  }

  @Test
  public void aRenamedFileIsNotReadAgain() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    rename("a", "b");
    assertThat(planner.poll(NOW + POLL).planned(), is(true));
    assertThat(otherNames(), contains("b"));
    assertThat(planner.poll(NOW + 2 * POLL).planned(), is(false));
    rename("b", "a");
    assertThat(planner.poll(NOW + 3 * POLL).planned(), is(false));
    rename("a", "c");
    planner = openPlanner(10_000, 1 << 20);
    planner.poll(NOW + 4 * POLL);
    planner = openPlanner(10_000, 1 << 20);
    assertThat("it is noted once", planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(otherNames(), contains("b", "c"));
    assertThat(plannedSlices(), contains("a 0-10"));
  }

  @Test
  public void aFileThatIsRenamedAfterItsPlanWasFoldedIsNotReadAgain() throws IOException {
    foldTwoHundredFiles();
    rename("0007", "seven");
    write("new", 10, NOW);
    assertThat(planner.poll(NOW + 20_000).planned(), is(true));
    assertThat(planner.poll(NOW + 20_500).planned(), is(true));
    assertThat(otherNames(), contains("seven"));
    assertThat(plannedSlices(), hasSize(201));
    planner = openPlanner(1, 1 << 20);
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
  }

  @Test
  public void anotherNameIsKnownAfterItsPlanWasFoldedAndTheIndexWasMadeAgain() throws IOException {
    write("0000", 10, NOW - SETTLE);
    Files.createLink(input.resolve("link"), input.resolve("0000"));
    planner = openPlanner(2, 1 << 20);
    planner.poll(NOW);
    foldTwoHundredFiles();
    Folder names = ledger.folder().folder("names");
    for (String segment : names.list("names-", ".seg")) {
      Files.delete(Path.of(names.file(segment)));
    }
    rename("0100", "hundred");
    planner = openPlanner(10_000, 1 << 20);
    assertThat(planner.poll(NOW + WEEK).planned(), is(true));
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(otherNames(), contains("link", "hundred"));
    assertThat(plannedSlices(), hasSize(200));
  }

  /** In the first run the files of one plan each, which are read and folded. */
  private void foldTwoHundredFiles() throws IOException {
    planner = openPlanner(1, 1 << 20);
    for (int i = 0; i < 200; i++) {
      if (!Files.exists(input.resolve(String.format("%04d", i)))) {
        write(String.format("%04d", i), 10, NOW - SETTLE);
      }
    }
    while (planner.poll(NOW).planned()) {
      // There are more.
    }
    for (Unit unit : units()) {
      read(unit);
    }
    planner.foldAll();
    assertThat(planner.lastFoldedPlan(), is(planner.lastPlan()));
    planner = openPlanner(1, 1 << 20);
  }

  @Test
  public void aLinkToAFileIsNotReadBesideIt() throws IOException {
    write("a", 10, NOW - SETTLE);
    Files.createLink(input.resolve("b"), input.resolve("a"));
    planner.poll(NOW);
    Files.createSymbolicLink(input.resolve("c"), input.resolve("a"));
    planner.poll(NOW + POLL);
    assertThat(otherNames(), contains("b", "c"));
    assertThat(plannedSlices(), contains("a 0-10"));
  }

  @Test
  public void aCopyIsReadLikeAnyFile() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    Files.copy(input.resolve("a"), input.resolve("b"), StandardCopyOption.COPY_ATTRIBUTES);
    planner.poll(NOW + POLL);
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10"));
  }

  @Test
  public void aNewFileUnderTheNameOfARenamedOneIsNotRead() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    rename("a", "b");
    write("a", 20, NOW);
    planner.poll(NOW + SETTLE);
    assertThat(planner.poll(NOW + 2 * SETTLE).planned(), is(false));
    assertThat(otherNames(), contains("b"));
    assertThat(plannedSlices(), contains("a 0-10"));
  }

  /** As if the file system had given the inode of a deleted file to a new one. */
  @Test
  public void aFileOfAnotherTimeOrSizeIsAnotherFile() throws IOException {
    write("a", 10, NOW - SETTLE);
    write("b", 10, NOW - SETTLE);
    planner.poll(NOW);
    rename("a", "c");
    Files.setLastModifiedTime(input.resolve("c"), FileTime.fromMillis(NOW - SETTLE + 1));
    rename("b", "d");
    write("d", 11, NOW - SETTLE);
    planner.poll(NOW + POLL);
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10", "c 0-10", "d 0-11"));
  }

  @Test
  public void aFileThatIsRenamedBeforeItIsReadIsReadUnderItsNewName() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    rename("a", "b");
    couldNotRead(units().get(0));
    planner = openPlanner(10_000, 1 << 20);
    assertThat(planner.poll(NOW + 1).planned(), is(true));
    assertThat(ledger.retryNotes(), is(empty()));
    Files.copy(input.resolve("b"), input.resolve("a"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10"));
    assertThat(units().get(1).attempt(), is(1));
  }

  /** The new name was seen before it was known that the file could not be read. */
  @Test
  public void aFileThatIsRenamedWhileItsUnitIsBegunIsReadUnderItsNewName() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    rename("a", "b");
    planner.poll(NOW + 1);
    assertThat(plannedSlices(), contains("a 0-10"));
    couldNotRead(units().get(0));
    assertThat(planner.poll(NOW + 2).planned(), is(true));
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10"));
    assertThat(ledger.retryNotes(), is(empty()));
  }

  @Test
  public void ofAFileThatIsRenamedHalfwayTheRestIsReadUnderItsNewName() throws IOException {
    planner = openPlanner(10_000, 100_000);
    write("large", 250_001, NOW - SETTLE);
    planner.poll(NOW);
    read(units().get(0));
    read(units().get(1));
    rename("large", "renamed");
    couldNotRead(units().get(2));
    planner.poll(NOW + 1);
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(
        plannedSlices().subList(2, 4), contains("large 166668-250001", "renamed 166668-250001"));
    assertThat(plannedSlices(), hasSize(4));
  }

  @Test
  public void aRenamedFileThatWasNotReadAndANewOneUnderItsNameAreBothRead() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    rename("a", "b");
    write("a", 20, NOW);
    couldNotRead(units().get(0));
    assertThat("the new one has not settled", planner.poll(NOW + 1).planned(), is(false));
    assertThat(planner.poll(NOW + SETTLE).planned(), is(true));
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10", "a 0-20"));
  }

  @Test
  public void aFileThatCouldNotBeReadIsReadOnceItIsMendedUnderAnotherName() throws IOException {
    write("a", 10, NOW - SETTLE);
    planner.poll(NOW);
    couldNotRead(units().get(0));
    rename("a", "b");
    write("b", 20, NOW);
    assertThat(planner.poll(NOW + 1).planned(), is(false));
    assertThat(planner.poll(NOW + SETTLE).planned(), is(true));
    assertThat(planner.poll(NOW + WEEK).planned(), is(false));
    assertThat(plannedSlices(), contains("a 0-10", "b 0-20"));
  }

  @Test
  public void anOlderLedgerDoesNotKnowARenamedFile() throws IOException {
    write("a", 10, NOW - SETTLE);
    Slice slice = new Slice(input.resolve("a").toString(), 0, 10, 10, NOW - SETTLE);
    ledger.writePlan(1, new Plan(List.of(new Unit(1, List.of(slice), 0)), List.of()));
    planner = openPlanner(10_000, 1 << 20);
    rename("a", "b");
    planner.poll(NOW);
    assertThat(plannedSlices(), contains("a 0-10", "b 0-10"));
  }

  private void rename(String from, String to) throws IOException {
    Files.move(input.resolve(from), input.resolve(to));
  }

  /** The further names of files that were planned. */
  private List<String> otherNames() throws IOException {
    List<String> names = new ArrayList<>();
    PlanReader plans = ledger.plansFrom(1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Plan.OtherName other : plan.get().plan().otherNames()) {
        names.add(Path.of(other.name()).getFileName().toString());
      }
    }
    return names;
  }

  private void read(Unit unit) throws IOException {
    ledger.writeReceipt(
        unit,
        new Receipt(
            new Receipt.Counts(10, 1, 0), Map.of(), Map.of(), List.of(), Map.of(), Map.of()));
  }

  private void write(String name, int bytes, long modified) throws IOException {
    Path file = input.resolve(name);
    Files.write(file, new byte[bytes]);
    Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
  }

  private List<Unit> units() throws IOException {
    List<Unit> units = new ArrayList<>();
    PlanReader plans = ledger.plansFrom(1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      units.addAll(plan.get().units());
    }
    return units;
  }

  private List<String> plannedSlices() throws IOException {
    List<String> slices = new ArrayList<>();
    for (Unit unit : units()) {
      for (Slice slice : unit.slices()) {
        slices.add(Path.of(slice.source()).getFileName() + " " + slice.from() + "-" + slice.to());
      }
    }
    return slices;
  }
}
