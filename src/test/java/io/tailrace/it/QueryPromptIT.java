package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.hamcrest.Matcher;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** {@code query} without statements: one start, many questions. */
public final class QueryPromptIT {

  private static final String COUNT = "SELECT sum(records) AS n FROM volume;\n";

  @Rule public final Tailrace tailrace = new Tailrace();

  @Before
  public void onDirectAlone() {
    Tailrace.requireDirectRunner();
  }

  private List<String> java(String... options) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + tailrace.root(),
        "-Duser.home=" + tailrace.home(),
        "-jar",
        TailraceProcess.jar().toString(),
        "query",
        "--output=" + tailrace.output(),
        String.join(" ", options));
  }

  @Test
  public void whatIsPipedInIsAnsweredAtOnceFromWhatThereIsThen() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\n");
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> tailrace.query("SELECT records FROM volume").contains("1"));
    TailraceProcess query = tailrace.startTyping(java("--format=csv"));
    query.type(COUNT);
    Tailrace.await(query).until(query::out, is("n\r\n1\r\n"));
    tailrace.deliver("b.csv", "s1,2,1\ns2,0,2\n");
    Tailrace.await(run).until(() -> tailrace.query("SELECT records FROM volume").contains("2"));
    query.type(COUNT + "SELECT count(*) AS severe\nFROM sev0;\nSELECT 'the end'");
    query.endInput();
    query.requireExit(0, Tailrace.PATIENCE);
    assertThat(query.out(), is("n\r\n1\r\nn\r\n3\r\nsevere\r\n1\r\n'the end'\r\nthe end\r\n"));
  }

  @Test
  public void aMistakeEndsWhatIsPipedIn() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\n");
    tailrace.runToEnd(tailrace.output());
    TailraceProcess query = tailrace.startTyping(java("--format=csv"));
    query.type(COUNT + "DROP TABLE volume;\n" + COUNT);
    query.endInput();
    query.requireExit(2, Tailrace.PATIENCE);
    assertThat(query.out(), is("n\r\n1\r\n"));
    assertThat(query.err(), is("tailrace: query only reads, and DROP would change something\n"));
  }

  @Test
  public void atATerminalLinesAreEditedCompletedAndKept() throws Exception {
    assumeTrue(
        "util-linux has the pseudo terminal", Files.isExecutable(Path.of("/usr/bin/script")));
    tailrace.deliver("a.csv", "s1,2,1\ns2,0,2\n");
    tailrace.runToEnd(tailrace.output());
    String command = "TERM=xterm exec '" + String.join("' '", java("--format=table")) + "'";
    // A process that was begun in the background, as tests may be, ignores Ctrl-C, and so do those
    // that it begins.
    TailraceProcess prompt =
        tailrace.startTyping(
            List.of(
                "/usr/bin/env",
                "--default-signal=INT",
                "/usr/bin/script",
                "-qec",
                command,
                "/dev/null"));
    answers(prompt, "", endsWith("tailrace> "));
    answers(prompt, "SELECT serverID AS s,\r", endsWith("-> "));
    answers(prompt, "';' AS t FROM vol\t;\r", containsString("| s2 | ; |\r\n"));
    answers(prompt, "\\d\r", containsString("| volume       | report |\r\n"));
    answers(prompt, "\\d sev0\r", containsString("| timestamp | BIGINT  |\r\n"));
    answers(prompt, "SELECT nmae FROM volume;\r", containsString("               ^"));
    answers(prompt, "DROP TABLE volume;\r", containsString("DROP would change something"));
    prompt.type(
        "SELECT 'it' || ' begins' AS b; SELECT sum(a.range * b.range) FROM range(10000000) a,"
            + " range(10000000) b;\r");
    Tailrace.await(prompt).until(prompt::out, containsString("| it begins |\r\n"));
    answers(prompt, "\003", containsString("cancelled"));
    prompt.type("SELECT 'again' || ' and again' AS a \\watch 0.1\r");
    Tailrace.await(prompt)
        .until(prompt::out, matchesPattern("(?s).*(\\| again and again \\|.*){3}"));
    answers(prompt, "\003", endsWith("tailrace> "));
    prompt.type("SELECT 'given up");
    Tailrace.await(prompt).until(prompt::out, endsWith("given up"));
    answers(prompt, "\003", endsWith("tailrace> "));
    answers(prompt, "\\d sev0\r", containsString("| timestamp | BIGINT  |\r\n"));
    String up = "\033OA";
    answers(prompt, up + "\r", containsString("| timestamp | BIGINT  |\r\n"));
    prompt.type("\004");
    prompt.requireExit(0, Tailrace.TIME_TO_STOP);
    Path history = tailrace.home().resolve(".tailrace/query_history");
    assertThat(
        Files.readString(history),
        allOf(
            containsString("SELECT serverID AS s,\\n';' AS t FROM volume ;\n"),
            not(containsString("given up"))));
    assertThat(
        PosixFilePermissions.toString(Files.getPosixFilePermissions(history)), is("rw-------"));
  }

  /** Types something, and waits for what is printed then, and for the next prompt. */
  private static void answers(TailraceProcess prompt, String text, Matcher<String> expected)
      throws IOException {
    int before = prompt.out().length();
    prompt.type(text);
    Tailrace.await(prompt)
        .until(() -> prompt.out().substring(before), allOf(expected, endsWith("> ")));
  }
}
