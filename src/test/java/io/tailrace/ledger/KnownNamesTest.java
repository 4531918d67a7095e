package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The index answers like a map in the heap, and is a few files. */
public final class KnownNamesTest {

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private Folder folder;
  private Folder workshop;
  private int additions;

  @Before
  public void makeFolders() {
    folder = new Folder(temporary.getRoot() + "/names");
    workshop = new Folder(temporary.getRoot() + "/workshop");
  }

  private KnownNames.Change add(KnownNames names, Map<NameHash, Long> news) throws IOException {
    return names.add(workshop, "1-" + additions++, news);
  }

  private static Map<NameHash, Long> names(int from, int to) {
    Map<NameHash, Long> names = new HashMap<>();
    for (int i = from; i < to; i++) {
      names.put(NameHash.of("name " + i), (long) i);
    }
    return names;
  }

  @Test
  public void anEmptyIndexHasNoFile() throws IOException {
    KnownNames names = KnownNames.open(folder, List.of());
    assertThat(names.find("name 1"), is(OptionalLong.empty()));
    assertThat(add(names, Map.of()), is(new KnownNames.Change(List.of(), List.of())));
    assertThat(folder.list("", ""), is(List.of()));
  }

  @Test
  public void theIndexAnswersLikeAMap() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      answersLikeAMap(new Random(seed), seed % 2 == 0 ? Long.MAX_VALUE : 2_000);
    }
  }

  private void answersLikeAMap(Random random, long largestMergedEntries) throws IOException {
    KnownNames names = KnownNames.open(folder, List.of(), largestMergedEntries);
    Map<String, Long> expected = new HashMap<>();
    int different = 1 + random.nextInt(20_000);
    for (int round = 0; round < 60; round++) {
      Map<NameHash, Long> news = new HashMap<>();
      // Most additions are small; one in eight may be of a higher tier.
      for (int i = random.nextInt(random.nextInt(8) == 0 ? 10_000 : 100); i >= 0; i--) {
        String name = "name " + random.nextInt(different);
        long fingerprint = random.nextLong();
        news.put(NameHash.of(name), fingerprint);
        expected.put(name, fingerprint);
      }
      List<NameSegment.Ref> before = names.refs();
      KnownNames.Change change = add(names, news);
      assertThat(names.refs(), is(change.refs()));
      assertThat(
          change.refs().subList(0, change.refs().size() - 1),
          is(before.subList(0, before.size() - change.replaced().size())));
      assertThat(
          change.replaced(),
          is(before.subList(before.size() - change.replaced().size(), before.size())));
      if (random.nextInt(10) == 0) {
        names = KnownNames.open(folder, names.refs(), largestMergedEntries);
      }
    }
    for (int i = 0; i < different + 1_000; i++) {
      Long known = expected.get("name " + i);
      assertThat(
          names.find("name " + i),
          is(known == null ? OptionalLong.empty() : OptionalLong.of(known)));
    }
  }

  @Test
  public void theNumberOfFilesIsLogarithmicAndSoIsWhatIsWritten() throws IOException {
    KnownNames names = KnownNames.open(folder, List.of());
    Random random = new Random(19);
    int total = 0;
    long written = 0;
    for (int round = 0; round < 500; round++) {
      int size = 1 << random.nextInt(12);
      List<NameSegment.Ref> refs = add(names, names(total, total + size)).refs();
      total += size;
      written += refs.get(refs.size() - 1).entries();
      // Tiers end with 4,096, 32,768 and 262,144 names.
      assertThat(refs.size(), is(lessThanOrEqualTo(3 * 7)));
    }
    assertThat(written, is(lessThan(4L * total)));
  }

  @Test
  public void aLargeSegmentIsNotWrittenAgainForSmallOnes() throws IOException {
    KnownNames names = KnownNames.open(folder, List.of());
    add(names, names(0, 1));
    add(names, names(1, 100_000));
    NameSegment.Ref large = names.refs().get(0);
    assertThat("the small one is in it", large.entries(), is(100_000L));
    for (int i = 0; i < 100; i++) {
      assertThat(add(names, names(100_000 + i, 100_001 + i)).replaced(), not(hasItem(large)));
    }
  }

  @Test
  public void aSegmentThatIsLargeEnoughIsNotMergedAnyMore() throws IOException {
    KnownNames names = KnownNames.open(folder, List.of(), 5);
    for (int i = 0; i < 80; i++) {
      add(names, names(i, i + 1));
    }
    assertThat(
        names.refs().stream().map(NameSegment.Ref::entries).toList(),
        is(List.of(8L, 8L, 8L, 8L, 8L, 8L, 8L, 8L, 8L, 8L)));
  }

  @Test
  public void theIndexAsItWasCanBeOpenedUntilItsFilesAreDeleted() throws IOException {
    KnownNames names = KnownNames.open(folder, List.of());
    List<NameSegment.Ref> before = List.of();
    for (int i = 0; i < 8; i++) {
      before = names.refs();
      add(names, names(i, i + 1));
    }
    KnownNames old = KnownNames.open(folder, before);
    assertThat(old.find("name 6"), is(OptionalLong.of(6)));
    assertThat(old.find("name 7"), is(OptionalLong.empty()));
    for (NameSegment.Ref ref : before) {
      folder.delete(ref.file());
    }
    assertThat(KnownNames.open(folder, names.refs()).find("name 6"), is(OptionalLong.of(6)));
    List<NameSegment.Ref> gone = before;
    assertThrows(DamagedFileException.class, () -> KnownNames.open(folder, gone));
  }

  @Test
  public void anAdditionThatFailsChangesNothing() throws IOException {
    KnownNames names = KnownNames.open(folder, List.of());
    List<NameSegment.Ref> refs = add(names, names(0, 10)).refs();
    assertThrows(IllegalArgumentException.class, () -> names.add(workshop, "1-0", names(10, 20)));
    Folder noFolder = new Folder(Files.createFile(Path.of(temporary.getRoot() + "/file")) + "");
    assertThrows(IOException.class, () -> names.add(noFolder, "1-1", names(10, 20)));
    assertThat(names.refs(), is(refs));
    assertThat(names.find("name 9"), is(OptionalLong.of(9)));
    assertThat(names.find("name 10"), is(OptionalLong.empty()));
    assertThat(names.add(workshop, "1-1", names(10, 20)).refs().size(), is(2));
    assertThat(names.find("name 10"), is(OptionalLong.of(10)));
  }

  @Test
  public void aMillionNamesAreFoundAgain() throws IOException {
    int total = 1_000_000;
    KnownNames names = KnownNames.open(folder, List.of());
    for (int i = 0; i < total; i += 50_000) {
      add(names, names(i, i + 50_000));
    }
    KnownNames opened = KnownNames.open(folder, names.refs());
    for (int i = 0; i < total; i += 10) {
      assertThat(opened.find("name " + i).orElse(-1), is((long) i));
      assertThat(opened.find("name " + (total + i)).orElse(-1), is(-1L));
    }
  }
}
