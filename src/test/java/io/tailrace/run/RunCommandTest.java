package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import java.util.List;
import org.junit.Test;

/** What is said of options that cannot be used. */
public final class RunCommandTest {

  private static String refused(String... options) {
    return assertThrows(
            UsageException.class, () -> RunCommand.options(Pipelines.SERVER_LOGS, List.of(options)))
        .getMessage();
  }

  @Test
  public void aWordThatIsNoneSaysWhichAre() {
    assertThat(
        refused("--input=in", "--trigger=once"),
        is("server-logs: --trigger: 'once' cannot be used; it is availableNow or continuous"));
    assertThat(
        refused("--input=in", "--logFormat=orc"),
        is("server-logs: --logFormat: 'orc' cannot be used; it is csv, delta or parquet"));
  }

  @Test
  public void aValueWithoutEqualsIsToldHowItIsGiven() {
    assertThat(
        refused("--input", "in"),
        is("'in' is not an option; a value of --input is given as --input=in"));
    assertThat(
        refused("--input=in", "more"),
        is("'more' is not an option; options read --name=value, --help lists them"));
  }

  @Test
  public void helpHasTheDefaultsThatAreInForceAndNothingOfBeam() {
    String tracker = RunCommand.help(Pipelines.TRACKER, List.of("--help"));
    assertThat(
        tracker, matchesPattern("(?s).*--logFormat=parquet\\|csv\\|delta[^-]*Default: delta.*"));
    assertThat(tracker, matchesPattern("(?s).*--records=lines\\|json[^-]*Default: json.*"));
    String serverLogs = RunCommand.help(Pipelines.SERVER_LOGS, List.of("-h"));
    assertThat(serverLogs, matchesPattern("(?s).*--logFormat=[^-]*Default: parquet.*"));
    for (String help : List.of(tracker, serverLogs)) {
      assertThat(help, containsString("--s3Endpoint"));
      assertThat(help, not(containsString("tailrace.options")));
      assertThat(help, not(containsString("apache")));
      assertThat(help, not(containsString("--userAgent")));
    }
    String all = RunCommand.help(Pipelines.SERVER_LOGS, List.of("--help=all"));
    assertThat(all, containsString("--userAgent"));
    assertThat(all, containsString("--s3Endpoint"));
  }

  @Test
  public void helpTellsHowTheRunnerWatches() {
    String watch = Presets.runner().equals("flink") ? "stream" : "rounds";
    assertThat(
        RunCommand.help(Pipelines.SERVER_LOGS, List.of("--help")),
        matchesPattern("(?s).*--watch=stream\\|rounds.*?Default: " + watch + ".*"));
  }

  @Test
  public void filesOfSqlHaveHelpBeforeTheyAreWritten() {
    assertThat(
        RunCommand.help(SqlFile.any(), List.of("--help")),
        allOf(
            containsString("tailrace run FILE.sql"),
            containsString("--allowedLateness"),
            containsString("--trigger=continuous|availableNow")));
  }
}
