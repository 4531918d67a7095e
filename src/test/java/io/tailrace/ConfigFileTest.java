package io.tailrace;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Options come from a file unless the command line has them. */
public final class ConfigFileTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void itsOptionsComeBehindTheCommand() throws IOException {
    Path file = file("# my run", "", "  --input=a b", "--input=c,d", "--header");
    assertThat(
        ConfigFile.expand(List.of("server-logs", "--config=" + file, "--output=o")),
        contains("server-logs", "--header", "--input=a b", "--input=c,d", "--output=o"));
  }

  @Test
  public void theCommandLineCountsAlsoWhereAnOptionIsAList() throws IOException {
    Path file = file("--input=a", "--input=b", "--Output=o");
    assertThat(
        ConfigFile.expand(List.of("run", "x.sql", "--input=c", "--output=p", "--config=" + file)),
        contains("run", "x.sql", "--input=c", "--output=p"));
  }

  @Test
  public void theFileThatIsNamedLaterCounts() throws IOException {
    Path first = file("--input=a", "--refresh=1s");
    Path second = file("--input=b");
    assertThat(
        ConfigFile.expand(List.of("tracker", "--config=" + first, "--config=" + second)),
        contains("tracker", "--input=b", "--refresh=1s"));
  }

  @Test
  public void whatCannotBeUsedIsNamed() throws IOException {
    Path file = file("--input=a", "output=o");
    assertThat(
        refused("--config=" + file),
        is(file + ":2: 'output=o' is not an option; a line has one, as --name=value"));
    Path itself = file("--config=other");
    assertThat(
        refused("--config=" + itself),
        is(itself + ":1: '--config=other' is not an option; a line has one, as --name=value"));
    Path none = folder.getRoot().toPath().resolve("none");
    assertThat(
        refused("--config=" + none),
        is("--config: there is no file " + none + " that can be read"));
    assertThat(refused("--config"), is("--config: name a file of options: --config=FILE"));
    Path binary = folder.newFile().toPath();
    Files.write(binary, new byte[] {'-', '-', (byte) 0xff});
    assertThat(
        refused("--config=" + binary), is("--config: " + binary + " is not written in UTF-8"));
  }

  private static String refused(String config) {
    return assertThrows(
            UsageException.class, () -> ConfigFile.expand(List.of("server-logs", config)))
        .getMessage();
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.newFile().toPath(), List.of(lines));
  }
}
