package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.tailrace.ledger.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given what happens to these files, these lines are read. */
public final class FollowFinderTest {

  private static final long SEEDS = Long.getLong("follow.seeds", 12);
  private static final int STEPS = 60;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path log;

  @Before
  public void makeFolder() throws IOException {
    input = folder.newFolder("input").toPath();
    log = input.resolve("access.log");
  }

  private FollowedFiles follow(String... inputs) throws IOException {
    return new FollowedFiles(folder.getRoot().toPath().resolve("output"), 0, inputs);
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void look(FollowedFiles follower, String... lines) throws IOException {
    follower.finish();
    assertThat(follower.lines(), is(List.of(lines)));
  }

  private static void truncate(Path file) throws IOException {
    Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
        .close();
  }

  private static void pack(Path file, Packing packing) throws IOException {
    Path packed = file.resolveSibling(file.getFileName() + "." + packing);
    Files.write(packed, packing.pack(Files.readAllBytes(file)));
    Files.delete(file);
  }

  @Test
  public void linesAreReadOnceTheyAreWhole() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      append(log, "one\ntw");
      look(follower, "one");
      append(log, "o\nthree");
      follower.restart();
      look(follower, "one", "two");
      append(log, "\n");
      look(follower, "one", "three", "two");
    }
  }

  @Test
  public void aFileThatIsRenamedIsReadOn() throws IOException {
    for (String glob : List.of("access.log", "access.log*", "*")) {
      Path here = Files.createDirectory(input.resolve("of" + glob.length()));
      Path file = here.resolve("access.log");
      append(file, "one\n");
      try (FollowedFiles follower =
          new FollowedFiles(
              folder.getRoot().toPath().resolve("output" + glob.length()), 0, here + "/" + glob)) {
        look(follower, "one");
        append(file, "two\n");
        Files.move(file, here.resolve("access.log.1"));
        append(here.resolve("access.log.1"), "three\n");
        append(file, "four\n");
        look(follower, "four", "one", "three", "two");
        append(here.resolve("access.log.1"), "five\n");
        append(file, "six\n");
        Files.move(here.resolve("access.log.1"), here.resolve("access.log.2"));
        Files.move(file, here.resolve("access.log.1"));
        follower.restart();
        look(follower, "five", "four", "one", "six", "three", "two");
      }
    }
  }

  @Test
  public void aFileThatIsRenamedBetweenPlanningAndReadingIsFound() throws IOException {
    for (Packing packing : Packing.values()) {
      Path here = Files.createDirectory(input.resolve(packing.toString()));
      Path file = here.resolve("access.log");
      try (FollowedFiles follower =
          new FollowedFiles(
              folder.getRoot().toPath().resolve("output-" + packing), 0, file + "*")) {
        append(file, "one\n");
        follower.poll();
        Files.move(file, here.resolve("access.log.1"));
        append(file, "two\n");
        follower.read(1);
        assertThat(follower.lines(), is(List.of("one")));
        follower.poll();
        follower.poll();
        pack(here.resolve("access.log.1"), packing);
        Files.move(file, here.resolve("access.log.3"));
        pack(here.resolve("access.log.3"), packing);
        append(file, "three\n");
        follower.restart();
        look(follower, "one", "three", "two");
      }
    }
  }

  @Test
  public void whatWasWrittenBeforeAFileWasPackedIsReadFromThePackedOne() throws IOException {
    for (Packing packing : Packing.values()) {
      for (String glob : List.of("/access.log", "/access.log*")) {
        Path here = Files.createDirectory(input.resolve(packing + "" + glob.length()));
        Path file = here.resolve("access.log");
        append(file, "one\ntwo\n");
        try (FollowedFiles follower =
            new FollowedFiles(
                folder.getRoot().toPath().resolve("output-" + packing + glob.length()),
                0,
                here + glob)) {
          look(follower, "one", "two");
          append(file, "three\n");
          Files.move(file, here.resolve("access.log.1"));
          pack(here.resolve("access.log.1"), packing);
          append(file, "four\n");
          look(follower, "four", "one", "three", "two");
          Files.move(
              here.resolve("access.log.1." + packing), here.resolve("access.log.2." + packing));
          follower.restart();
          look(follower, "four", "one", "three", "two");
        }
      }
    }
  }

  @Test
  public void copyAndTruncateCountsNothingTwiceAndLosesNothingThatWasCopied() throws IOException {
    for (String glob : List.of("/access.log", "/access.log*", "/*")) {
      Path here = Files.createDirectory(input.resolve("of" + glob.length()));
      Path file = here.resolve("access.log");
      append(file, "one\n");
      try (FollowedFiles follower =
          new FollowedFiles(
              folder.getRoot().toPath().resolve("output" + glob.length()), 0, here + glob)) {
        look(follower, "one");
        append(file, "two\n");
        Files.copy(file, here.resolve("access.log.1"));
        follower.poll();
        append(file, "three\n");
        follower.finish();
        truncate(file);
        append(file, "four\n");
        look(follower, "four", "one", "three", "two");
        append(file, "five\n");
        Files.move(here.resolve("access.log.1"), here.resolve("access.log.2"));
        Files.copy(file, here.resolve("access.log.1"));
        truncate(file);
        follower.restart();
        look(follower, "five", "four", "one", "three", "two");
      }
    }
  }

  @Test
  public void otherContentUnderANameIsAnotherFile() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      append(log, "one\ntwo\n");
      look(follower, "one", "two");
      Files.writeString(log, "eno\nowt\n");
      look(follower, "eno", "one", "owt", "two");
      Files.delete(log);
      Files.writeString(log, "and longer than before\n");
      look(follower, "and longer than before", "eno", "one", "owt", "two");
      Files.writeString(log, "1\n");
      look(follower, "1", "and longer than before", "eno", "one", "owt", "two");
    }
  }

  @Test
  public void aFileThatWasReplacedByALongerCopyOfItselfHasGrown() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      append(log, "one\n");
      look(follower, "one");
      Path longer = folder.getRoot().toPath().resolve("longer");
      Files.writeString(longer, "one\ntwo\n");
      Files.move(longer, log, StandardCopyOption.REPLACE_EXISTING);
      look(follower, "one", "two");
    }
  }

  @Test
  public void filesOfTheSameContentAreReadEach() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      for (int file = 0; file < 20; file++) {
        append(input.resolve("app-" + file + ".log"), "same\n");
      }
      follower.finish();
      for (int file = 0; file < 20; file++) {
        append(input.resolve("app-" + file + ".log"), "same\n");
      }
      follower.finish();
      assertThat(follower.lines(), is(Collections.nCopies(40, "same")));
      Files.move(input.resolve("app-0.log"), input.resolve("app-0.log.1"));
      append(input.resolve("app-0.log"), "same\nsame\n");
      follower.finish();
      assertThat(follower.lines(), is(Collections.nCopies(42, "same")));
    }
  }

  @Test
  public void skippedLinesAreThoseOfTheBeginning() throws IOException {
    Path output = folder.getRoot().toPath().resolve("output");
    try (FollowedFiles follower = new FollowedFiles(output, 2, input.toString())) {
      append(log, "exported today\n");
      look(follower);
      append(log, "name\n");
      look(follower);
      append(log, "a\n");
      look(follower, "a");
      Files.move(log, input.resolve("access.log.1"));
      append(log, "exported today\nname\nb\n");
      look(follower, "a", "b");
    }
  }

  @Test
  public void aFileIsFoundInAFolderThatAGlobMatchesToo() throws IOException {
    Path old = Files.createDirectory(input.resolve("old"));
    try (FollowedFiles follower = follow(input + "/**")) {
      append(log, "one\n");
      follower.poll();
      Files.move(log, old.resolve("access.log.1"));
      append(log, "two\n");
      look(follower, "one", "two");
    }
  }

  /** More than a record may have: it is a dead letter, one for all units that it goes through. */
  @Test
  public void aLineOfManyUnitsIsNoOtherLines() throws IOException {
    Path output = folder.getRoot().toPath().resolve("output");
    try (FollowedFiles follower = new FollowedFiles(output, 0, 1 << 20, input.toString())) {
      append(log, "one\n" + "x".repeat(5 << 20));
      look(follower, "one");
      append(log, "x\ntwo\n");
      look(follower, "one", "two");
      append(log, "three\n");
      look(follower, "one", "three", "two");
      assertThat(follower.deadLetters(), is(1L));
    }
  }

  @Test
  public void anEndOfALineMayComeInTwoParts() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      append(log, "one\r");
      look(follower);
      follower.restart();
      append(log, "\n");
      look(follower, "one\r");
      append(log, "two\r\n\r\n");
      look(follower, "one\r", "two\r");
    }
  }

  @Test
  public void aFileOfTwoNamesIsReadOnceAndOnWhileItHasOne() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      append(log, "one\n");
      Files.createLink(input.resolve("again.log"), log);
      look(follower, "one");
      Files.createLink(input.resolve("zero.log"), log);
      append(log, "two\n");
      follower.restart();
      look(follower, "one", "two");
      Files.delete(input.resolve("again.log"));
      Files.delete(log);
      append(input.resolve("zero.log"), "three\n");
      look(follower, "one", "three", "two");
    }
  }

  @Test
  public void aLinkToALogIsTheLogThatItLeadsTo() throws IOException {
    Path logs = folder.newFolder("logs").toPath();
    append(logs.resolve("app-1.log"), "one\n");
    Files.createSymbolicLink(input.resolve("current"), logs.resolve("app-1.log"));
    try (FollowedFiles follower = follow(input.toString())) {
      look(follower, "one");
      append(logs.resolve("app-1.log"), "two\n");
      look(follower, "one", "two");
      append(logs.resolve("app-2.log"), "1\n");
      Path next = folder.getRoot().toPath().resolve("next");
      Files.createSymbolicLink(next, logs.resolve("app-2.log"));
      Files.move(next, input.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
      look(follower, "1", "one", "two");
      Files.delete(input.resolve("current"));
      look(follower, "1", "one", "two");
      Files.createSymbolicLink(input.resolve("current"), logs.resolve("app-1.log"));
      append(logs.resolve("app-1.log"), "three\n");
      look(follower, "1", "one", "three", "two");
    }
  }

  @Test
  public void aLogThatWasMadeAnewWhileNobodyLookedIsAnotherFile() throws IOException {
    for (String content : List.of("", "1\n", "one\n1\n", "1\n2\n3\n4\n")) {
      Path here = Files.createDirectory(input.resolve("of" + content.length()));
      Path file = here.resolve("access.log");
      append(file, "one\ntwo\n");
      try (FollowedFiles follower =
          new FollowedFiles(
              folder.getRoot().toPath().resolve("output" + content.length()), 0, file + "*")) {
        look(follower, "one", "two");
        // Its inode may be the same.
        Files.delete(file);
        append(file, content);
        follower.restart();
        List<String> lines = new ArrayList<>(List.of("one", "two"));
        lines.addAll(content.lines().toList());
        Collections.sort(lines);
        look(follower, lines.toArray(new String[0]));
        append(file, "after\n");
        lines.add("after");
        Collections.sort(lines);
        look(follower, lines.toArray(new String[0]));
      }
    }
  }

  @Test
  public void aCopyOfALogUnderANameOfRotationCountsNothingWhileBothGrow() throws IOException {
    try (FollowedFiles follower = follow(input.toString())) {
      append(log, "one\ntwo\nthr");
      Files.copy(log, input.resolve("access.log.bak"));
      look(follower, "one", "two");
      append(log, "ee\nfour\n");
      look(follower, "four", "one", "three", "two");
      follower.restart();
      look(follower, "four", "one", "three", "two");
      Files.delete(log);
      look(follower, "four", "one", "three", "two");
      append(log, "five\n");
      look(follower, "five", "four", "one", "three", "two");
    }
  }

  @Test
  public void manyFilesThatGrowBecomeFewUnitsAndALedgerThatDoesNotGrow() throws IOException {
    Path output = folder.getRoot().toPath().resolve("output");
    try (FollowedFiles follower = new FollowedFiles(output, 0, 32 << 20, input.toString())) {
      for (int round = 0; round < 20; round++) {
        for (int file = 0; file < 200; file++) {
          append(input.resolve("app-" + file + ".log"), "line " + round + " of " + file + "\n");
        }
        follower.poll();
        follower.read(Integer.MAX_VALUE);
      }
      follower.finish();
      assertThat(follower.lines().size(), is(4_000));
      assertThat(follower.lines().stream().distinct().count(), is(4_000L));
      Checkpoint checkpoint = follower.ledger().checkpoint();
      assertThat(checkpoint.lastPlan(), greaterThan(10L));
      assertThat(checkpoint.lastUnit(), lessThan(200L));
      assertThat(checkpoint.followed().size(), is(200));
    }
  }

  /** What programs and administrators do to log files, and kills, in any order. */
  @Test
  public void whateverHappensEachLineIsReadOnce() throws IOException {
    long first = Long.getLong("follow.first", 1);
    for (long seed = first; seed < first + SEEDS; seed++) {
      Path root = folder.newFolder("seed" + seed).toPath();
      try {
        new History(root, new Random(seed)).run();
      } catch (AssertionError | IOException | RuntimeException e) {
        throw new AssertionError(String.format("seed %d: %s", seed, e.getMessage()), e);
      }
    }
  }

  private static final class History {

    private final Random random;
    private final Path input;
    private final List<String> names;
    private final boolean headers;
    private final boolean isNarrow;
    private final FollowedFiles follower;
    private final List<String> written = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final Map<String, String> unfinished = new HashMap<>();
    private int lines;

    History(Path root, Random random) throws IOException {
      this.random = random;
      this.input = Files.createDirectory(root.resolve("in"));
      this.names = random.nextBoolean() ? List.of("access.log") : List.of("access.log", "app.log");
      this.headers = random.nextInt(4) == 0;
      String glob = List.of("", "/*", "/*.log*", "/*.log").get(random.nextInt(4));
      this.isNarrow = glob.endsWith(".log");
      this.follower =
          new FollowedFiles(
              root.resolve("out"), headers ? 1 : 0, 1 + random.nextInt(5_000), input + glob);
    }

    void run() throws IOException {
      for (int step = 0; step < STEPS; step++) {
        String name = names.get(random.nextInt(names.size()));
        int kind = random.nextInt(16);
        steps.add(kind + name.substring(0, 2));
        switch (kind) {
          case 0 -> rename(name);
          case 1 -> copyAndTruncate(name);
          case 2 -> packAll(name);
          case 3 -> follower.restart();
          case 4, 5, 6 -> follower.poll();
          case 7, 8 -> follower.read(1 + random.nextInt(4));
          case 9 -> deleteLast(name);
          default -> write(name);
        }
      }
      for (String name : names) {
        if (unfinished.containsKey(name)) {
          endLine(name);
        }
      }
      follower.finish();
      assertThat(steps.toString(), difference(), is("lost: [], too many: []"));
      follower.close();
    }

    private String difference() {
      List<String> lost = new ArrayList<>(written);
      List<String> tooMany = new ArrayList<>();
      for (String line : follower.lines()) {
        if (!lost.remove(line)) {
          tooMany.add(line.strip().replaceAll("x+$", ""));
        }
      }
      lost.replaceAll(line -> line.replaceAll("x+$", ""));
      return String.format("lost: %s, too many: %s", lost, tooMany);
    }

    private void write(String name) throws IOException {
      StringBuilder text = new StringBuilder();
      if (headers && !Files.exists(input.resolve(name))
          || headers && Files.size(input.resolve(name)) == 0) {
        text.append("header ".repeat(200)).append('\n');
      }
      if (unfinished.containsKey(name)) {
        written.add(unfinished.remove(name) + "end");
        text.append("end\n");
      }
      for (int i = random.nextInt(5) + (isNarrow ? 1 : 0); i > 0; i--) {
        String line = name + " " + lines++ + " " + "x".repeat(random.nextInt(300));
        written.add(line);
        text.append(line).append('\n');
      }
      if (random.nextInt(3) == 0) {
        String line = name + " " + lines++ + " ";
        unfinished.put(name, line);
        text.append(line);
      }
      append(input.resolve(name), text.toString());
    }

    private void endLine(String name) throws IOException {
      written.add(unfinished.remove(name) + "end");
      append(input.resolve(name), "end\n");
    }

    /** A program ends its line before its log is rotated. */
    private boolean isRotatable(String name) throws IOException {
      if (isNarrow) {
        // What comes and goes while nobody looks is found under a name that the glob matches.
        write(name);
        follower.poll();
        write(name);
      }
      if (unfinished.containsKey(name)) {
        endLine(name);
      }
      return Files.exists(input.resolve(name)) && Files.size(input.resolve(name)) > 0;
    }

    private void shift(String name) throws IOException {
      for (int number = STEPS; number > 0; number--) {
        for (String suffix : List.of("", ".gz", ".bz2", ".zst")) {
          Path from = input.resolve(name + "." + number + suffix);
          if (Files.exists(from)) {
            Files.move(from, input.resolve(name + "." + (number + 1) + suffix));
          }
        }
      }
    }

    private void rename(String name) throws IOException {
      if (isRotatable(name)) {
        shift(name);
        Files.move(input.resolve(name), input.resolve(name + ".1"));
        if (random.nextBoolean()) {
          append(input.resolve(name), "");
        }
      }
    }

    private void copyAndTruncate(String name) throws IOException {
      if (isRotatable(name)) {
        shift(name);
        Files.copy(input.resolve(name), input.resolve(name + ".1"));
        if (random.nextBoolean()) {
          follower.poll();
        }
        truncate(input.resolve(name));
      }
    }

    private void packAll(String name) throws IOException {
      for (int number = 1; number <= STEPS; number++) {
        Path file = input.resolve(name + "." + number);
        if (Files.exists(file) && random.nextBoolean()) {
          Packing packing = Packing.values()[random.nextInt(Packing.values().length)];
          Path packed = input.resolve(name + "." + number + "." + packing);
          Files.write(packed, packing.pack(Files.readAllBytes(file)));
          if (random.nextInt(3) == 0) {
            follower.poll();
          }
          Files.delete(file);
        }
      }
    }

    /** What has been read may be deleted. */
    private void deleteLast(String name) throws IOException {
      follower.finish();
      for (int number = STEPS; number > 0; number--) {
        for (String suffix : List.of("", ".gz", ".bz2", ".zst")) {
          if (Files.deleteIfExists(input.resolve(name + "." + number + suffix))) {
            return;
          }
        }
      }
    }
  }
}
