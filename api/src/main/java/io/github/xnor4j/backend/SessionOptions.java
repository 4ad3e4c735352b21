package io.github.xnor4j.backend;

/**
 * What a session is opened with.
 *
 * @param threads number of threads that compute; results do not depend on it
 * @param profile whether executables time their parts, where the backend can; {@link
 *     Executable#plan} then tells the times
 * @param grouped whether ops may be computed together; without, every op is computed alone, which
 *     is slower and gives the same integers and bits
 */
public record SessionOptions(int threads, boolean profile, boolean grouped) {
  /** The most threads that can be asked for. */
  public static final int MAX_THREADS = 1024;

  /** Checks the range. */
  public SessionOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", expected 1 to " + MAX_THREADS);
    }
  }

  /** Without times, ops in groups. */
  public SessionOptions(int threads) {
    this(threads, false, true);
  }

  /** These options with or without times. */
  public SessionOptions profile(boolean wanted) {
    return new SessionOptions(threads, wanted, grouped);
  }

  /** These options with ops computed in groups or alone. */
  public SessionOptions grouped(boolean wanted) {
    return new SessionOptions(threads, profile, wanted);
  }

  /** As many threads as the machine has processors. */
  public static SessionOptions defaults() {
    return new SessionOptions(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }
}
