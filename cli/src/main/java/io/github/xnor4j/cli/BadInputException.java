package io.github.xnor4j.cli;

/** What the user gave cannot be used. The message is one line that says why. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadInputException(String message) {
    super(message);
  }

  /** Checks an option's value against its least one. */
  static void requireAtLeast(String option, long value, long least) {
    if (value < least) {
      throw new BadInputException(option + " is " + value + ", expected " + least + " or more");
    }
  }
}
