package io.github.xnor4j.cli;

import java.io.PrintStream;

/**
 * One line of a terminal that is drawn over by its next state. It has neither a thread nor escape
 * sequences: a carriage return and blanks do.
 */
final class StatusLine {
  private final PrintStream out;
  private int shown;

  StatusLine(PrintStream out) {
    this.out = out;
  }

  /** Shows another text in its place. */
  void show(String line) {
    out.print('\r' + line + " ".repeat(Math.max(0, shown - line.length())));
    out.flush();
    shown = line.length();
  }

  /** Removes the line, so that another can be printed in its place. */
  void clear() {
    if (shown > 0) {
      show("");
      out.print('\r');
      out.flush();
    }
  }
}
