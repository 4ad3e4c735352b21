package io.github.xnor4j.backend;

/**
 * What a session is opened with.
 *
 * @param threads number of threads that compute; results do not depend on it
 */
public record SessionOptions(int threads) {
  /** The most threads that can be asked for. */
  public static final int MAX_THREADS = 1024;

  /** Checks the range. */
  public SessionOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", expected 1 to " + MAX_THREADS);
    }
  }

  /** As many threads as the machine has processors. */
  public static SessionOptions defaults() {
    return new SessionOptions(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }
}
