package io.tailrace.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.options.UsageException;
import io.tailrace.query.OutputChoice;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that answers statements of people who look at a page, so that what they ask can end
 * it and not the run.
 *
 * <p>It reads lines of JSON and prints one for each: first an {@link Output}, then {@link
 * Question}s. It ends when its input ends, whatever it does then, and so with the process that
 * started it.
 */
final class AnswerProcess {

  /**
   * What is asked of.
   *
   * @param output the folder of an output
   * @param storageOptions how it is reached
   */
  record Output(String output, List<String> storageOptions) {}

  /**
   * A statement.
   *
   * @param csv whether the answer is CSV
   */
  record Question(String sql, boolean csv) {}

  static final int MOST_ROWS = 1_000;
  static final Duration MOST_TIME = Duration.ofSeconds(10);

  /** So many characters a browser can take. */
  static final int LARGEST_ANSWER = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(AnswerProcess.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private AnswerProcess() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    // What libraries print is no answer.
    System.setOut(System.err);
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread input = new Thread(() -> read(lines), "input");
    input.setDaemon(true);
    input.start();
    Output output = JSON.readValue(lines.take(), Output.class);
    try (QueryEngine engine = open(output)) {
      removeLoaded();
      print(answers, Map.of());
      while (true) {
        print(answers, answer(engine, JSON.readValue(lines.take(), Question.class)));
      }
    } catch (UsageException e) {
      print(answers, problem(e));
    }
  }

  private static void read(BlockingQueue<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      // The same as its end.
    }
    // What is being answered would keep the process from an orderly end.
    removeTree(temporary());
    Runtime.getRuntime().halt(0);
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Removes a folder, as far as that is possible. */
  static void removeTree(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be removed", folder, e);
    }
  }

  private static QueryEngine open(Output output) throws IOException, SQLException {
    OutputChoice chosen = OutputChoice.of("page", output.output(), output.storageOptions());
    return QueryEngine.openConfined(chosen.folder(), chosen.pipeline());
  }

  /**
   * Libraries that are loaded need their files no more, and a process that is killed leaves them.
   */
  private static void removeLoaded() throws IOException {
    try (Stream<Path> files = Files.list(temporary())) {
      for (Path library : files.filter(Files::isRegularFile).toList()) {
        Files.delete(library);
      }
    }
  }

  private static void print(PrintStream answers, Map<String, Object> answer) throws IOException {
    answers.println(JSON.writeValueAsString(answer));
    answers.flush();
  }

  private static Map<String, Object> answer(QueryEngine engine, Question question)
      throws IOException, SQLException {
    try {
      return question.csv() ? csv(engine, question.sql()) : table(engine, question.sql());
    } catch (UsageException e) {
      return problem(e);
    }
  }

  private static Map<String, Object> problem(UsageException e) {
    return Map.of("problem", e.getMessage());
  }

  private static Map<String, Object> table(QueryEngine engine, String sql)
      throws IOException, SQLException {
    long began = System.nanoTime();
    List<Table> taken = new ArrayList<>();
    engine.queryUntrusted(
        sql, MOST_ROWS + 1, MOST_TIME, rows -> taken.add(Table.of(rows, LARGEST_ANSWER)));
    Table answer = taken.get(0);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("columns", answer.columns());
    json.put("rows", answer.rows().stream().limit(MOST_ROWS).toList());
    json.put("more", answer.rows().size() > MOST_ROWS);
    json.put("seconds", (System.nanoTime() - began) / 1e9);
    return json;
  }

  private static Map<String, Object> csv(QueryEngine engine, String sql)
      throws IOException, SQLException {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] written, int from, int length) {
            Table.requireSmall(count + length, LARGEST_ANSWER);
            super.write(written, from, length);
          }
        };
    ResultPrinter printer = new ResultPrinter(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    engine.queryUntrusted(
        sql, MOST_ROWS, MOST_TIME, rows -> printer.print(rows, ResultPrinter.Format.csv));
    return Map.of("csv", bytes.toString(StandardCharsets.UTF_8));
  }

  /** Reads an answer of the process. */
  static JsonNode parse(String line) throws IOException {
    return JSON.readTree(line);
  }

  /** Writes a line for the process. */
  static String line(Object asked) throws IOException {
    return JSON.writeValueAsString(asked) + "\n";
  }
}
