package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayWithSize;
import static org.hamcrest.Matchers.is;

import io.tailrace.sql.BuiltPrograms.Built;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A program that was kept is what binding its text gives, or it is not found. */
public final class KeptProgramsTest {

  private static final String TEXT =
      """
      CREATE EXTERNAL TABLE t (name VARCHAR, amount DECIMAL(30, 2)) TYPE json;
      CREATE MATERIALIZED VIEW r AS SELECT name, SUM(amount) AS amount FROM t GROUP BY 1;
      """;

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private final Built built = BuiltPrograms.build("FILE.sql", TEXT);
  private Path folder;
  private KeptPrograms kept;

  @Before
  public void makeCache() {
    folder = temporary.getRoot().toPath().resolve("programs");
    kept = new KeptPrograms(folder, "jar 1");
  }

  private Path onlyFile() {
    File[] files = folder.toFile().listFiles();
    assertThat(files, is(arrayWithSize(1)));
    return files[0].toPath();
  }

  private Optional<SqlProgram> find(KeptPrograms in, Optional<String> inferred) {
    return in.find(TEXT, inferred).map(Built::program);
  }

  @Test
  public void theNextRunFindsIt() {
    assertThat(find(kept, Optional.empty()), is(Optional.empty()));
    kept.keep(Optional.empty(), built);
    kept.keep(Optional.empty(), built);
    Built found = new KeptPrograms(folder, "jar 1").find(TEXT, Optional.empty()).orElseThrow();
    assertThat(found.program(), is(built.program()));
    assertThat(found.plan(), is(built.plan()));
    assertThat(found.code().bytes(), is(built.code().bytes()));
    onlyFile();
  }

  @Test
  public void anotherJarTextOrInferredDeclarationHasItsOwn() {
    kept.keep(Optional.of("CREATE EXTERNAL TABLE t (name VARCHAR) TYPE json;"), built);
    assertThat(find(kept, Optional.empty()), is(Optional.empty()));
    assertThat(kept.find(TEXT + " ", Optional.empty()).isPresent(), is(false));
    kept.keep(Optional.empty(), built);
    assertThat(find(kept, Optional.empty()), is(Optional.of(built.program())));
    assertThat(find(new KeptPrograms(folder, "jar 2"), Optional.empty()), is(Optional.empty()));
  }

  @Test
  public void aDamagedFileCountsAsMissing() throws IOException {
    kept.keep(Optional.empty(), built);
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, 64, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat("" + length, find(kept, Optional.empty()), is(Optional.empty()));
    }
    for (int at = 0; at < whole.length; at += 101) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      Files.write(file, flipped);
      assertThat("" + at, find(kept, Optional.empty()), is(Optional.empty()));
    }
    kept.keep(Optional.empty(), built);
    assertThat(find(kept, Optional.empty()), is(Optional.of(built.program())));
  }

  @Test
  public void aFolderThatCannotBeUsedIsAnEmptyOne() throws IOException {
    Files.writeString(folder, "a file");
    kept.keep(Optional.empty(), built);
    assertThat(find(kept, Optional.empty()), is(Optional.empty()));
  }

  @Test
  public void thoseThatWereNotUsedForLongAreForgotten() throws IOException {
    kept.keep(Optional.empty(), built);
    Path first = onlyFile();
    for (int i = 0; i < KeptPrograms.MOST; i++) {
      Files.writeString(folder.resolve("other-" + i), "");
      Files.setLastModifiedTime(folder.resolve("other-" + i), FileTime.fromMillis(1_000L * i));
    }
    Files.setLastModifiedTime(first, FileTime.fromMillis(0));
    assertThat(find(kept, Optional.empty()), is(Optional.of(built.program())));
    kept.keep(Optional.of("another"), built);
    assertThat(folder.toFile().list(), is(arrayWithSize(KeptPrograms.MOST)));
    assertThat(find(kept, Optional.empty()), is(Optional.of(built.program())));
    assertThat(Files.exists(folder.resolve("other-1")), is(false));
    assertThat(Files.exists(folder.resolve("other-2")), is(true));
  }
}
