package io.github.xnor4j.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Brings log lines of all libraries into one form: {@code xnor: warning: what happened}. */
final class Logs {
  // loggers are held weakly by their manager: this one would lose its level
  private static final Logger OWN = Logger.getLogger("io.github.xnor4j");

  private Logs() {}

  /**
   * Sends log lines to a stream, those of this project from INFO on, of others from WARNING on.
   *
   * @param verbose whether this project's finer lines are wanted too
   */
  static void sendTo(PrintStream err, boolean verbose) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new LineHandler(err));
    root.setLevel(Level.WARNING);
    OWN.setLevel(verbose ? Level.FINE : Level.INFO);
  }

  private static final class LineHandler extends Handler {
    private final PrintStream err;
    private final Formatter message =
        new Formatter() {
          @Override
          public String format(LogRecord line) {
            return formatMessage(line);
          }
        };

    LineHandler(PrintStream err) {
      this.err = err;
    }

    @Override
    public void publish(LogRecord line) {
      String level = line.getLevel().getName().toLowerCase(Locale.ROOT);
      err.println("xnor: " + level + ": " + message.format(line));
    }

    @Override
    public void flush() {
      err.flush();
    }

    @Override
    public void close() {
      flush();
    }
  }
}
