package io.github.xnor4j.backend;

/**
 * What a session is opened with.
 *
 * @param threads number of threads that compute; results do not depend on it
 * @param profile whether executables time their parts, where the backend can; {@link
 *     Executable#plan} then tells the times
 */
public record SessionOptions(int threads, boolean profile) {
  /** The most threads that can be asked for. */
  public static final int MAX_THREADS = 1024;

  /** Checks the range. */
  public SessionOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", expected 1 to " + MAX_THREADS);
    }
  }

  /** Without times. */
  public SessionOptions(int threads) {
    this(threads, false);
  }

  /** As many threads as the machine has processors. */
  public static SessionOptions defaults() {
    return new SessionOptions(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }
}
