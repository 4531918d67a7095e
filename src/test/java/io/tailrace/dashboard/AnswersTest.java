package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a statement on the page can do: nothing to the process that shows the page. */
public final class AnswersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Answers answers;

  @Before
  public void makeOutput() throws Exception {
    Path input = folder.newFolder("input").toPath();
    Path output = folder.getRoot().toPath().resolve("output");
    Files.writeString(input.resolve("a.csv"), "s1,0,10\ns1,2,11\ns2,0,12\n");
    TestRun.run(Pipelines.SERVER_LOGS, input, output, "--dashboard=off");
    answers =
        new Answers(
            new Shown(
                new Folder(output.toString()),
                Pipelines.SERVER_LOGS,
                () -> null,
                null,
                Map.of(),
                List.of(),
                ""));
  }

  @After
  public void close() {
    answers.close();
    Awaitility.await().atMost(PATIENCE).until(AnswersTest::processes, is(empty()));
  }

  private static List<ProcessHandle> processes() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
  }

  private JsonNode ask(String sql) throws IOException, InterruptedException {
    return AnswerProcess.parse(answers.ask(new AnswerProcess.Question(sql, false)));
  }

  /** The reason, whether the process tells it or its end. */
  private String refused(String sql) throws IOException, InterruptedException {
    try {
      JsonNode answer = ask(sql);
      assertThat(sql, answer.has("problem"), is(true));
      return answer.path("problem").asText();
    } catch (UsageException e) {
      return e.getMessage();
    }
  }

  @Test
  public void anotherProcessAnswersAndTakesTheNextStatement() throws Exception {
    assertThat("nobody has asked", processes(), is(empty()));
    assertThat(
        ask("SELECT sum(records) AS n FROM volume").path("rows").toString(), is("[[\"3\"]]"));
    List<ProcessHandle> first = processes();
    assertThat(first.size(), is(1));
    assertThat(refused("SELECT * FROM nowhere"), containsString("there is no table nowhere"));
    assertThat(
        AnswerProcess.parse(
                answers.ask(
                    new AnswerProcess.Question("SELECT timestamp FROM sev0 ORDER BY 1", true)))
            .path("csv")
            .asText(),
        is("timestamp\r\n10\r\n12\r\n"));
    assertThat(processes(), is(first));
    // One that has ended meanwhile is replaced.
    first.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await().atMost(PATIENCE).until(AnswersTest::processes, is(empty()));
    assertThat(ask("SELECT 1").path("rows").toString(), is("[[1]]"));
  }

  @Test
  public void whatIsTooLargeIsRefusedInWords() throws Exception {
    for (String sql :
        List.of(
            "SELECT repeat('x', 1000000) FROM range(1000)",
            "SELECT repeat('x', 900000000)",
            "SELECT repeat('x', 100000) FROM range(1000)",
            "SELECT string_agg(repeat('x', 10000), '') FROM range(10000000)")) {
      assertThat(sql, refused(sql), matchesPattern(".*(emory|larger than 8 MB).*"));
      assertThat(ask("SELECT count(*) FROM sev0").path("rows").toString(), is("[[2]]"));
      for (ProcessHandle process : processes()) {
        assertThat(sql, memory(process, "VmSize"), is(not(0L)));
        assertThat(sql, memory(process, "VmPeak") <= 2L << 20, is(true));
      }
    }
  }

  /** In KiB, where the system tells it. */
  private static long memory(ProcessHandle process, String what) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(what + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(1);
  }

  @Test
  public void fourAreAnsweredAtATimeAndNoneForEver() throws Exception {
    String forever =
        "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7";
    ExecutorService threads = Executors.newFixedThreadPool(Answers.MOST_AT_ONCE);
    List<CompletableFuture<String>> all = new ArrayList<>();
    for (int i = 0; i < Answers.MOST_AT_ONCE; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return refused(forever);
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              threads));
    }
    Awaitility.await().atMost(PATIENCE).until(() -> processes().size(), is(Answers.MOST_AT_ONCE));
    assertThat(
        assertThrows(UsageException.class, () -> ask("SELECT 1")).getMessage(),
        containsString("4 statements are being answered"));
    for (CompletableFuture<String> one : all) {
      assertThat(one.get(), is("it takes longer than 10 s"));
    }
    threads.shutdown();
    assertThat(ask("SELECT 1").path("rows").toString(), is("[[1]]"));
  }
}
