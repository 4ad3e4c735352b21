package io.github.xnor4j.gpu;

import io.github.xnor4j.backend.Availability.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A TornadoVM SDK, or what was taken for one: judged by its files, without starting anything.
 *
 * @param home its folder
 * @param origin what says that it is there, for messages
 */
record Sdk(Path home, String origin) {
  static final String VARIABLE = "TORNADOVM_HOME";
  static final String ARGUMENT_FILE = "tornado-argfile";

  /** What gets one. The version is the one that this project is tested with. */
  static final String INSTALL =
      "sdk install tornadovm 5.2.0-jdk25-opencl (or ...-ptx, for NVIDIA only), with SDKMAN from"
          + " https://sdkman.io";

  private static final String AGAIN = "install the SDK again: ";

  /** Jars of TornadoVM and what it needs. */
  static final String JARS = "share/java/tornado";

  /** Jars that replace modules of the JDK. */
  static final String UPGRADES = "share/java/graalJars";

  /** Native libraries. */
  static final String LIBRARIES = "lib";

  // the version begins with a digit: ...-opencl-jni-... is no driver by itself
  private static final Pattern DRIVER = Pattern.compile("tornado-drivers-([a-z0-9]+)-\\d.*\\.jar");
  private static final Pattern API = Pattern.compile("tornado-api-.*-jdk(\\d+).*\\.jar");

  /**
   * The SDK that a machine has: where the variable says, else where SDKMAN puts it. A variable that
   * is empty stands for no SDK.
   *
   * @param variable value of TORNADOVM_HOME; null if it is not set
   * @param userHome where SDKMAN's folder would be
   */
  static Optional<Sdk> find(String variable, Path userHome) {
    if (variable != null) {
      return variable.isBlank()
          ? Optional.empty()
          : Optional.of(new Sdk(Path.of(variable), VARIABLE));
    }
    Path current = userHome.resolve(".sdkman/candidates/tornadovm/current");
    return Files.isDirectory(current)
        ? Optional.of(new Sdk(current, "the TornadoVM SDK"))
        : Optional.empty();
  }

  /** What keeps a JVM from being started with it. */
  Optional<Unavailable> problem() {
    if (!Files.isRegularFile(home.resolve(ARGUMENT_FILE))) {
      return unavailable(
          Files.isDirectory(home) ? "has no " + ARGUMENT_FILE : "does not exist",
          origin.equals(VARIABLE)
              ? "set it to the folder of a TornadoVM SDK, or unset it and install one: "
              : AGAIN);
    }
    for (String folder : List.of(JARS, UPGRADES, LIBRARIES)) {
      if (!Files.isDirectory(home.resolve(folder))) {
        return unavailable("has no folder " + folder, AGAIN);
      }
    }
    if (drivers().isEmpty()) {
      return unavailable("has no driver", AGAIN);
    }
    String java = Integer.toString(Runtime.version().feature());
    for (String other : firstGroups(API)) {
      if (!other.equals(java)) {
        return unavailable(
            "is for JDK " + other + ", and this is " + java,
            "run it on JDK " + other + ", or install another: ");
      }
    }
    return Optional.empty();
  }

  private Optional<Unavailable> unavailable(String fault, String remedy) {
    return Optional.of(
        new Unavailable(origin + " is " + home + ", which " + fault, remedy + INSTALL));
  }

  /** Languages of the drivers that it has jars of, such as {@code opencl}. */
  List<String> drivers() {
    return firstGroups(DRIVER).stream().filter(name -> !name.equals("common")).toList();
  }

  private List<String> firstGroups(Pattern pattern) {
    try (Stream<Path> jars = Files.list(home.resolve(JARS))) {
      return jars.map(jar -> pattern.matcher(jar.getFileName().toString()))
          .filter(Matcher::matches)
          .map(match -> match.group(1))
          .sorted()
          .toList();
    } catch (IOException e) { // cannot be read, so nothing is there for the JVM either
      return List.of();
    }
  }
}
