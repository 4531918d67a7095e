package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.FileTime;
import java.util.List;
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
    StoredFile expected = new StoredFile(path.toString(), 8, 1_700_000_000_123L);
    assertThat(storage.stat(path.toString()), is(expected));
    assertThat(storage.list(new Glob(path.toString())), is(List.of(expected)));
    assertThat(storage.list(new Glob(path.getParent() + "/*")), is(List.of(expected)));
    try (OpenFile open = storage.open(path.toString(), 0, 8)) {
      assertThat(open.file(), is(expected));
    }
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
}
