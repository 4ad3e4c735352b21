package io.github.xnor4j.cli;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import picocli.CommandLine.Option;

/** Which backend computes, and on how many threads. */
final class BackendOptions {
  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = Backends.AUTO,
      description = {
        "Which backend computes: auto takes the fastest that runs here; 'xnor backends' lists"
            + " them.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String name;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = {
        "Threads that compute; results do not depend on it.",
        "Default: the number of processors"
      })
  private Integer threads;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = {
        "Which of the backend's devices computes: an id such as 0:1, or a part of the name;"
            + " 'xnor backends' lists them.",
        "Default: the first that is listed"
      })
  private String device;

  /** The backend that was asked for. */
  BackendProvider provider() {
    return Backends.select(name);
  }

  /** Whether no backend was named. */
  boolean isAuto() {
    return name.equals(Backends.AUTO);
  }

  /** What its session is opened with. */
  SessionOptions session() {
    if (threads == null) {
      return SessionOptions.defaults().device(device);
    }
    if (threads < 1 || threads > SessionOptions.MAX_THREADS) {
      throw new BadInputException(
          "--threads is " + threads + ", expected 1 to " + SessionOptions.MAX_THREADS);
    }
    return new SessionOptions(threads).device(device);
  }
}
