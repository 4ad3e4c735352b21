package io.github.xnor4j.cpu.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.xnor4j.backend.Availability.Slow;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of the JVM decides whether kernels become vector instructions. Only HotSpot's C2 does that
 * to them; anything else allocates an object for each vector, at least at some calls, and the
 * reference's plain loops are faster.
 *
 * @param name the property java.vm.name
 * @param version the property java.vm.version
 * @param info the property java.vm.info, such as {@code mixed mode, sharing}
 * @param options values of HotSpot's options by their names; without those that cannot be read
 */
record Jvm(String name, String version, String info, Map<String, String> options) {
  /** This JVM. */
  static final Jvm HERE =
      new Jvm(property("name"), property("version"), property("info"), readOptions());

  private static final String C2 = "use a JVM with HotSpot's compiler C2, such as Temurin 25";

  /** What makes kernels slow on this JVM, if anything does. */
  Optional<Slow> slowness() {
    boolean server = name.contains("Server VM"); // Client, Minimal and Zero have no C2
    if (!server || !(name.contains("HotSpot") || name.contains("OpenJDK"))) {
      return slow("the JVM is " + name + ", which does not compile the Vector API", C2);
    }
    if (info.startsWith("interpreted mode") || has("UseCompiler", "false")) {
      return slow("the JVM only interprets", without("-Xint or -XX:TieredStopAtLevel=0"));
    }
    if (stopsAtC1()) {
      return slow(
          "the JVM compiles with C1 only", without("-XX:TieredStopAtLevel or -XX:CompilationMode"));
    }
    if (compilesWithGraal()) {
      return slow(
          "the JVM compiles with Graal, which is slower at these kernels than at plain loops",
          "start java with -XX:-UseJVMCICompiler, or " + C2);
    }
    if (has("EnableVectorSupport", "false")) {
      return slow(
          "the Vector API's intrinsics are switched off", without("-XX:-EnableVectorSupport"));
    }
    return Optional.empty();
  }

  /** HotSpot calls itself a client where it was told to stop at level 1, not at 2 or 3. */
  private boolean stopsAtC1() {
    boolean stopped =
        has("TieredStopAtLevel", "1")
            || has("TieredStopAtLevel", "2")
            || has("TieredStopAtLevel", "3");
    return info.contains("emulated-client") || stopped && !has("TieredCompilation", "false");
  }

  /**
   * Graal knows the Vector API, but not all of it: with Graal 25.0.1 a step of the tutorial's
   * training took 606 ms, where the reference takes 412 and C2 makes it 4.3. GraalVM says jvmci in
   * its version, and so does a JDK that only could run Graal: there the option decides.
   */
  private boolean compilesWithGraal() {
    return Boolean.parseBoolean(
        options.getOrDefault("UseJVMCICompiler", String.valueOf(version.contains("jvmci"))));
  }

  private boolean has(String option, String value) {
    return value.equals(options.get(option));
  }

  private static Optional<Slow> slow(String reason, String remedy) {
    return Optional.of(new Slow(reason, remedy));
  }

  /** Options that nobody remembers to have given come from an IDE or from the environment. */
  private static String without(String flags) {
    return "start java without " + flags + " (from JAVA_TOOL_OPTIONS, perhaps)";
  }

  private static String property(String name) {
    return System.getProperty("java.vm." + name, "");
  }

  private static Map<String, String> readOptions() {
    try {
      return Options.read();
    } catch (LinkageError | RuntimeException e) {
      // No module jdk.management, or a JVM that is not HotSpot: properties tell most of it.
      return Map.of();
    }
  }

  /** Loaded apart, as the module jdk.management may be missing. */
  private static final class Options {
    private static final List<String> NAMES =
        List.of(
            "UseCompiler",
            "TieredCompilation",
            "TieredStopAtLevel",
            "UseJVMCICompiler",
            "EnableVectorSupport");

    static Map<String, String> read() {
      HotSpotDiagnosticMXBean hotSpot =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      Map<String, String> values = new HashMap<>();
      for (String name : NAMES) {
        try {
          values.put(name, hotSpot.getVMOption(name).getValue());
        } catch (IllegalArgumentException e) {
          // Another version's, or experimental and locked: then it has its default value.
        }
      }
      return values;
    }
  }
}
