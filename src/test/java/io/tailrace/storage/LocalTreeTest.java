package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given what happened in these folders since they were listed, these files are new. */
public final class LocalTreeTest {

  private static final int FILES_IN_A_ROW = 400;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Set<String> known = new HashSet<>();
  private Path root;
  private Relisting tree;

  @Before
  public void watch() throws IOException {
    root = folder.getRoot().toPath();
    tree = relisting("/**.csv");
  }

  private Relisting relisting(String glob) {
    return new LocalStorage(true).relisting(new Glob(root + glob));
  }

  private List<String> names(Collection<StoredFile> files) {
    return files.stream()
        .map(file -> file.path().substring(root.toString().length() + 1))
        .sorted()
        .toList();
  }

  private List<String> changed() throws IOException {
    List<StoredFile> files = tree.changed(known::contains);
    files.forEach(file -> known.add(file.path()));
    return names(files);
  }

  /** Until it is certain that the folders have what they had when they were read. */
  private void awaitQuiet() {
    List<String> asked = new ArrayList<>();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              asked.clear();
              tree.changed(
                  name -> {
                    asked.add(name);
                    return known.contains(name);
                  });
              return asked.isEmpty();
            });
  }

  private void write(String name) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), name);
  }

  @Test
  public void newNamesAreFoundWhereverTheyAre() throws IOException {
    write("a.csv");
    write("x/b.csv");
    write("x/b.txt");
    tree.all().forEach(file -> known.add(file.path()));
    assertThat(known, hasSize(2));
    awaitQuiet();
    write("x/c.csv");
    assertThat(changed(), is(List.of("x/c.csv")));
    awaitQuiet();
    write("x/y/z/d.csv");
    write("e.csv");
    assertThat(changed(), is(List.of("e.csv", "x/y/z/d.csv")));
    awaitQuiet();
    write("x/y/z/e.csv");
    assertThat(changed(), is(List.of("x/y/z/e.csv")));
    awaitQuiet();
    Files.move(root.resolve("x/b.txt"), root.resolve("x/f.csv"));
    assertThat(changed(), is(List.of("x/f.csv")));
    awaitQuiet();
    assertThat(changed(), is(empty()));
    assertThat(names(tree.all()), hasSize(7));
  }

  @Test
  public void aFolderInPlaceOfAnotherIsRead() throws IOException {
    write("x/a.csv");
    tree.all().forEach(file -> known.add(file.path()));
    awaitQuiet();
    Path other = folder.newFolder("other").toPath();
    Files.writeString(other.resolve("b.csv"), "b");
    Files.delete(root.resolve("x/a.csv"));
    Files.delete(root.resolve("x"));
    assertThat(changed(), is(List.of("other/b.csv")));
    Files.move(other, root.resolve("x"));
    assertThat(changed(), is(List.of("x/b.csv")));
  }

  @Test
  public void linksAreFollowedButNotRoundInACircle() throws IOException {
    Path outside = folder.newFolder("outside").toPath();
    root = folder.newFolder("inside").toPath();
    tree = relisting("/**.csv");
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("circle"), root);
    assertThat(changed(), is(empty()));
    awaitQuiet();
    Files.writeString(outside.resolve("a.csv"), "a");
    assertThat(changed(), is(List.of("link/a.csv")));
    awaitQuiet();
    Path next = folder.newFolder("next").toPath();
    Files.writeString(next.resolve("b.csv"), "b");
    Path link = Files.createSymbolicLink(folder.getRoot().toPath().resolve("link"), next);
    Files.move(link, root.resolve("link"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(changed(), is(List.of("link/b.csv")));
  }

  @Test
  public void noFileIsMissedThatComesWithinTheSameTickOfTheClock() throws IOException {
    tree = relisting("/*/*.csv");
    for (int file = 0; file < FILES_IN_A_ROW; file++) {
      String name = String.format("x/%03d.csv", file);
      write(name);
      assertThat(changed(), is(List.of(name)));
    }
  }
}
