package io.github.xnor4j.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes the argument file that the launcher starts Java with: the SDK's without what is not needed
 * or harmful.
 *
 * <p>The SDK's names absolute paths, which are wrong once the SDK was moved and end at a blank;
 * here they follow from where the SDK is. Its module path begins with the folder that the user is
 * in. It turns on previews, chooses a garbage collector and an encoding, all for every thread of
 * the JVM.
 */
final class ArgumentFile {
  private static final Set<String> DROPPED =
      Set.of("--enable-preview", "-XX:+UseParallelGC", "-Dstdout.encoding=UTF-8");

  private ArgumentFile() {}

  /**
   * Writes the file of an SDK, if a JVM can be started with it; exits with 1 otherwise.
   *
   * @param args folder of the SDK, file to write, a comment for the file's first line, by which the
   *     launcher knows it again
   */
  public static void main(String[] args) throws IOException {
    Path home = Path.of(args[0]);
    if (new Sdk(home, Sdk.VARIABLE).problem().isPresent()) {
      System.exit(1); // nothing is printed: the backend's probe tells the user
    }
    Path file = Path.of(args[1]);
    Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "tornado", ".tmp");
    List<String> lines = new ArrayList<>(List.of("# " + args[2]));
    lines.addAll(clean(home, Files.readAllLines(home.resolve(Sdk.ARGUMENT_FILE))));
    Files.write(written, lines);
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The lines to start with, made of the SDK's. */
  static List<String> clean(Path home, List<String> lines) {
    List<String> cleaned = new ArrayList<>();
    for (String line : lines.stream().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#") || DROPPED.contains(line)) {
        continue;
      }
      switch (line.split("[ =]")[0]) {
        case "-Djava.library.path" ->
            cleaned.add(quote("-Djava.library.path=" + home.resolve(Sdk.LIBRARIES)));
        case "-p", "--module-path" -> cleaned.add(quote("--module-path=" + home.resolve(Sdk.JARS)));
        case "--upgrade-module-path" ->
            cleaned.add(quote("--upgrade-module-path=" + home.resolve(Sdk.UPGRADES)));
        default -> cleaned.add(line);
      }
    }
    return cleaned;
  }

  private static String quote(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
