package io.github.xnor4j.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher starts Java with. */
class ArgumentFileTest {
  @TempDir private Path folder;

  @Test
  void keepsWhatIsNeededAndFollowsTheSdk() throws IOException {
    Path home = SdkFolder.make(folder.resolve("a moved SDK"));
    Path file = folder.resolve("arguments");
    Files.writeString(file, "of before");
    ArgumentFile.main(new String[] {home.toString(), file.toString(), "for a test"});
    assertEquals(
        List.of(
            "# for a test",
            "-server",
            "-XX:+EnableJVMCI",
            quoted("-Djava.library.path=", home.resolve("lib")),
            "-Dtornado.load.runtime.implementation="
                + "uk.ac.manchester.tornado.runtime.TornadoCoreRuntime",
            quoted("--module-path=", home.resolve("share/java/tornado")),
            quoted("--upgrade-module-path=", home.resolve("share/java/graalJars")),
            "--add-modules ALL-SYSTEM,tornado.runtime,tornado.drivers.opencl"),
        Files.readAllLines(file));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(2, left.count(), "files beside the SDK and its arguments");
    }
  }

  private static String quoted(String option, Path path) {
    return '"' + option + path.toString().replace("\\", "\\\\") + '"';
  }

  /** As a JVM reads it: an option with blanks, quotes and backslashes is one argument. */
  @Test
  void oddNamesReachTheJvm() throws IOException, InterruptedException {
    Path home = Path.of("/a \"b\" c\\d #e");
    List<String> lines = List.of("-Djava.library.path=/built/elsewhere/lib");
    Path file = Files.write(folder.resolve("arguments"), ArgumentFile.clean(home, lines));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process jvm =
        new ProcessBuilder(java.toString(), "@" + file, "-XshowSettings:properties", "--version")
            .redirectErrorStream(true)
            .start();
    String printed = new String(jvm.getInputStream().readAllBytes());
    assertEquals(0, jvm.waitFor(), printed);
    assertEquals(
        List.of("java.library.path = " + home.resolve("lib")),
        printed.lines().map(String::strip).filter(s -> s.startsWith("java.library.path")).toList());
  }
}
