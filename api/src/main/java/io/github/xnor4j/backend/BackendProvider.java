package io.github.xnor4j.backend;

/** The service that a backend offers; found with {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name that users select it by, in lower case, such as {@code cpu-vector}. */
  String name();

  /** Of the available providers {@code auto} takes the one with the highest priority. */
  int priority();

  /**
   * Whether it can run here. Never throws, starts no thread, loads no runtime and initialises no
   * device.
   */
  Availability probe();

  /**
   * Opens a session.
   *
   * @throws BackendUnavailableException if it cannot run here
   */
  Session open(SessionOptions options);
}
