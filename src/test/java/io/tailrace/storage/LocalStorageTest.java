package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;
import static org.junit.Assume.assumeFalse;
import static org.junit.Assume.assumeTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The folders of this machine give the files that match, in whatever folders they are. */
public final class LocalStorageTest {

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private final Storage storage = Storages.of("/");

  private Path file(String name) throws IOException {
    Path path = temporary.getRoot().toPath().resolve(name);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, name);
  }

  private List<String> list(String glob) throws IOException {
    Path root = temporary.getRoot().toPath();
    return storage.list(new Glob(root + "/" + glob)).stream()
        .map(found -> root.relativize(Path.of(found.path())).toString())
        .toList();
  }

  /** In any locale of this process. */
  @Test
  public void aFileIsFoundByItsNameInUtf8() throws IOException {
    Path root = temporary.getRoot().toPath();
    String folder = "/\u017elu\u0165 %41+";
    Path inner = Path.of(URI.create(root.toUri() + "%C5%BElu%C5%A5%20%2541+"));
    Files.createDirectory(inner);
    Files.writeString(Path.of(URI.create(inner.toUri() + "%D0%B6%F0%9F%98%80.csv")), "text");
    Files.writeString(Path.of(URI.create(inner.toUri() + "%EF%BF%BD.csv")), "replacement");
    Files.writeString(Path.of(URI.create(inner.toUri() + "%FF.csv")), "not UTF-8");
    Files.writeString(Path.of(URI.create(inner.toUri() + "u%CC%88.csv")), "not composed");
    String prefix = root + folder + "/";
    for (String glob : List.of("/*", "/*.csv", "/{\u0436*,\ufffd,u\u0308}.csv")) {
      assertThat(
          storage.list(new Glob(root + folder + glob)).stream().map(StoredFile::path).toList(),
          containsInAnyOrder(
              prefix + "\u0436\ud83d\ude00.csv", prefix + "\ufffd.csv", prefix + "u\u0308.csv"));
    }
    String file = prefix + "\u0436\ud83d\ude00.csv";
    assertThat(new String(storage.read(file), StandardCharsets.UTF_8), is("text"));
    assertThat(storage.stat(file).size(), is(4L));
    assertThat(storage.list(new Glob(file)).get(0).path(), is(file));
    storage.open(file, 1, 4).close();
    FileNotFoundException none =
        assertThrows(FileNotFoundException.class, () -> storage.read(prefix + "\u0437.csv"));
    assertThat(none.getMessage(), is(prefix + "\u0437.csv is not there"));
  }

  @Test
  public void aNameThatIsNotUtf8IsDescribedByItsBytes() throws IOException {
    Path path = Path.of(URI.create("file:///in/a%FF%C3%A9%C3.csv"));
    assertThat(LocalPaths.describe(path), is("/in/a\\xff\u00e9\\xc3.csv"));
    assertThat(LocalPaths.name(path).isPresent(), is(false));
  }

  @Test
  public void whatMatchesIsWhatJavasOwnMatcherFinds() throws IOException {
    for (String name :
        new String[] {"a.csv", "b.txt", "x/a.csv", "x/y/a.csv", "x/y/z/b.csv", "y/a.csv", "y/.c"}) {
      file(name);
    }
    for (String glob :
        new String[] {
          "*",
          "*.csv",
          "**",
          "**.csv",
          "*/*",
          "x/*",
          "x/**",
          "?/*.csv",
          "*/y/*",
          "**/y/**",
          "{a,b}.*",
          "{x/y,y}/*.csv",
          "x*",
          "*/y",
          "[xy]/[!b]*"
        }) {
      PathMatcher matcher =
          FileSystems.getDefault().getPathMatcher("glob:" + temporary.getRoot() + "/" + glob);
      List<String> expected;
      try (Stream<Path> all = Files.walk(temporary.getRoot().toPath())) {
        expected =
            all.filter(path -> Files.isRegularFile(path) && matcher.matches(path))
                .map(path -> temporary.getRoot().toPath().relativize(path).toString())
                .toList();
      }
      assertThat(glob, list(glob), containsInAnyOrder(expected.toArray()));
    }
  }

  @Test
  public void linksAreFollowedButNotInACircleOrIntoNothing() throws IOException {
    Path real = file("elsewhere/real.csv");
    Path input = Files.createDirectories(temporary.getRoot().toPath().resolve("in"));
    Files.createSymbolicLink(input.resolve("file.csv"), real);
    Files.createSymbolicLink(input.resolve("folder"), real.getParent());
    Files.createSymbolicLink(input.resolve("circle"), input);
    Files.createSymbolicLink(input.resolve("gone.csv"), input.resolve("nothing"));
    assertThat(list("in/**"), containsInAnyOrder("in/file.csv", "in/folder/real.csv"));
    assertThat(list("in/*"), containsInAnyOrder("in/file.csv"));
  }

  @Test
  public void aFileHasItsSizeAndTimeHoweverItIsAskedFor() throws IOException {
    Path path = file("in/a.csv");
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_700_000_000_123L));
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    StoredFile expected =
        new StoredFile(
            path.toString(),
            8,
            1_700_000_000_123L,
            attributes.fileKey(),
            LastingKey.of(attributes));
    assertThat(storage.stat(path.toString()), is(expected));
    assertThat(storage.list(new Glob(path.toString())), is(List.of(expected)));
    assertThat(storage.list(new Glob(path.getParent() + "/*")), is(List.of(expected)));
    try (OpenFile open = storage.open(path.toString(), 0, 8)) {
      assertThat(open.file(), is(expected));
    }
    Path renamed = Files.move(path, path.resolveSibling("b.csv"));
    assertThat(storage.stat(renamed.toString()).lastingKey(), is(expected.lastingKey()));
    Path copy = Files.copy(renamed, path, StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(storage.stat(copy.toString()).lastingKey(), is(not(expected.lastingKey())));
  }

  @Test
  public void whatIsNotThereIsSaidOrNotListed() throws IOException {
    for (String path :
        new String[] {
          temporary.getRoot() + "/x.csv", temporary.getRoot() + "/no/x.csv", file("a") + "/x.csv"
        }) {
      assertThrows(FileNotFoundException.class, () -> storage.stat(path));
      assertThrows(FileNotFoundException.class, () -> storage.read(path));
      assertThrows(FileNotFoundException.class, () -> storage.open(path, 0, 1));
    }
    assertThat(list("nothing/x.csv"), is(empty()));
    assertThat(list("nothing/*.csv"), is(empty()));
  }

  @Test
  public void ofManyWhoMakeAFileOneSucceedsAndItIsWhole() throws Exception {
    Folder folder = new Folder(temporary.getRoot() + "/new/\u017elu\u0165");
    Folder workshop = new Folder(temporary.getRoot() + "/tmp");
    int threads = 8;
    ExecutorService all = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 50; round++) {
        String name = "file-" + round;
        List<Callable<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          byte[] content = String.valueOf(i).repeat(10_000).getBytes(StandardCharsets.UTF_8);
          attempts.add(
              () -> {
                boolean made = folder.writeIfAbsent(name, workshop, content);
                try (InputStream in = folder.open(name)) {
                  byte[] found = in.readAllBytes();
                  assertThat(found.length, is(content.length));
                  assertThat(Arrays.equals(found, content), is(made));
                }
                return made;
              });
        }
        int made = 0;
        for (Future<Boolean> attempt : all.invokeAll(attempts)) {
          made += attempt.get() ? 1 : 0;
        }
        assertThat(made, is(1));
      }
    } finally {
      all.shutdownNow();
    }
    assertThat(workshop.list("", ""), is(empty()));
  }

  @Test
  public void aFileIsReplacedWhenItIsCommittedAndNotBefore() throws Exception {
    Folder folder = new Folder(temporary.getRoot() + "/new/folder");
    Folder workshop = new Folder(temporary.getRoot() + "/tmp");
    for (String content : List.of("first", "second")) {
      List<String> before = folder.list("", "");
      NewFile file = folder.create(content, workshop);
      file.out().write(content.getBytes(StandardCharsets.UTF_8));
      assertThat(folder.list("", ""), is(before));
      file.commit();
      file.abandon();
      folder.write("file", workshop, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
      assertThat(Files.readString(Path.of(folder.file(content))), is(content));
      assertThat(Files.readString(Path.of(folder.file("file"))), is(content));
    }
    folder.create("third", workshop).abandon();
    assertThat(folder.list("", ""), is(List.of("file", "first", "second")));
    assertThat(workshop.list("", ""), is(empty()));
  }

  @Test
  public void aFolderMayBeALink() throws Exception {
    Path real = Files.createDirectory(temporary.getRoot().toPath().resolve("real"));
    Files.createSymbolicLink(temporary.getRoot().toPath().resolve("link"), real);
    Folder folder = new Folder(temporary.getRoot() + "/link");
    folder.write("file", folder, out -> out.write(1));
    folder.write("file", folder.folder("new"), out -> out.write(1));
    assertThat(list("real/*"), is(List.of("real/file")));
  }

  @Test
  public void whatIsNotThereIsDeleted() throws IOException {
    storage.delete(temporary.getRoot() + "/nothing");
    storage.delete(temporary.getRoot() + "/no/folder");
    String there = file("there").toString();
    storage.delete(there);
    assertThrows(FileNotFoundException.class, () -> storage.stat(there));
  }

  private void move(Path file, Path to, boolean moves) throws IOException {
    assertThat(storage.move(file.toString(), to.toString()), is(moves));
    assertThat(Files.exists(file), is(!moves));
  }

  @Test
  public void aFileIsMovedToANewFolderButNotOverAnother() throws IOException {
    Path file = file("in/a.csv");
    Path other = file("done/b.csv");
    move(file, other, false);
    assertThat(Files.readString(other), is("done/b.csv"));
    Path moved = temporary.getRoot().toPath().resolve("done/new/a.csv");
    move(file, moved, true);
    assertThat(Files.readString(moved), is("in/a.csv"));
    assertThrows(
        FileNotFoundException.class, () -> storage.move(file.toString(), moved + ".again"));
  }

  @Test
  public void aMoveThatWasCutShortIsFinished() throws IOException {
    Path file = file("in/a.csv");
    Path target = file.resolveSibling("b.csv");
    Files.createLink(target, file);
    move(file, target, true);
    assertThat(Files.readString(target), is("in/a.csv"));
  }

  /** Whatever links there are, the only name of a file does not go. */
  @Test
  public void aFileIsNotMovedToItself() throws IOException {
    Path file = file("in/a.csv");
    Path root = temporary.getRoot().toPath();
    Path link = Files.createSymbolicLink(root.resolve("done"), root.resolve("in"));
    assertThrows(
        IOException.class, () -> storage.move(file.toString(), link.resolve("a.csv").toString()));
    Path toFile = Files.createSymbolicLink(root.resolve("link.csv"), file);
    move(file, toFile, false);
    assertThat(storage.haveSameContent(file.toString(), toFile.toString()), is(false));
    assertThat(Files.readString(file), is("in/a.csv"));
  }

  @Test
  public void aFileIsMovedToAnotherFileSystemWithItsTime() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory));
    Path file = file("in/a.csv");
    assumeFalse(Files.getFileStore(memory).equals(Files.getFileStore(file)));
    FileTime time = FileTime.fromMillis(1_700_000_000_000L);
    Files.setLastModifiedTime(file, time);
    Path folder = Files.createTempDirectory(memory, "tailrace-");
    try {
      Path target = folder.resolve("done/a.csv");
      move(file, target, true);
      assertThat(Files.readString(target), is("in/a.csv"));
      assertThat(Files.getLastModifiedTime(target), is(time));
      assertThat(target.getParent().toFile().list().length, is(1));
      move(file("in/a.csv"), target, false);
    } finally {
      new Folder(folder.toString()).clear();
      Files.delete(folder.resolve("done"));
      Files.delete(folder);
    }
  }
}
