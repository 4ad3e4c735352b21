package io.github.xnor4j.backend;

/**
 * What a session is opened with.
 *
 * @param threads number of threads that compute; results do not depend on it
 * @param profile whether executables time their parts, where the backend can; {@link
 *     Executable#plan} then tells the times
 * @param grouped whether ops may be computed together; without, every op is computed alone, which
 *     is slower and gives the same integers and bits
 * @param device which of the backend's devices computes, see {@link Device#choose}; null for the
 *     backend's default
 */
public record SessionOptions(int threads, boolean profile, boolean grouped, String device) {
  /** The most threads that can be asked for. */
  public static final int MAX_THREADS = 1024;

  /** Checks the range. */
  public SessionOptions {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", expected 1 to " + MAX_THREADS);
    }
  }

  /** Without times, ops in groups, on the default device. */
  public SessionOptions(int threads) {
    this(threads, false, true, null);
  }

  /** These options with or without times. */
  public SessionOptions profile(boolean wanted) {
    return new SessionOptions(threads, wanted, grouped, device);
  }

  /** These options with ops computed in groups or alone. */
  public SessionOptions grouped(boolean wanted) {
    return new SessionOptions(threads, profile, wanted, device);
  }

  /**
   * These options for another device.
   *
   * @param wanted id or part of the name; null for the backend's default
   */
  public SessionOptions device(String wanted) {
    return new SessionOptions(threads, profile, grouped, wanted);
  }

  /**
   * For backends without devices: checks that none is asked for.
   *
   * @throws BackendUnavailableException if one is
   */
  public void requireNoDevice(String backend) {
    if (device != null) {
      throw new BackendUnavailableException(
          "backend '"
              + backend
              + "' has no devices to choose from, but '"
              + device
              + "' is asked for: leave it out, or name a backend that has devices");
    }
  }

  /** As many threads as the machine has processors. */
  public static SessionOptions defaults() {
    return new SessionOptions(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }
}
