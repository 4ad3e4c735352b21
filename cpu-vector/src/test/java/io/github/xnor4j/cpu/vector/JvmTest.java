package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.Availability.Slow;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On which JVMs kernels are slow, and what is then said and done. */
class JvmTest {
  private static final String OPENJDK = "OpenJDK 64-Bit Server VM";
  private static final String VERSION = "25.0.1+8-LTS";
  private static final String MIXED = "mixed mode, sharing";

  @TempDir private Path folder;

  /** What a JVM with C2 says of itself, but for some options. */
  private static Jvm with(String... options) {
    Map<String, String> values = new HashMap<>();
    values.put("UseCompiler", "true");
    values.put("TieredCompilation", "true");
    values.put("TieredStopAtLevel", "4");
    for (String option : options) {
      values.put(option.split("=")[0], option.split("=")[1]);
    }
    return new Jvm(OPENJDK, VERSION, MIXED, values);
  }

  private static void assertFast(Jvm jvm) {
    assertEquals(Optional.empty(), jvm.slowness(), jvm.toString());
  }

  private static void assertSlow(String reason, String remedy, Jvm jvm) {
    Slow slow = jvm.slowness().orElseThrow(() -> new AssertionError("fast: " + jvm));
    assertTrue(slow.reason().contains(reason), slow.reason());
    assertTrue(slow.remedy().contains(remedy), slow.remedy());
  }

  @ParameterizedTest
  @ValueSource(strings = {OPENJDK, "Java HotSpot(TM) 64-Bit Server VM"})
  void hotSpotWithC2IsFast(String name) {
    assertFast(new Jvm(name, VERSION, MIXED, with().options()));
    assertFast(new Jvm(name, VERSION, "compiled mode", Map.of()));
    assertFast(new Jvm(name, VERSION, MIXED, Map.of("EnableVectorSupport", "true")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Eclipse OpenJ9 VM",
        "Zing 64-Bit Tiered VM",
        "Substrate VM",
        "OpenJDK 64-Bit Zero VM",
        "OpenJDK 64-Bit Minimal VM",
        "OpenJDK Client VM",
        ""
      })
  void othersAreSlow(String name) {
    assertSlow("the JVM is " + name, "C2", new Jvm(name, VERSION, MIXED, Map.of()));
  }

  @Test
  void anInterpreterIsSlow() {
    assertSlow(
        "only interprets",
        "-Xint",
        new Jvm(OPENJDK, VERSION, "interpreted mode, sharing", Map.of()));
    assertSlow("only interprets", "-XX:TieredStopAtLevel", with("UseCompiler=false"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void withoutC2ItIsSlow(String level) {
    String stop = "TieredStopAtLevel=" + level;
    assertSlow("C1 only", "-XX:TieredStopAtLevel", with(stop));
    assertFast(with(stop, "TieredCompilation=false"));
    // -XX:CompilationMode=quick-only, and level 1 where no option can be read
    Jvm client = new Jvm(OPENJDK, VERSION, "mixed mode, emulated-client, sharing", Map.of());
    assertSlow("C1 only", "-XX:CompilationMode", client);
  }

  @Test
  void graalIsSlow() {
    String graal = VERSION + "-jvmci-b01";
    assertSlow("Graal", "-XX:-UseJVMCICompiler", with("UseJVMCICompiler=true"));
    assertSlow("Graal", "-XX:-UseJVMCICompiler", new Jvm(OPENJDK, graal, MIXED, Map.of()));
    assertFast(new Jvm(OPENJDK, graal, MIXED, Map.of("UseJVMCICompiler", "false")));
  }

  @Test
  void withoutIntrinsicsItIsSlow() {
    assertSlow("intrinsics", "-XX:-EnableVectorSupport", with("EnableVectorSupport=false"));
  }

  @ParameterizedTest
  @CsvSource({"128,128", "128,512", "256,256", "512,512"})
  void widthsOfTheMachineAreFast(int bits, int most) {
    assertEquals(Optional.empty(), Lanes.emulation(bits, most));
  }

  @ParameterizedTest
  @CsvSource({"512,256,or with 256", "256,128,or with 128", "128,64,use a machine"})
  void widthsBeyondTheMachineAreSlow(int bits, int most, String remedy) {
    Slow slow = Lanes.emulation(bits, most).orElseThrow();
    assertTrue(slow.reason().contains(bits + " bits"), slow.reason());
    assertTrue(slow.reason().endsWith("at most " + most), slow.reason());
    assertTrue(slow.remedy().contains(remedy), slow.remedy());
  }

  // ---- real JVMs

  /** Runs in the JVM that is asked: what it says of itself, what auto takes, and that it runs. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] args) {
      BackendProvider provider = new CpuVectorProvider();
      Availability availability = provider.probe();
      System.out.println(availability);
      System.out.println(Backends.auto().name());
      for (int i = 0; i < 2; i++) {
        Backends.select(provider.name()).open(new SessionOptions(1)).close();
      }
    }
  }

  /** What a JVM with these flags prints, both streams. */
  private List<String> ask(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Asked.class.getName()));
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // an option from outside would be one flag more
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    int code = builder.redirectOutput(output.toFile()).start().waitFor();
    List<String> lines = Files.readAllLines(output);
    assertEquals(0, code, String.join("\n", lines));
    return lines;
  }

  private static long count(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).count();
  }

  private static void assertSaysSlow(String reason, List<String> lines) {
    String all = String.join("\n", lines);
    assertEquals(1, count(lines, "Slow[reason=" + reason), all);
    assertEquals(1, count(lines, "backend reference chosen"), all);
    assertTrue(lines.contains("reference"), all);
    assertEquals(1, count(lines, "backend cpu-vector is slow here"), all);
  }

  @Test
  void aJvmThatInterpretsSaysSo() throws IOException, InterruptedException {
    assertSaysSlow("the JVM only interprets", ask("-Xint"));
  }

  @Test
  void aJvmWithC1OnlySaysSo() throws IOException, InterruptedException {
    assertSaysSlow("the JVM compiles with C1 only", ask("-XX:TieredStopAtLevel=1"));
  }

  /** HotSpot's options cannot be read then, and are not needed for this. */
  @Test
  void aJvmWithoutManagementSaysSo() throws IOException, InterruptedException {
    String modules = "java.base,java.logging,jdk.incubator.vector";
    assertSaysSlow(
        "the JVM compiles with C1 only",
        ask("-XX:TieredStopAtLevel=1", "--limit-modules", modules));
  }

  @Test
  void aJvmAsItComesIsFast() throws IOException, InterruptedException {
    List<String> lines = ask();
    String all = String.join("\n", lines);
    assertEquals(1, count(lines, "Available[detail="), all);
    assertTrue(lines.contains("cpu-vector"), all);
    assertEquals(0, count(lines, "slow"), all);
  }
}
