package io.tailrace.query;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions about an output, one after the other: statements, and commands that begin with a
 * backslash. Each is answered from the output as it is then, also if another pipeline writes it by
 * then.
 *
 * <p>Not safe for use by more than one thread, but for {@link #cancel}.
 */
final class QuerySession implements AutoCloseable {

  /** What each command does, behind its name. */
  static final List<String> COMMANDS =
      List.of(
          "\\d [NAME]         the tables, or the columns of one",
          "\\timing [on|off]  how long each answer takes",
          "\\watch [SECONDS]  answer again and again until Ctrl-C; also behind a statement",
          "\\q                leave, as Ctrl-D does",
          "\\?                these commands");

  private static final Logger LOG = LoggerFactory.getLogger(QuerySession.class);
  private static final Pattern COMMAND = Pattern.compile("(?s)\\s*(\\\\\\S*)\\s*(.*?)[\\s;]*");
  private static final Pattern WATCHED = Pattern.compile("(?s)(.*)\\\\watch\\b([^\\\\]*)");
  private static final Map<String, String> WORDS =
      Map.of("quit", "\\q", "exit", "\\q", "help", "\\?");
  private static final String USUAL_INTERVAL = "2";

  /** Opens the output. */
  @FunctionalInterface
  interface Opener {
    QueryEngine open() throws IOException, SQLException;
  }

  /** What an engine is made for: another one is needed for anything else. */
  private record Writer(Optional<Ledger.Identity> identity, Optional<Ledger.Sql> sql) {

    static Writer of(Ledger ledger) throws IOException {
      return new Writer(ledger.identity(), ledger.sql());
    }
  }

  private static final class CancelledException extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  private final Ledger ledger;
  private final Opener opener;
  private final ResultPrinter.Format format;
  private final PrintStream answers;
  private final Semaphore cancellations = new Semaphore(0);
  private Writer writer;
  private volatile QueryEngine engine;
  private boolean tellsTime;
  private String last = "";
  private PrintStream out;
  private ResultPrinter printer;

  /**
   * Opens an output.
   *
   * @param answers where they are printed
   */
  QuerySession(Ledger ledger, Opener opener, ResultPrinter.Format format, PrintStream answers)
      throws IOException, SQLException {
    this.ledger = ledger;
    this.opener = opener;
    this.format = format;
    this.answers = answers;
    print();
    this.writer = Writer.of(ledger);
    this.engine = opener.open();
  }

  /** Prints from here on, without what is left of an answer before. */
  private void print() {
    out = new PrintStream(new UntilCancelled(), false, StandardCharsets.UTF_8);
    printer = new ResultPrinter(out);
  }

  /** Whether a text is one that can be answered, or lacks its end. */
  static boolean isComplete(String text) {
    return isCommand(text) || watched(text).isPresent() || Statements.areComplete(text);
  }

  private static boolean isCommand(String text) {
    return text.strip().startsWith("\\") || WORDS.containsKey(word(text));
  }

  private static String word(String text) {
    return text.strip().replaceFirst("\\s*;$", "").toLowerCase(Locale.ROOT);
  }

  /** The statements that {@code \watch} follows. */
  private static Optional<Matcher> watched(String text) {
    Matcher matcher = WATCHED.matcher(text);
    return matcher.matches() && Statements.areComplete(matcher.group(1) + ";")
        ? Optional.of(matcher)
        : Optional.empty();
  }

  /**
   * Answers what is read, each text as soon as it is complete, up to the end.
   *
   * @throws UsageException at the first that cannot be answered, or if there is none
   */
  void answerAll(BufferedReader in) throws IOException, SQLException {
    StringBuilder text = new StringBuilder();
    boolean goesOn = true;
    boolean isEmpty = true;
    String line;
    while (goesOn && (line = in.readLine()) != null) {
      text.append(line).append('\n');
      isEmpty = isEmpty && line.isBlank();
      if (isComplete(text.toString())) {
        goesOn = answer(text.toString());
        text.setLength(0);
      }
    }
    if (isEmpty) {
      throw new UsageException(
          "query: give SQL statements, a file of them with -f, or pipe them in");
    }
    if (goesOn) {
      answer(text.toString());
    }
  }

  /**
   * Answers a text.
   *
   * @return whether the session goes on
   * @throws UsageException if it cannot be answered, or is cancelled
   */
  boolean answer(String text) throws IOException, SQLException {
    cancellations.drainPermits();
    try {
      Optional<Matcher> watched = isCommand(text) ? Optional.empty() : watched(text);
      if (watched.isPresent()) {
        watch(watched.get().group(1), watched.get().group(2));
      } else if (isCommand(text)) {
        return command(text);
      } else if (!Statements.of(text).isEmpty()) {
        last = text;
        ask(text);
      }
      return true;
    } catch (CancelledException e) {
      print();
      throw new UsageException("cancelled", e);
    }
  }

  private boolean command(String text) throws IOException, SQLException {
    Matcher command = COMMAND.matcher(WORDS.getOrDefault(word(text), text));
    if (!command.matches()) {
      throw new IllegalArgumentException(text);
    }
    String argument = command.group(2);
    switch (command.group(1)) {
      case "\\d" -> describe(argument);
      case "\\timing" -> {
        tellsTime = argument.isEmpty() ? !tellsTime : argument.equalsIgnoreCase("on");
        out.println("Timing is " + (tellsTime ? "on" : "off"));
      }
      case "\\watch" -> watch(last, argument);
      case "\\q" -> {
        return false;
      }
      case "\\?" -> COMMANDS.forEach(out::println);
      default ->
          throw new UsageException(
              String.format("there is no command %s; \\? tells those there are", command.group(1)));
    }
    out.flush();
    return true;
  }

  private void describe(String table) throws IOException, SQLException {
    QueryEngine now = engine();
    if (table.isEmpty()) {
      now.tables(rows -> printer.print(rows, format));
      return;
    }
    String name = table.startsWith("\"") ? table : QueryEngine.quote(table);
    now.query(
        "SELECT column_name AS \"column\", column_type AS type FROM (DESCRIBE " + name + ")",
        rows -> printer.print(rows, format));
  }

  private void ask(String statements) throws IOException, SQLException {
    long began = System.nanoTime();
    QueryEngine now = engine();
    if (cancellations.availablePermits() > 0) {
      throw new CancelledException();
    }
    now.query(statements, rows -> printer.print(rows, format));
    if (tellsTime) {
      out.printf(Locale.ROOT, "Time: %.1f ms%n", (System.nanoTime() - began) / 1e6);
      out.flush();
    }
  }

  private void watch(String statements, String interval) throws IOException, SQLException {
    if (!statements.isBlank()) {
      last = statements;
    }
    if (last.isEmpty()) {
      throw new UsageException("\\watch: there is no statement to answer again");
    }
    Duration pause = interval(interval.isBlank() ? USUAL_INTERVAL : interval.strip());
    do {
      if (format == ResultPrinter.Format.table) {
        out.println(Instant.now().truncatedTo(ChronoUnit.SECONDS));
      }
      ask(last);
    } while (!isCancelledWithin(pause) && !out.checkError());
  }

  private static Duration interval(String text) {
    String seconds = text.replaceFirst("\\s*;$", "");
    if (seconds.matches("[0-9]{0,9}\\.?[0-9]{1,9}")) {
      Duration interval = Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1_000));
      if (!interval.isZero()) {
        return interval;
      }
    }
    throw new UsageException("\\watch: give a number of seconds, as in \\watch 2");
  }

  private boolean isCancelledWithin(Duration pause) {
    try {
      return cancellations.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** The tables with their columns, as one may name them next. */
  Map<String, List<String>> columns() throws IOException, SQLException {
    return engine().columns();
  }

  /** The engine for the pipeline that writes the output now. */
  private QueryEngine engine() throws IOException, SQLException {
    Writer now = Writer.of(ledger);
    if (!now.equals(writer)) {
      QueryEngine next = opener.open();
      engine.close();
      engine = next;
      writer = now;
    }
    return engine;
  }

  /** Ends the answer that is being given, from another thread. */
  void cancel() {
    cancellations.release();
    try {
      engine.cancel();
    } catch (SQLException e) {
      LOG.debug("It has just ended", e);
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    engine.close();
  }

  /** What is printed, up to when the answer is cancelled. */
  private final class UntilCancelled extends OutputStream {

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (cancellations.availablePermits() > 0) {
        throw new CancelledException();
      }
      answers.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      answers.flush();
      if (answers.checkError()) {
        throw new IOException("Nobody reads the answer any more");
      }
    }
  }
}
