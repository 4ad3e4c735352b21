package io.github.xnor4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher for POSIX shells in a tree, with a JDK, a Maven and SDKs that are stand-ins: when it
 * builds, and what it starts Java with.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  /** What Java is started with in front of a command, without TornadoVM. */
  private static final List<String> PLAIN =
      List.of(
          "--add-modules",
          "jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:Tier3DelayOn=1000",
          "-XX:Tier0ProfilingStartPercentage=100000",
          "-jar");

  @TempDir private Path temporary;
  private Path root;
  private Path user;
  private Path builds;

  /** A tree with blanks in its name, built, older than all that tests put there later. */
  @BeforeEach
  void makeTree() throws IOException, InterruptedException {
    root = Files.createDirectories(temporary.toRealPath().resolve("a tree/xnor4j"));
    user = Files.createDirectories(temporary.resolve("user"));
    builds = temporary.resolve("builds");
    Files.copy(Path.of("..", "xnor"), root.resolve("xnor"));
    age(Files.createFile(root.resolve("pom.xml")), 120);
    script("tools/find-jdk", "printf '%s\\n' \"$FAKE_JDK\"");
    String java =
        """
        if [ "$1" = -cp ]; then
          [ "$3" = io.github.xnor4j.gpu.ArgumentFile ] || exit 99
          echo "arguments of $4" >>"$BUILDS"
          [ ! -f "$4/broken" ] || exit 1
          printf '# %s\\n' "$6" >"$5"
        else
          printf '%s\\n' "$@"
        fi\
        """;
    script("jdk/bin/java", java);
    script("other-jdk/bin/java", java);
    script(
        "bin/mvn",
        """
        echo "built with '${TORNADOVM_HOME:-}'" >>"$BUILDS"
        [ ! -f "$TORNADOVM_HOME/unusable" ] || exit 1\
        """);
    run(null, "--version");
    assertEquals(List.of("built with ''"), builds());
    Files.delete(builds);
    age(distribution().resolve("built"), 60);
  }

  private void script(String name, String body) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Makes a file older than what is written now; clocks of file systems are coarse. */
  private static void age(Path file, int seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
  }

  private Path distribution() {
    return root.resolve("cli/target/xnor");
  }

  private Path sdk(String name) throws IOException {
    Path home = temporary.toRealPath().resolve(name);
    for (String folder : List.of("lib", "share/java/tornado", "share/java/graalJars")) {
      Files.createDirectories(home.resolve(folder));
    }
    Files.createFile(home.resolve("tornado-argfile"));
    for (String part :
        List.of("tornado-argfile", "lib", "share/java/tornado", "share/java/graalJars")) {
      age(home.resolve(part), 180);
    }
    return home;
  }

  private record Run(int code, List<String> out, String err) {}

  private Run run(String tornado, Object... args) throws IOException, InterruptedException {
    return runOn(root.resolve("jdk"), tornado, args);
  }

  private Run runOn(Path jdk, String tornado, Object... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", root.resolve("xnor").toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path err = temporary.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", user.toString());
    builder.environment().put("BUILDS", builds.toString());
    builder.environment().remove("TORNADOVM_HOME");
    if (tornado != null) {
      builder.environment().put("TORNADOVM_HOME", tornado);
    }
    builder.environment().put("FAKE_JDK", jdk.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out.lines().toList(), Files.readString(err));
  }

  private List<String> builds() throws IOException {
    return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
  }

  private List<String> started(boolean tornado, Object... args) {
    List<String> all = new ArrayList<>();
    if (tornado) {
      all.add("@" + distribution().resolve("tornado-argfile"));
    }
    all.addAll(PLAIN);
    all.add(distribution().resolve("lib/xnor4j-cli.jar").toString());
    for (Object arg : args) {
      all.add(arg.toString());
    }
    return all;
  }

  private void assertStarts(boolean tornado, String home, Object... args)
      throws IOException, InterruptedException {
    Run run = run(home, args);
    assertEquals(0, run.code(), run.err());
    assertEquals(started(tornado, args), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"backends", "train --backend gpu-tornado", "train", "--version"})
  void withoutSdkNothingIsAddedOrBuilt(String line) throws IOException, InterruptedException {
    Object[] args = line.split(" ");
    assertStarts(false, null, args);
    assertStarts(false, "", args);
    assertStarts(false, temporary.resolve("missing").toString(), args);
    assertEquals(List.of(), builds());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backends",
        "backends --json",
        "--verbose backends",
        "train",
        "train --epochs 1",
        "train --backend auto",
        "train --backend gpu-tornado --epochs 1",
        "--verbose train --epochs 1 --backend=gpu-tornado",
        "evaluate model.safetensors",
        "predict model.safetensors reference --backend=auto",
        "summary --plan",
        "bench --device 0:0"
      })
  void tornadoIsAddedWhereItMayBeUsed(String line) throws IOException, InterruptedException {
    assertStarts(true, sdk("an sdk").toString(), (Object[]) line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --backend reference",
        "train --backend=cpu-vector --epochs 1",
        "--verbose bench --backend reference",
        "train --backend",
        "--version",
        "help train",
        "trane",
        "--verbose"
      })
  void elseItIsNot(String line) throws IOException, InterruptedException {
    assertStarts(false, sdk("an sdk").toString(), (Object[]) line.split(" "));
  }

  @Test
  void noCommandAtAll() throws IOException, InterruptedException {
    assertStarts(false, sdk("an sdk").toString());
  }

  @Test
  void argumentsAreKeptAsTheyAre() throws IOException, InterruptedException {
    assertStarts(true, sdk("an sdk").toString(), "train", "--out", "a \"b\" c", "", "*");
  }

  @Test
  void sdkmansPlaceCounts() throws IOException, InterruptedException {
    Path home = sdk("5.2.0-jdk25-opencl");
    Path place = Files.createDirectories(user.resolve(".sdkman/candidates/tornadovm"));
    Path current = Files.createSymbolicLink(place.resolve("current"), home);
    assertStarts(true, null, "train");
    assertEquals(List.of("built with '" + home + "'", "arguments of " + home), builds());
    // an empty variable stands for no SDK, a wrong one is not made up for
    assertStarts(false, "", "train");
    assertStarts(false, "/missing", "train");

    Path next = sdk("6.0.0-jdk25-opencl");
    Files.delete(current);
    Files.createSymbolicLink(current, next);
    assertStarts(true, null, "train");
    assertEquals(
        List.of("built with '" + next + "'", "arguments of " + next), builds().subList(2, 4));
  }

  @Test
  void theBuildIsMadeAnewForAnSdkAndNotWithoutOne() throws IOException, InterruptedException {
    String home = sdk("sdk").toString();
    assertStarts(false, home, "train", "--backend", "reference");
    assertEquals(List.of("built with '" + home + "'"), builds());
    assertStarts(false, home, "train", "--backend", "reference");
    assertStarts(false, null, "train");
    assertStarts(false, home, "--version");
    assertEquals(1, builds().size(), builds().toString());
  }

  @Test
  void argumentsAreMadeOnceAndAnewWhenTheSdkChanges() throws IOException, InterruptedException {
    Path home = sdk("sdk");
    assertStarts(true, home.toString(), "train");
    assertStarts(true, home.toString(), "train");
    String made = "arguments of " + home;
    assertEquals(List.of("built with '" + home + "'", made), builds());

    age(distribution().resolve("tornado-argfile"), 60);
    Files.createFile(home.resolve("share/java/tornado/another.jar"));
    assertStarts(true, home.toString(), "train");
    assertEquals(List.of(made), builds().subList(2, builds().size()));

    Run other = runOn(root.resolve("other-jdk"), home.toString(), "train");
    assertEquals(started(true, "train"), other.out());
    assertEquals(List.of(made, made), builds().subList(2, builds().size()));
  }

  @Test
  void javaStartsWithoutAnSdkThatIsNotWhole() throws IOException, InterruptedException {
    Path home = sdk("sdk");
    assertStarts(true, home.toString(), "backends");
    Files.createFile(home.resolve("broken"));
    Files.delete(home.resolve("share/java/graalJars"));
    assertStarts(false, home.toString(), "backends");
    assertFalse(Files.exists(distribution().resolve("tornado-argfile")));
    assertStarts(false, home.toString(), "backends");
  }

  @Test
  void anSdkThatCannotBeBuiltWithIsNamed() throws IOException, InterruptedException {
    Path home = sdk("sdk");
    Files.createFile(home.resolve("unusable"));
    Run run = run(home.toString(), "train");
    assertEquals(1, run.code());
    assertTrue(run.err().contains(home + ", leave that out: TORNADOVM_HOME= xnor"), run.err());
    assertStarts(false, "", "train");
  }

  @Test
  void aChangeOfWhatNamesTornadoIsBuilt() throws IOException, InterruptedException {
    Files.createDirectories(root.resolve("gpu-tornado/src/tornado/java"));
    assertStarts(false, null, "train");
    assertEquals(List.of("built with ''"), builds());
  }
}
