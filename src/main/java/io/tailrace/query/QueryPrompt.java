package io.tailrace.query;

import io.tailrace.options.UsageException;
import io.tailrace.storage.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prompt of a {@link QuerySession} at a terminal: statements of several lines that can be
 * edited, a history that is kept, and completion of names of tables and columns. Ctrl-C ends an
 * answer or gives up a line, Ctrl-D leaves.
 */
final class QueryPrompt implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QueryPrompt.class);
  private static final String PROMPT = "tailrace> ";

  /** The size of a screen whose size nobody knows. */
  private static final Size USUAL = new Size(80, 24);

  /** In front of further lines; as wide as the first. */
  private static final String PROMPT_BELOW = "%P -> ";

  /** What of a line is the beginning of the name, or of the command, that is to be completed. */
  private static final Pattern BEGINNING =
      Pattern.compile(
          "(?:(?<!\\S)\\\\\\S*|\"[^\"]*|[\\p{Alnum}_]*)$", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_]\\w*");

  private final Terminal terminal;

  private QueryPrompt(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The prompt at the terminal of this process, if standard input and output are one. */
  static Optional<QueryPrompt> ofTerminal() {
    if (System.console() == null) {
      return Optional.empty();
    }
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .dumb(false)
              .encoding(StandardCharsets.UTF_8)
              .build();
      if (terminal.getWidth() == 0) {
        terminal.setSize(USUAL);
      }
      return Optional.of(new QueryPrompt(terminal));
    } catch (IOException e) {
      LOG.debug("There is no terminal that can be edited on", e);
      return Optional.empty();
    }
  }

  /** A part of a text that is to be completed: the word at its end. */
  private record Line(String line, int cursor, String word) implements CompletingParsedLine {

    static Line of(String line, int cursor) {
      Matcher beginning = BEGINNING.matcher(line.substring(0, cursor));
      return new Line(line, cursor, beginning.find() ? beginning.group() : "");
    }

    @Override
    public int wordCursor() {
      return word.length();
    }

    @Override
    public int rawWordCursor() {
      return word.length();
    }

    @Override
    public int rawWordLength() {
      return word.length();
    }

    /** Names have their quotes already. */
    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public List<String> words() {
      return List.of(word);
    }
  }

  private static ParsedLine parse(String text, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && !QuerySession.isComplete(text)) {
      throw new EOFError(-1, -1, "the statement has no semicolon yet");
    }
    return Line.of(text, cursor);
  }

  private static void complete(
      QuerySession session, String line, String word, List<Candidate> candidates) {
    if (word.startsWith("\\")) {
      QuerySession.COMMANDS.forEach(
          command -> candidates.add(new Candidate(command.split(" ", 2)[0])));
      return;
    }
    try {
      names(session.columns(), line).stream()
          .map(name -> PLAIN.matcher(name).matches() ? name : QueryEngine.quote(name))
          .distinct()
          .forEach(name -> candidates.add(new Candidate(name)));
    } catch (IOException | SQLException | UsageException e) {
      // Whoever asks is told.
      LOG.debug("No names", e);
    }
  }

  /** All tables, and the columns of those that a text has, or of all if it has none. */
  static List<String> names(Map<String, List<String>> columns, String text) {
    List<String> names = new ArrayList<>(columns.keySet());
    if (text.strip().startsWith("\\")) {
      return names;
    }
    List<String> tables = names.stream().filter(table -> QueryEngine.names(text, table)).toList();
    List.copyOf(tables.isEmpty() ? names : tables)
        .forEach(table -> names.addAll(columns.get(table)));
    return names;
  }

  /**
   * Answers until it is left.
   *
   * @param output the output's folder, as it was given
   */
  void answer(QuerySession session, String output) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(QueryPrompt::parse)
            .completer(
                (reader, line, candidates) ->
                    complete(session, line.line(), line.word(), candidates))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, PROMPT_BELOW)
            .variable(LineReader.BLINK_MATCHING_PAREN, 0)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .option(LineReader.Option.CASE_INSENSITIVE, true);
    history().ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    LineReader reader = builder.build();
    terminal.handle(
        Terminal.Signal.INT,
        signal -> {
          // Behind the terminal's own ^C.
          System.out.println();
          session.cancel();
        });
    System.out.printf(
        "SQL over %s. Statements end with a semicolon; \\? tells the commands, \\q leaves.%n",
        output);
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = take(session, reader.readLine(PROMPT));
      } catch (UserInterruptException e) {
        LOG.debug("A line is given up", e);
      } catch (EndOfFileException e) {
        goesOn = false;
      }
    }
  }

  /** Tells whether the session goes on. */
  private static boolean take(QuerySession session, String text) {
    try {
      return session.answer(text);
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      if (!e.details().isEmpty()) {
        System.err.println(e.details());
      }
    } catch (IOException | SQLException e) {
      System.err.println(e.getMessage());
    }
    return true;
  }

  /** The file of what was asked before, which is its user's alone, if there can be one. */
  private static Optional<Path> history() {
    Path file = Path.of(System.getProperty("user.home"), ".tailrace", "query_history");
    try {
      Files.createDirectories(file.getParent());
      Files.createFile(file, PrivateFile.attributes());
    } catch (FileAlreadyExistsException e) {
      return Optional.of(file);
    } catch (IOException e) {
      LOG.warn("What is asked is not kept: {}", e.toString());
      return Optional.empty();
    }
    return Optional.of(file);
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
