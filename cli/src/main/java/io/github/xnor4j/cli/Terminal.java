package io.github.xnor4j.cli;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;

/**
 * Where a command writes to.
 *
 * @param out for results
 * @param err for errors and log lines
 * @param interactive whether a person watches, so that a line may be drawn over
 * @param debug whether stack traces are wanted without {@code --verbose}
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive, boolean debug) {
  /** The process's own streams. */
  static Terminal ofProcess() {
    Console console = System.console();
    boolean interactive = console != null && console.isTerminal();
    return new Terminal(System.out, System.err, interactive, System.getenv("XNOR_DEBUG") != null);
  }

  /** A writer to a stream that flushes after each line, for picocli. */
  static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true);
  }
}
