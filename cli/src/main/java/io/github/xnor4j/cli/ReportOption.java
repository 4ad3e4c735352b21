package io.github.xnor4j.cli;

import io.github.xnor4j.cli.report.Report;
import io.github.xnor4j.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that writes a page to look at. */
final class ReportOption {
  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description =
          "Writes a page to look at, one file that needs no network: confusion matrix, worst"
              + " mistakes as pictures, filters, the network, where it comes from; of a training"
              + " curves and flipped weights, for which the test images are measured after each"
              + " epoch.")
  private Path file;

  boolean isWanted() {
    return file != null;
  }

  /**
   * Refuses a file that could not be written, before any work.
   *
   * @param others files that will be written, too; null is none
   */
  void requireWritable(Path... others) throws IOException {
    if (file == null) {
      return;
    }
    AtomicFile.requireWritable(file);
    for (Path other : others) {
      if (other != null && file.toAbsolutePath().equals(other.toAbsolutePath())) {
        throw new BadInputException("--report: " + file + " is written by another option, too");
      }
    }
  }

  /**
   * Writes it. What was done before is not lost where that fails: then there is a line of error.
   *
   * @return where it is, or null if it could not be written
   */
  Path write(Report report, Terminal terminal) {
    try {
      report.write(file);
      return file;
    } catch (IOException e) {
      terminal.err().println("xnor: " + Failures.say(e));
      return null;
    }
  }
}
