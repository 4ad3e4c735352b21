import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Checks or rewrites every Java file of the project in google-java-format's style.
 *
 * <p>Run by the build, from the root of the tree: {@code mvn verify} checks and names the files
 * that are not formatted; {@code mvn -N verify -Dformat=write} rewrites them. With {@code
 * -Dformat.path=api}, only those below that folder.
 */
final class Format {
  private Format() {}

  static void main(String[] args) throws IOException {
    if (args.length != 2 || !List.of("check", "write").contains(args[0])) {
      System.err.println("format: expected check or write, and a folder, got " + List.of(args));
      System.exit(2);
    }
    boolean check = args[0].equals("check");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    arguments.addAll(javaFiles(Path.of(args[1])));

    ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    int exitCode = formatter.run(System.out, System.err, arguments.toArray(String[]::new));
    if (check && exitCode != 0) {
      System.err.println("format: the files above need: mvn -N verify -Dformat=write");
    }
    System.exit(exitCode);
  }

  private static List<String> javaFiles(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Format::isSource).map(Path::toString).toList();
    }
  }

  private static boolean isSource(Path path) {
    for (Path name : path) {
      if (name.toString().equals("target")) {
        return false;
      }
    }
    return path.toString().endsWith(".java");
  }
}
