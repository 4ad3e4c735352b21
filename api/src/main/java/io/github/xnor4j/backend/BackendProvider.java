package io.github.xnor4j.backend;

import java.util.List;

/** The service that a backend offers; found with {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name that users select it by, in lower case, such as {@code cpu-vector}. */
  String name();

  /**
   * Of the available providers {@code auto} takes the one with the highest priority: one that is
   * {@link Availability.Slow} here is not among them.
   */
  int priority();

  /**
   * Whether it can run here. Never throws, starts no thread, loads no runtime and initialises no
   * device.
   */
  Availability probe();

  /**
   * The devices that a session may be opened on, the default first; none, if the backend leaves no
   * choice. Unlike {@link #probe} it may load a runtime and initialise devices, which takes a
   * second or more.
   *
   * @throws BackendUnavailableException if it cannot run here, also for a reason that the probe
   *     cannot see
   */
  default List<Device> devices() {
    return List.of();
  }

  /**
   * Opens a session, also where the backend is slow.
   *
   * @throws BackendUnavailableException if it cannot run here, or has no such device as {@link
   *     SessionOptions#device} asks for
   */
  Session open(SessionOptions options);
}
