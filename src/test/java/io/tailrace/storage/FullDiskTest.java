package io.tailrace.storage;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Small files wait for room on a full disk; streams of any length fail. */
public final class FullDiskTest {

  private static final byte[] CONTENT = "content".repeat(1000).getBytes(StandardCharsets.UTF_8);

  @Rule public final SmallDisk disk = new SmallDisk();
  @Rule public final TemporaryFolder elsewhere = new TemporaryFolder();

  private final PrintStream err = System.err;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Folder folder;
  private Folder workshop;

  @Before
  public void listen() {
    folder = new Folder(disk.root() + "/ledger");
    workshop = new Folder(disk.root() + "/tmp");
    System.setErr(new PrintStream(said, true));
  }

  @After
  public void leave() {
    System.setErr(err);
  }

  private <T> T waitsUntilThereIsRoom(Callable<T> write) throws Exception {
    disk.fill();
    FutureTask<T> waiting = new FutureTask<>(write);
    new Thread(waiting, "waiting for room").start();
    Path file = Path.of(folder.file("file"));
    await()
        .until(
            () -> {
              assertFalse(Files.exists(file));
              return said.toString().contains("The disk is full");
            });
    assertThat(
        said.toString(),
        matchesPattern("(?s).*trying again since \\d+ s: " + file + ": No space left on device\n"));
    disk.makeRoom();
    await()
        .until(
            () -> {
              assertTrue(!Files.exists(file) || Files.size(file) == CONTENT.length);
              return waiting.isDone();
            });
    T result = waiting.get();
    assertThat(said.toString(), containsString("The disk has room again, after "));
    assertThat(Files.readAllBytes(file), is(CONTENT));
    assertThat(workshop.list("", ""), is(empty()));
    return result;
  }

  @Test
  public void aFileThatIsMadeIfAbsent() throws Exception {
    assertTrue(waitsUntilThereIsRoom(() -> folder.writeIfAbsent("file", workshop, CONTENT)));
  }

  @Test
  public void aFileThatIsWritten() throws Exception {
    waitsUntilThereIsRoom(
        () -> {
          folder.write("file", workshop, out -> out.write(CONTENT));
          return null;
        });
  }

  @Test
  public void aFileThatIsThereIsNotWaitedFor() throws Exception {
    folder.write("file", workshop, out -> out.write(CONTENT));
    disk.fill();
    assertFalse(folder.writeIfAbsent("file", workshop, CONTENT));
  }

  @Test
  public void aStreamFailsAndLeavesNothing() throws Exception {
    disk.fill();
    NewFile file = folder.create("file", workshop);
    IOException full =
        assertThrows(
            IOException.class,
            () -> {
              file.out().write(CONTENT);
              file.commit();
            });
    assertThat(full.getMessage(), containsString("No space left"));
    file.abandon();
    assertThat(workshop.list("", ""), is(empty()));
    assertThat(folder.list("", ""), is(empty()));
  }

  /** A link cannot lead to another disk: as good as a file system without links. */
  @Test
  public void withoutLinksAFileIsMadeIfAbsentToo() throws Exception {
    Folder other = new Folder(elsewhere.getRoot().toString());
    assertTrue(folder.writeIfAbsent("file", other, CONTENT));
    assertFalse(folder.writeIfAbsent("file", other, "other".getBytes(StandardCharsets.UTF_8)));
    assertThat(Files.readAllBytes(Path.of(folder.file("file"))), is(CONTENT));
    assertThat(other.list("", ""), is(empty()));
  }
}
