package io.github.xnor4j.cli;

import io.github.xnor4j.data.DataFiles;

/** Tells a person at a terminal how far reading data is, if it takes a while. */
final class ReadingBar implements DataFiles.Progress, AutoCloseable {
  private static final double SECONDS_BETWEEN = 0.2;

  private final StatusLine line;
  private long start; // of what is read now
  private long before;
  private double drawnAt;

  private ReadingBar(StatusLine line) {
    this.line = line;
  }

  /**
   * A bar on the stream of errors, so that results stay alone.
   *
   * @param quiet whether nothing is wanted
   */
  static ReadingBar on(Terminal terminal, boolean quiet) {
    boolean shown = terminal.interactive() && !quiet;
    return new ReadingBar(shown ? new StatusLine(terminal.err()) : null);
  }

  @Override
  public void read(long done, long all) {
    if (start == 0) {
      start = System.nanoTime();
      before = done;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (line != null && seconds - drawnAt >= SECONDS_BETWEEN) {
      drawnAt = seconds;
      double left = seconds * (all - done) / Math.max(1, done - before);
      line.show(
          Text.format(
              "reading data: %d %%, %s left", 100 * done / Math.max(1, all), Text.duration(left)));
    }
  }

  @Override
  public void close() {
    start = 0;
    drawnAt = 0;
    if (line != null) {
      line.clear();
    }
  }
}
