package io.tailrace.demo;

import io.tailrace.pipelines.LogPipeline;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import io.tailrace.run.PipelineRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/** What is asked about a run that is shown. */
final class Questions implements AutoCloseable {

  private final QueryEngine engine;
  private final List<String> queries;

  private Questions(QueryEngine engine, List<String> queries) {
    this.engine = engine;
    this.queries = queries;
  }

  static Questions open(PipelineRun run, LogPipeline pipeline, List<String> queries)
      throws IOException, SQLException {
    return new Questions(QueryEngine.open(run.output(), pipeline), queries);
  }

  /** Prints each question and its answer as of now. */
  void print() throws IOException, SQLException {
    ResultPrinter printer = new ResultPrinter(System.out);
    for (String sql : queries) {
      System.out.println(sql);
      engine.query(sql, rows -> printer.print(rows, ResultPrinter.Format.table));
      System.out.println();
    }
  }

  /** The answer to any question as of now, as CSV without the names of the columns. */
  List<String> answer(String sql) throws IOException, SQLException {
    ByteArrayOutputStream csv = new ByteArrayOutputStream();
    ResultPrinter printer = new ResultPrinter(new PrintStream(csv, false, StandardCharsets.UTF_8));
    engine.query(sql, rows -> printer.print(rows, ResultPrinter.Format.csv));
    return csv.toString(StandardCharsets.UTF_8).lines().skip(1).toList();
  }

  /** Prints how to ask from another terminal, in the form in which this command was given. */
  void printCommand(String output, List<String> storageOptions) {
    String started = System.getProperty("sun.java.command", "");
    String arguments =
        String.format(
                "query '%s' --output=%s %s",
                queries.get(0), output, String.join(" ", storageOptions))
            .strip();
    System.out.println("Ask it anything, now or after it has stopped:");
    System.out.printf(
        "  %s%n%n",
        started.contains(".jar")
            ? String.format("java -jar %s %s", started.split(" ", 2)[0], arguments)
            : String.format(
                "mvn -q compile exec:java -Dexec.args=\"%s\"", arguments.replace("\"", "\\\"")));
  }

  @Override
  public void close() throws IOException, SQLException {
    engine.close();
  }
}
