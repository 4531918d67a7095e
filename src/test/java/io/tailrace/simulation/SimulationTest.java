package io.tailrace.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.tailrace.storage.Durability;
import io.tailrace.storage.Glob;
import io.tailrace.storage.NewFile;
import io.tailrace.storage.SimulatedStorage;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.Test;

/** The simulation loses, tears, fails and delays what it says, and nothing else. */
public final class SimulationTest {

  private static final long SEEDS = 500;
  private static final String FOLDER = "sim://disk/output/";

  private static Storage install(SimulatedDisk disk, Schedule schedule) {
    SimulatedStorage.install(disk, schedule);
    return Storages.of(FOLDER);
  }

  private static String temporary() {
    return "sim://disk/temporary/" + UUID.randomUUID();
  }

  private static void write(Storage storage, String name, String text, Durability durability)
      throws IOException {
    NewFile file = storage.create(FOLDER + name, temporary(), durability);
    file.out().write(text.getBytes(UTF_8));
    file.commit();
  }

  private static boolean writeIfAbsent(Storage storage, String name, String text)
      throws IOException {
    return storage.createIfAbsent(
        FOLDER + name, temporary(), text.getBytes(UTF_8), Durability.SYNCED);
  }

  private static String read(SimulatedDisk disk, String name) throws IOException {
    return new String(disk.read(FOLDER + name), UTF_8);
  }

  private static boolean inSomeSeed(LongPredicate happens) {
    return LongStream.range(0, SEEDS).anyMatch(happens);
  }

  /** Whether a file is not what it was when the writer was told that it is in place. */
  private static boolean losesData(long seed, SimulatedDisk disk, Durability durability) {
    Schedule schedule = Schedule.of(seed, disk).often(Fault.CUT_BEFORE, 0.05);
    Storage storage = install(disk, schedule);
    List<String> written = new ArrayList<>();
    schedule
        .actor(
            "writer",
            () -> {
              for (int i = 0; i < 20; i++) {
                write(storage, "file-" + i, "content of " + i, durability);
                written.add("content of " + i);
              }
            })
        .run();
    for (int i = 0; i < written.size(); i++) {
      try {
        if (!read(disk, "file-" + i).equals(written.get(i))) {
          return true;
        }
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }

  @Test
  public void whatIsNotSyncedIsLostInSomePowerCut() {
    assertThat(
        inSomeSeed(seed -> losesData(seed, SimulatedDisk.fileSystem(), Durability.UNSYNCED)),
        is(true));
  }

  @Test
  public void whatIsSyncedIsNeverLost() {
    assertThat(
        inSomeSeed(seed -> losesData(seed, SimulatedDisk.fileSystem(), Durability.SYNCED)),
        is(false));
  }

  @Test
  public void anObjectStoreLosesNothing() {
    assertThat(
        inSomeSeed(seed -> losesData(seed, SimulatedDisk.objectStore(), Durability.UNSYNCED)),
        is(false));
  }

  @Test
  public void aDiskThatIgnoresSyncsLosesWhatIsSynced() {
    assertThat(
        inSomeSeed(
            seed -> losesData(seed, SimulatedDisk.fileSystem().ignoringSyncs(), Durability.SYNCED)),
        is(true));
    assertThat(
        inSomeSeed(
            seed ->
                losesData(
                    seed, SimulatedDisk.fileSystem().ignoringFolderSyncs(), Durability.SYNCED)),
        is(true));
  }

  /** What a power cut may leave of a file and of another, which was written later. */
  @Test
  public void aPowerCutTearsAndReorders() throws IOException {
    Set<String> left = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = SimulatedDisk.fileSystem();
      disk.put(FOLDER + "b", "old".getBytes(UTF_8));
      Storage storage = install(disk, Schedule.of(seed, disk));
      write(storage, "a", "12", Durability.UNSYNCED);
      write(storage, "b", "new", Durability.UNSYNCED);
      storage.delete(FOLDER + "none");
      disk.cutPower(new Random(seed));
      left.add(
          (disk.files(FOLDER + "a").isEmpty() ? "none" : read(disk, "a")) + " " + read(disk, "b"));
    }
    assertThat(
        left,
        hasItems(
            "none old",
            "none new",
            "12 old",
            "12 new",
            "1 new",
            " new",
            "\0\0 new",
            "1\0 new",
            "12 ",
            "none n\0w"));
    assertThat(left.stream().anyMatch(both -> both.endsWith("none")), is(false));
  }

  @Test
  public void aDeletionMayBeUndone() throws IOException {
    Set<Integer> left = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = SimulatedDisk.fileSystem();
      disk.put(FOLDER + "a", "1".getBytes(UTF_8));
      install(disk, Schedule.of(seed, disk)).delete(FOLDER + "a");
      assertThat(disk.files(FOLDER), is(empty()));
      disk.cutPower(new Random(seed));
      left.add(disk.files(FOLDER).size());
    }
    assertThat(left, is(Set.of(0, 1)));
  }

  /** Whether two that may be frozen are both told that they have made a file. */
  private static boolean isMadeTwice(long seed, SimulatedDisk disk) {
    Schedule schedule = Schedule.of(seed, disk).often(Fault.FREEZE_BEFORE, 0.1);
    Storage storage = install(disk, schedule);
    List<String> makers = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      schedule.actor(
          name,
          () -> {
            if (writeIfAbsent(storage, "plan", name)) {
              makers.add(name);
            }
          });
    }
    schedule.run();
    try {
      return !makers.equals(List.of(read(disk, "plan")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  public void overwritingIsUndoneByAFrozenActorAndIfAbsentIsNot() {
    for (Supplier<SimulatedDisk> disks :
        List.<Supplier<SimulatedDisk>>of(SimulatedDisk::fileSystem, SimulatedDisk::objectStore)) {
      assertThat(
          inSomeSeed(seed -> isMadeTwice(seed, disks.get().overwritingInsteadOfIfAbsent())),
          is(true));
      assertThat(inSomeSeed(seed -> isMadeTwice(seed, disks.get())), is(false));
    }
  }

  /** Whether a request of one that is dead undoes what its successor has written. */
  private static boolean isUndoneLate(long seed, boolean ifAbsent) {
    SimulatedDisk disk = SimulatedDisk.objectStore();
    Schedule schedule = Schedule.of(seed, disk).at(1, Fault.KILL_LATE);
    Storage storage = install(disk, schedule);
    List<String> lives = new ArrayList<>();
    schedule
        .actor(
            "holder",
            2,
            () -> {
              String life = "life " + lives.size();
              lives.add(life);
              if (ifAbsent) {
                writeIfAbsent(storage, "plan-of-" + life, life);
              }
              NewFile plan = storage.create(FOLDER + "plan", temporary(), Durability.SYNCED);
              plan.out().write(life.getBytes(UTF_8));
              plan.commit();
            })
        .run();
    try {
      return !read(disk, "plan").equals("life 1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  public void aRequestThatIsHeldBackComesAfterItsSenderIsDead() {
    assertThat(inSomeSeed(seed -> isUndoneLate(seed, false)), is(true));
    assertThat(inSomeSeed(seed -> isUndoneLate(seed, true)), is(false));
  }

  /** Writes, lists, reads and deletes, whatever goes wrong. */
  private static List<String> history(long seed, SimulatedDisk disk) {
    Schedule schedule = Schedule.of(seed, disk).quietFrom(300);
    for (Fault fault : Fault.values()) {
      schedule.often(fault, 0.01);
    }
    Storage storage = install(disk, schedule);
    for (String name : List.of("first", "second")) {
      schedule.actor(
          name,
          Integer.MAX_VALUE,
          () -> {
            for (int i = 0; i < 15; i++) {
              write(storage, name + i, name, Durability.SYNCED);
              writeIfAbsent(storage, "shared" + i, name);
              for (StoredFile file : storage.list(new Glob(FOLDER + name + "*"))) {
                try {
                  storage.read(file.path());
                } catch (FileNotFoundException e) {
                  // A deletion that came late.
                }
                if (schedule.choose(2) == 0) {
                  storage.delete(file.path());
                }
              }
            }
          });
    }
    schedule.outside("source", () -> schedule.pause()).run();
    return schedule.history();
  }

  @Test
  public void theSameSeedGivesTheSameHistory() {
    Set<List<String>> different = new HashSet<>();
    for (long seed = 0; seed < SEEDS / 4; seed++) {
      List<String> history = history(seed, SimulatedDisk.fileSystem());
      assertThat(history(seed, SimulatedDisk.fileSystem()), is(history));
      different.add(history);
      List<String> requests = history(seed, SimulatedDisk.objectStore());
      assertThat(history(seed, SimulatedDisk.objectStore()), is(requests));
      different.add(requests);
    }
    assertThat((long) different.size(), is(2 * (SEEDS / 4)));
  }

  @Test
  public void aKilledActorDoesNothingMoreWhateverItCatches() {
    SimulatedDisk disk = SimulatedDisk.fileSystem();
    Schedule schedule = Schedule.of(1, disk).at(2, Fault.KILL_BEFORE);
    Storage storage = install(disk, schedule);
    schedule
        .actor(
            "stubborn",
            () -> {
              NewFile file = storage.create(FOLDER + "c", temporary(), Durability.SYNCED);
              assertThrows(Killed.class, file::commit);
              assertThrows(Killed.class, () -> file.out().write(1));
              assertThrows(Killed.class, file::abandon);
              assertThrows(Killed.class, () -> storage.list(new Glob(FOLDER + "*")));
            })
        .run();
    assertThat(schedule.steps(), is(2L));
    assertThat(disk.files(FOLDER + "c"), is(empty()));
  }

  @Test
  public void aStepMayFailBeforeAndAfterItsEffect() {
    for (Fault fault : List.of(Fault.FAIL_BEFORE, Fault.FAIL_AFTER)) {
      SimulatedDisk disk = SimulatedDisk.objectStore();
      Schedule schedule = Schedule.of(1, disk).at(1, fault);
      Storage storage = install(disk, schedule);
      schedule
          .actor(
              "writer",
              () ->
                  assertThrows(
                      SimulatedFailure.class, () -> write(storage, "a", "text", Durability.SYNCED)))
          .run();
      assertThat(disk.files(FOLDER).size(), is(fault == Fault.FAIL_AFTER ? 1 : 0));
    }
  }

  @Test
  public void anActorLivesAgainAfterAPowerCut() {
    SimulatedDisk disk = SimulatedDisk.fileSystem();
    Schedule schedule = Schedule.of(1, disk).at(2, Fault.CUT_BEFORE);
    Storage storage = install(disk, schedule);
    List<String> lives = new ArrayList<>();
    schedule
        .actor(
            "writer",
            2,
            () -> {
              lives.add("life");
              write(storage, "a", "text", Durability.SYNCED);
            })
        .run();
    assertThat(lives, contains("life", "life"));
    assertThat(disk.files(FOLDER), is(not(empty())));
  }

  /** Two that read in parallel streams, of which one fails or is killed and begins again. */
  private static List<String> parallelHistory(long seed, Fault fault) {
    SimulatedDisk disk = SimulatedDisk.fileSystem();
    disk.put(FOLDER + "a", "text".getBytes(UTF_8));
    Schedule schedule = Schedule.of(seed, disk).at(7, fault);
    Storage storage = install(disk, schedule);
    Schedule.Body reader =
        () ->
            LongStream.range(0, 20)
                .parallel()
                .forEach(
                    i -> {
                      try {
                        storage.open(FOLDER + "a", i, i).close();
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    });
    schedule.actor("first", 2, reader).actor("second", 2, reader).run();
    return schedule.history();
  }

  @Test
  public void parallelStreamsOfAnActorTakeStepsOneByOne() {
    for (Fault fault : List.of(Fault.FAIL_BEFORE, Fault.KILL_BEFORE)) {
      for (long seed = 0; seed < SEEDS; seed++) {
        List<String> history = parallelHistory(seed, fault);
        assertThat(parallelHistory(seed, fault), is(history));
        assertThat(history.stream().filter(line -> line.contains(" is dead")).count(), is(1L));
      }
    }
  }

  @Test
  public void aFileIsMadeIfAbsentThoughAnotherClearsTheTemporaryFolder() {
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = SimulatedDisk.fileSystem();
      Schedule schedule = Schedule.of(seed, disk);
      Storage storage = install(disk, schedule);
      schedule
          .actor("writer", () -> assertThat(writeIfAbsent(storage, "a", "text"), is(true)))
          .actor(
              "other",
              () -> {
                for (StoredFile file : storage.list(new Glob("sim://disk/temporary/**"))) {
                  storage.delete(file.path());
                }
              })
          .run();
      assertThat(disk.files(FOLDER).size(), is(1));
    }
  }

  @Test
  public void anExceptionThatNoFaultCausedEndsTheHistory() {
    SimulatedDisk disk = SimulatedDisk.fileSystem();
    Schedule schedule = Schedule.of(7, disk);
    Storage storage = install(disk, schedule);
    schedule
        .actor("reader", 5, () -> storage.read(FOLDER + "none"))
        .actor("waiting", () -> LongStream.range(0, 9).forEach(i -> schedule.pause()));
    AssertionError failure = assertThrows(AssertionError.class, schedule::run);
    assertThat(failure.getCause().getClass(), is(FileNotFoundException.class));
    assertThat(failure.getMessage().startsWith("seed 7\n"), is(true));
  }
}
