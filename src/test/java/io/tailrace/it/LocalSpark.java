package io.tailrace.it;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * Spark with its own implementation of Delta Lake, in a process of its own: it shares no library
 * with what it reads the tables of. It ends with this process, however that ends.
 */
final class LocalSpark extends ExternalResource {

  private final TemporaryFolder folder = new TemporaryFolder();
  private Process process;
  private BufferedWriter questions;
  private BufferedReader answers;

  @Override
  protected void before() throws IOException {
    folder.create();
    File log = new File(folder.getRoot(), "log");
    process =
        new ProcessBuilder(
                Path.of("src", "test", "delta", "spark.sh").toAbsolutePath().toString(),
                folder.getRoot().getAbsolutePath())
            .redirectError(log)
            .start();
    questions = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  @Override
  protected void after() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    folder.delete();
  }

  /** The rows of an answer, their values with bars between. */
  List<String> ask(String sql) throws IOException {
    questions.write(sql);
    questions.newLine();
    questions.flush();
    List<String> rows = new ArrayList<>();
    for (String line; (line = answers.readLine()) != null; rows.add(line)) {
      if (line.equals(".")) {
        return rows;
      }
      if (line.startsWith("!")) {
        throw new AssertionError(sql + ": " + line + "\n" + log());
      }
    }
    throw new AssertionError("Spark has ended: " + log());
  }

  private String log() throws IOException {
    return Files.readString(folder.getRoot().toPath().resolve("log"));
  }
}
