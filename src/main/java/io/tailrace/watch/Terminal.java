package io.tailrace.watch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.Signals;

/**
 * The terminal that standard output is. What is drawn is below what was there before, and is drawn
 * over in place; what goes to standard error meanwhile is printed above it. The last drawing stays.
 *
 * <p>It uses the main screen and not the alternate one of editors, so that a process that is killed
 * leaves nothing behind.
 */
final class Terminal implements AutoCloseable {

  /** The size of a screen whose size nobody knows. */
  private static final Size USUAL = new Size(80, 24);

  private static final Pattern SIZE = Pattern.compile("([0-9]+) ([0-9]+)");
  private static final String ERASE_TO_END_OF_LINE = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";
  private static final String CLEAR = "\u001b[H\u001b[2J";
  private static final String UP = "\r\u001b[%dA";

  /** The columns and lines of a screen. */
  record Size(int columns, int lines) {}

  private final PrintStream out;
  private final PrintStream errors;
  private final Object winch;
  private volatile Size size;
  private volatile boolean resized;
  private List<String> drawn = List.of();

  private Terminal(PrintStream out, PrintStream errors, Size size, boolean takesErrors) {
    this.out = out;
    this.errors = errors;
    this.size = size;
    this.winch = Signals.register("WINCH", () -> resized = true);
    if (takesErrors) {
      System.setErr(new PrintStream(new Above(), true, StandardCharsets.UTF_8));
    }
  }

  /** The terminal of this process, if standard output is one that can be drawn on. */
  static Optional<Terminal> ofStandardOutput() {
    String kind = System.getenv("TERM");
    if (kind == null || kind.isEmpty() || kind.equals("dumb")) {
      return Optional.empty();
    }
    return askedSize().map(size -> new Terminal(System.out, System.err, size, isTerminal("2")));
  }

  /** The size of the screen, or nothing if standard output is no terminal. */
  private static Optional<Size> askedSize() {
    try {
      Process stty =
          new ProcessBuilder("sh", "-c", "test -t 1 && { stty size <&1 >&2 || :; }")
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .start();
      stty.getOutputStream().close();
      String answer = new String(stty.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      if (stty.waitFor() != 0) {
        return Optional.empty();
      }
      Matcher matcher = SIZE.matcher(answer);
      return Optional.of(
          matcher.find()
              ? new Size(
                  orElse(Integer.parseInt(matcher.group(2)), "COLUMNS", USUAL.columns()),
                  orElse(Integer.parseInt(matcher.group(1)), "LINES", USUAL.lines()))
              : USUAL);
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** A number, or, where a terminal does not know it, what the environment says. */
  private static int orElse(int known, String variable, int usual) {
    String given = System.getenv(variable);
    if (known > 0) {
      return known;
    }
    return given != null && given.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(given) : usual;
  }

  private static boolean isTerminal(String descriptor) {
    try {
      Process test =
          new ProcessBuilder("sh", "-c", "test -t " + descriptor)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return test.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Its size now. */
  Size size() {
    return size;
  }

  /** Looks whether its size is another, and makes room for what is drawn next if so. */
  synchronized void adapt() {
    if (resized) {
      resized = false;
      askedSize().ifPresent(now -> size = now);
      // The terminal has broken the lines anew, so that nobody knows where they are.
      out.print(CLEAR);
      drawn = List.of();
    }
  }

  /** Draws lines, which fit, in the place of those that were drawn last. */
  synchronized void draw(List<String> lines) {
    if (!lines.equals(drawn)) {
      print("", lines);
    }
  }

  private void print(String above, List<String> lines) {
    StringBuilder text = new StringBuilder();
    if (!drawn.isEmpty()) {
      text.append(String.format(UP, drawn.size()));
    }
    above.lines().forEach(line -> text.append(line).append(ERASE_TO_END_OF_LINE).append('\n'));
    lines.forEach(line -> text.append(line).append(ERASE_TO_END_OF_LINE).append('\n'));
    out.print(text.append(ERASE_BELOW));
    out.flush();
    drawn = lines;
  }

  /** Whether nothing can be drawn on it any more. */
  boolean isGone() {
    return out.checkError();
  }

  @Override
  public void close() {
    System.setErr(errors);
    if (winch != null) {
      Signals.unregister("WINCH", winch);
    }
  }

  /** Prints whole lines above what is drawn. */
  private final class Above extends OutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] written, int offset, int length) {
      synchronized (Terminal.this) {
        bytes.write(written, offset, length);
        String text = bytes.toString(StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        if (end > 0) {
          bytes.reset();
          bytes.writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
          print(text.substring(0, end), drawn);
        }
      }
    }
  }
}
