package io.github.xnor4j.io;

import java.io.IOException;
import java.nio.file.Path;

/** A file's content is not what it should be. The message is one line that begins with its name. */
public final class BadFileException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Says what is wrong with a file.
   *
   * @param file the file's path, or another name that tells the user where the content came from
   * @param problem what was found and what was expected
   */
  public BadFileException(String file, String problem) {
    super(file + ": " + problem);
  }

  /**
   * Says what is wrong with a file.
   *
   * @param file where the content came from
   * @param problem what was found and what was expected
   */
  public BadFileException(Path file, String problem) {
    this(file.toString(), problem);
  }
}
