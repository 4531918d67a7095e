package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A segment gives back what was written, or is not opened. */
public final class NameSegmentTest {

  private static final String FILE = "names-1.seg";

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private Folder folder;
  private Path file;

  @Before
  public void makeFolder() {
    folder = new Folder(temporary.getRoot() + "/segments");
    file = Path.of(folder.file(FILE));
  }

  private NameSegment.Ref write(List<NameSegment.Entry> entries) throws IOException {
    return NameSegment.write(
        folder, new Folder(temporary.getRoot() + "/workshop"), FILE, entries.iterator());
  }

  private static List<NameSegment.Entry> hashes(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> new NameSegment.Entry(NameHash.of("name " + i), i))
        .sorted((a, b) -> a.hash().compareTo(b.hash()))
        .toList();
  }

  private void assertHas(NameSegment segment, List<NameSegment.Entry> entries) {
    List<NameSegment.Entry> all = new ArrayList<>();
    segment.iterator().forEachRemaining(all::add);
    assertThat(all, is(entries));
    for (NameSegment.Entry entry : entries) {
      NameHash hash = entry.hash();
      assertThat(segment.find(hash), is(OptionalLong.of(entry.fingerprint())));
      for (NameHash other :
          List.of(
              new NameHash(hash.high(), hash.low() + 1),
              new NameHash(hash.high(), hash.low() - 1),
              new NameHash(hash.high() + 1, hash.low()),
              new NameHash(hash.high() - 1, hash.low()))) {
        OptionalLong expected =
            entries.stream()
                .filter(known -> known.hash().equals(other))
                .mapToLong(NameSegment.Entry::fingerprint)
                .findAny();
        assertThat(segment.find(other), is(expected));
      }
    }
  }

  @Test
  public void everyNameOfASegmentIsFoundAndNoOther() throws IOException {
    for (int number : List.of(0, 1, 2, 3, 1_000)) {
      List<NameSegment.Entry> entries = hashes(number);
      NameSegment.Ref ref = write(entries);
      assertThat(ref.entries(), is((long) number));
      assertThat(Files.size(file), is(24L * number + 24));
      assertHas(NameSegment.open(folder, ref), entries);
    }
  }

  @Test
  public void aLargeFileIsInSeveralMaps() throws IOException {
    List<NameSegment.Entry> entries = hashes(1_000);
    NameSegment.Ref ref = write(entries);
    for (int mapBits : List.of(0, 3, 9, 10)) {
      assertHas(NameSegment.open(folder, ref, mapBits), entries);
    }
  }

  /** Then interpolation leads nowhere. */
  @Test
  public void hashesNeedNotBeSpreadEvenly() throws IOException {
    Stream<NameHash> powers =
        IntStream.range(0, 128)
            .mapToObj(
                bit -> bit < 64 ? new NameHash(0, 1L << bit) : new NameHash(1L << (bit - 64), 0));
    Stream<NameHash> same = IntStream.range(0, 1_000).mapToObj(i -> new NameHash(-1, 2 * i));
    List<NameSegment.Entry> entries =
        Stream.concat(powers, same).map(hash -> new NameSegment.Entry(hash, hash.low())).toList();
    assertHas(NameSegment.open(folder, write(entries)), entries);
  }

  @Test
  public void entriesOutOfOrderAreRefused() {
    List<NameSegment.Entry> entries = hashes(2);
    for (List<NameSegment.Entry> wrong :
        List.of(List.of(entries.get(1), entries.get(0)), List.of(entries.get(0), entries.get(0)))) {
      assertThrows(IllegalArgumentException.class, () -> write(wrong));
    }
  }

  @Test
  public void aDescriptionCanBeKeptAsJson() throws IOException {
    ObjectMapper json = new ObjectMapper();
    NameSegment.Ref ref = write(hashes(10));
    assertThat(json.readValue(json.writeValueAsBytes(ref), NameSegment.Ref.class), is(ref));
  }

  @Test
  public void aFlippedBitIsNoticed() throws IOException {
    NameSegment.Ref ref = write(hashes(1_000));
    byte[] content = Files.readAllBytes(file);
    Random random = new Random(19);
    for (int i = 0; i < 1_000; i++) {
      // The trailer gets its share.
      int at =
          i % 10 == 0 ? content.length - 1 - random.nextInt(24) : random.nextInt(content.length);
      byte[] flipped = content.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      assertDamaged(ref, "");
    }
    Files.write(file, content);
    NameSegment.open(folder, ref);
  }

  @Test
  public void aFileThatIsCutOrMissingOrAnotherIsNoticed() throws IOException {
    NameSegment.Ref ref = write(hashes(100));
    byte[] content = Files.readAllBytes(file);
    for (int length : List.of(0, 1, 24, content.length - 24, content.length - 1)) {
      Files.write(file, Arrays.copyOf(content, length));
      assertDamaged(ref, "it has " + length + " bytes, not 2424");
    }
    Files.write(file, Arrays.copyOf(content, content.length + 1));
    assertDamaged(ref, "it has 2425 bytes, not 2424");
    Files.write(file, new byte[content.length]);
    assertDamaged(ref, "trailer");
    write(hashes(101).subList(1, 101));
    assertDamaged(ref, "checksum");
    Files.delete(file);
    assertDamaged(ref, "it is missing");
  }

  /** Here Hadoop's view of a folder of this machine stands for a storage that is elsewhere. */
  @Test
  public void aSegmentElsewhereIsCopied() throws IOException {
    List<NameSegment.Entry> entries = hashes(1_000);
    NameSegment.Ref ref = write(entries);
    byte[] content = Files.readAllBytes(file);
    Configuration configuration = new Configuration();
    configuration.set("fs.defaultFS", "viewfs://names");
    configuration.set(
        "fs.viewfs.mounttable.names.link./mounted", temporary.getRoot().toURI().toString());
    HadoopFileSystemOptions options = PipelineOptionsFactory.as(HadoopFileSystemOptions.class);
    options.setHdfsConfiguration(List.of(configuration));
    try {
      FileSystems.setDefaultPipelineOptions(options);
      Folder elsewhere = new Folder("viewfs://names/mounted/segments");
      NameSegment segment = NameSegment.open(elsewhere, ref);
      content[0] ^= 1;
      Files.write(file, content);
      assertHas(segment, entries);
      assertThrows(DamagedFileException.class, () -> NameSegment.open(elsewhere, ref));
      Files.delete(file);
      DamagedFileException missing =
          assertThrows(DamagedFileException.class, () -> NameSegment.open(elsewhere, ref));
      assertThat(missing.getMessage(), is(elsewhere.file(FILE) + " is damaged: it is missing"));
    } finally {
      FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    }
  }

  private void assertDamaged(NameSegment.Ref ref, String reason) {
    DamagedFileException damaged =
        assertThrows(DamagedFileException.class, () -> NameSegment.open(folder, ref));
    assertThat(damaged.file(), is(file.toString()));
    assertThat(damaged.getMessage(), startsWith(file + " is damaged: "));
    assertThat(damaged.getMessage(), containsString(reason));
  }
}
