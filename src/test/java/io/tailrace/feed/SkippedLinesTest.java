package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.storage.Folder;
import io.tailrace.table.DeadLetter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The first lines of a file are left out, and no others. */
public final class SkippedLinesTest {

  private static final String LINES = "exported today\n\na,b\n1,2\n3,4\n5,6\n";

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private final List<String> taken = new ArrayList<>();

  /** Reads slices of a file as one unit. */
  private Receipt read(Path file, int skippedLines, long... ends) throws IOException {
    taken.clear();
    List<Slice> slices = new ArrayList<>();
    long from = 0;
    for (long to : ends) {
      long modified = Files.getLastModifiedTime(file).toMillis();
      slices.add(new Slice(file.toString(), from, to, Files.size(file), modified));
      from = to;
    }
    Folder output = new Folder(temporary.newFolder().getPath());
    Ledger ledger = Ledger.of(output);
    Unit unit = new Unit(1, slices, 0);
    ledger.writePlan(1, new Plan(List.of(unit), List.of()));
    RecordWork work =
        new RecordWork(
            (input, rows) ->
                (bytes, begin, end) -> {
                  taken.add(new String(bytes, begin, end - begin, StandardCharsets.UTF_8));
                  return Optional.empty();
                },
            List.of(),
            List.of(DeadLetter.LOG),
            skippedLines);
    FileFeed feed =
        new FileFeed(
            new FileListing(List.of(file.toString()), output.path()),
            1_000,
            0,
            1,
            1_000,
            Records.lines,
            false,
            false);
    try (UnitProcessor processor = new UnitProcessor(ledger, output, feed, work)) {
      return processor.process(unit);
    }
  }

  private Path file() throws IOException {
    return Files.writeString(temporary.newFile("lines.csv").toPath(), LINES);
  }

  @Test
  public void ofAWholeFile() throws IOException {
    Path file = file();
    long size = Files.size(file);
    assertThat(read(file, 3, size).counts().records(), is(3L));
    assertThat(taken, contains("1,2", "3,4", "5,6"));
    read(file, 1, size);
    assertThat(taken, contains("a,b", "1,2", "3,4", "5,6"));
    read(file, 0, size);
    assertThat(taken, contains("exported today", "a,b", "1,2", "3,4", "5,6"));
    read(file, 100, size);
    assertThat(taken, is(empty()));
  }

  @Test
  public void ofAFileThatIsReadInSlices() throws IOException {
    Path file = file();
    read(file, 3, LINES.indexOf("1,2"), LINES.indexOf("5,6"), Files.size(file));
    assertThat(taken, contains("1,2", "3,4", "5,6"));
  }

  @Test
  public void ofAPackedFile() throws IOException {
    Path file = temporary.newFile("lines.csv.gz").toPath();
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    read(file, 3, Files.size(file));
    assertThat(taken, contains("1,2", "3,4", "5,6"));
  }
}
