package io.github.xnor4j.backend;

/** A backend was asked for by name that is unknown or cannot run here. */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception whose message lists each provider with reason and remedy. */
  public BackendUnavailableException(String message) {
    super(message);
  }
}
