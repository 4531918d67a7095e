package io.tailrace.watch;

/** Draws a result in place on a terminal. */
final class LiveDisplay implements Display {

  private final Terminal terminal;

  LiveDisplay(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int room() {
    terminal.adapt();
    return Screen.room(terminal.size());
  }

  @Override
  public void show(View view) {
    terminal.adapt();
    terminal.draw(Screen.lines(view, terminal.size()));
  }

  @Override
  public void end(View view) {
    show(view);
  }

  @Override
  public boolean isGone() {
    return terminal.isGone();
  }

  @Override
  public void close() {
    terminal.close();
  }
}
