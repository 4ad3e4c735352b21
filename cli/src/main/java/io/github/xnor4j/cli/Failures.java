package io.github.xnor4j.cli;

import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.program.SumOverflowException;
import io.github.xnor4j.train.DivergenceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user in one line what went wrong, and chooses the exit code. */
final class Failures {
  private static final String ISSUES = "https://github.com/xnor4j/xnor4j/issues";

  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Reports a failure.
   *
   * @param verbose whether its stack trace is wanted
   * @return the exit code
   */
  int report(Throwable failure, boolean verbose) {
    int code = isBadInput(failure) ? ExitCode.BAD_INPUT : ExitCode.FAULT;
    terminal.err().println("xnor: " + (code == ExitCode.FAULT ? fault(failure) : say(failure)));
    if (verbose || terminal.debug()) {
      failure.printStackTrace(terminal.err());
    }
    return code;
  }

  /** Reports options that do not fit the command. */
  int reportUsage(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String problem = oneLine(failure.getMessage()) + suggestions(failure);
    terminal.err().println(command + ": " + problem + " (see '" + command + " --help')");
    return ExitCode.BAD_INPUT;
  }

  private static String suggestions(ParameterException failure) {
    List<String> similar =
        failure instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?";
  }

  private static boolean isBadInput(Throwable failure) {
    return failure instanceof BadInputException
        || failure instanceof BackendUnavailableException
        || failure instanceof DivergenceException
        || failure instanceof SumOverflowException
        || failure instanceof IOException
        || failure instanceof OutOfMemoryError;
  }

  /** What went wrong, in one line. */
  static String say(Throwable failure) {
    return oneLine(
        switch (failure) {
          case NoSuchFileException e when e.getReason() == null -> e.getFile() + ": does not exist";
          case AccessDeniedException e when e.getReason() == null ->
              e.getFile() + ": permission denied";
          case FileSystemException e -> e.getMessage();
          case OutOfMemoryError e ->
              "out of memory: try a smaller --batch-size, or give Java more, such as"
                  + " JAVA_TOOL_OPTIONS=-Xmx8g";
          default -> failure.getMessage();
        });
  }

  private static String fault(Throwable failure) {
    return "internal error, "
        + oneLine(failure.toString())
        + ": this is a fault of xnor4j; please report it at "
        + ISSUES
        + " with the command and what it prints with --verbose";
  }

  private static String oneLine(String message) {
    return message == null ? "no details" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
