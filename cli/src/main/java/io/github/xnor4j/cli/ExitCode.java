package io.github.xnor4j.cli;

/** What the command's exit codes mean. */
final class ExitCode {
  static final int OK = 0;

  /** A fault of xnor4j itself; for verify, a model that is not the training's. */
  static final int FAULT = 1;

  /** Options, files or values that cannot be used. */
  static final int BAD_INPUT = 2;

  /** Ended by Ctrl-C: 128 + SIGINT, as shells count. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
