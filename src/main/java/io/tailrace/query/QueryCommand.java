package io.tailrace.query;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/**
 * {@code query "SELECT …"}: answers SQL over the reports and logs of an output. Without statements
 * it asks for them at a prompt, or takes those that are piped in.
 */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = "Answer SQL over the reports and logs of an output, at a prompt if none is given")
public final class QueryCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "SQL",
      arity = "0..1",
      description = "statements that read; without them, a prompt")
  private String sql;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "a file that has the statements; - for those that are piped in")
  private String file;

  @Option(
      names = "--ddl",
      description =
          "instead of statements: print those that make each log an external table of trino, hive or"
              + " spark")
  private ExternalTable.Engine ddl;

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private String output = "tailrace-output";

  @Option(
      names = "--asOf",
      paramLabel = "VERSION|TIMESTAMP",
      description = "a version of a Delta table, or a time (UTC) whose newest version is meant")
  private String asOf;

  @Option(names = "--format", description = "table, csv or json (default: ${DEFAULT-VALUE})")
  private ResultPrinter.Format format = ResultPrinter.Format.table;

  @Option(
      names = "--ignoreMissing",
      description = "answer without files of logs that are missing or damaged, and warn of each")
  private boolean ignoreMissing;

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  @Override
  public Integer call() throws IOException, SQLException {
    if (Stream.of(sql, file, ddl).filter(Objects::nonNull).count() > 1) {
      throw new UsageException(
          "query: give either SQL statements, or a file of them with -f, or --ddl");
    }
    OutputChoice chosen = chosen();
    if (ddl != null) {
      chosen
          .pipeline()
          .allLogs(chosen.identity().logFormat())
          .forEach(
              log -> System.out.println(new ExternalTable(log, chosen.folder()).statement(ddl)));
      return 0;
    }
    if (sql == null && file == null) {
      answerSession(chosen);
      return 0;
    }
    ResultPrinter printer = new ResultPrinter(System.out);
    try (QueryEngine engine = open(chosen)) {
      engine.query(file == null ? sql : statements(), rows -> printer.print(rows, format));
    }
    return 0;
  }

  private OutputChoice chosen() throws IOException {
    return OutputChoice.of("query", output, storageOptions);
  }

  private QueryEngine open(OutputChoice chosen) throws IOException, SQLException {
    QueryEngine engine = QueryEngine.open(chosen.folder(), chosen.pipeline());
    if (asOf != null) {
      engine.setAsOf(AsOf.parse(asOf));
    }
    if (ignoreMissing) {
      engine.ignoreMissing();
    }
    return engine;
  }

  private void answerSession(OutputChoice chosen) throws IOException, SQLException {
    try (QuerySession session =
        new QuerySession(Ledger.of(chosen.folder()), () -> open(chosen()), format, System.out)) {
      Optional<QueryPrompt> prompt = QueryPrompt.ofTerminal();
      if (prompt.isEmpty()) {
        session.answerAll(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        return;
      }
      try (QueryPrompt at = prompt.get()) {
        at.answer(session, output);
      }
    }
  }

  private String statements() throws IOException {
    if (file.equals("-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      return Files.readString(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new UsageException("-f: there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new UsageException("-f: " + file + " is not a text in UTF-8", e);
    }
  }
}
