package io.tailrace.textio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.Test;

/** README shows the pipeline as it is in the source. */
public final class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Path SOURCE = Path.of("src/main/java/io/tailrace/textio");

  @Test
  public void theJavaInReadmeIsThatOfTheSource() throws IOException {
    List<String> shown =
        JAVA.matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(r -> r.group(1))
            .toList();
    assertThat(shown, hasSize(2));
    assertThat(source("ReadLines.java"), containsString(unindented(shown.get(0))));
    assertThat(source("TextServerLogs.java"), containsString(unindented(shown.get(1))));
    assertThat(
        "what is shown is all that the transform does",
        source("TextServerLogs.java"),
        containsString("expand(PCollection<String> lines) {\n" + unindented(shown.get(1))));
  }

  private static String source(String name) throws IOException {
    return unindented(Files.readString(SOURCE.resolve(name)));
  }

  private static String unindented(String text) {
    return text.replaceAll("(?m)^ +", "");
  }
}
