package io.github.xnor4j.backend;

import java.util.Optional;

/** A backend, or a device of one, was asked for that is unknown or cannot run here. */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Availability.Unavailable why;

  /** An exception whose message says what there is instead, or lists reasons and remedies. */
  public BackendUnavailableException(String message) {
    super(message);
    this.why = null;
  }

  /** An exception of one backend that cannot run here; the message has both reason and remedy. */
  public BackendUnavailableException(String backend, Availability.Unavailable why) {
    super(
        "backend '%s' is not available: %s; remedy: %s"
            .formatted(backend, why.reason(), why.remedy()));
    this.why = why;
  }

  /** Reason and remedy, if it is about one backend that cannot run here. */
  public Optional<Availability.Unavailable> why() {
    return Optional.ofNullable(why);
  }
}
