package io.github.xnor4j.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.Availability.Available;
import io.github.xnor4j.backend.Availability.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that may be missing has a reason and a remedy of its own. */
class SituationTest {
  private static final String INSTALL =
      "sdk install tornadovm 5.2.0-jdk25-opencl (or ...-ptx, for NVIDIA only), with SDKMAN from"
          + " https://sdkman.io";
  private static final String SET =
      "set it to the folder of a TornadoVM SDK, or unset it and install one: ";
  private static final Set<String> NONE = Set.of("java.base", "jdk.compiler");
  private static final Set<String> OPENCL =
      Set.of("java.base", "tornado.runtime", "tornado.drivers.common", "tornado.drivers.opencl");

  @TempDir private Path folder;

  private Availability notStarted(String variable) {
    return new Situation(variable, folder, false, NONE, true).availability();
  }

  private static void assertRefused(String reason, String remedy, Availability actual) {
    assertEquals(new Unavailable(reason, remedy), actual);
  }

  private Path sdkmans() {
    return folder.resolve(".sdkman/candidates/tornadovm/current");
  }

  @Test
  void noSdk() {
    String reason = "no TornadoVM SDK is installed";
    assertRefused(reason, INSTALL, notStarted(null));
    assertRefused(reason, INSTALL, notStarted(""));
  }

  @Test
  void theVariableNamesNoSdk() throws IOException {
    SdkFolder.make(sdkmans()); // which the variable goes before
    Path missing = folder.resolve("missing");
    assertRefused(
        "TORNADOVM_HOME is " + missing + ", which does not exist",
        SET + INSTALL,
        notStarted(missing.toString()));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertRefused(
        "TORNADOVM_HOME is " + empty + ", which has no tornado-argfile",
        SET + INSTALL,
        notStarted(empty.toString()));
  }

  @Test
  void anEmptyVariableStandsForNoSdk() throws IOException {
    SdkFolder.make(sdkmans());
    assertRefused("no TornadoVM SDK is installed", INSTALL, notStarted(""));
  }

  @Test
  void sdkmansPlaceIsFoundWithoutTheVariable() throws IOException {
    SdkFolder.make(sdkmans());
    Files.delete(sdkmans().resolve("tornado-argfile"));
    assertRefused(
        "the TornadoVM SDK is " + sdkmans() + ", which has no tornado-argfile",
        "install the SDK again: " + INSTALL,
        notStarted(null));
  }

  @Test
  void anSdkWithoutDriver() throws IOException {
    Path home = SdkFolder.make(folder.resolve("sdk"));
    Files.delete(home.resolve("share/java/tornado/tornado-drivers-opencl-5.2.0-jdk25.jar"));
    assertRefused(
        "TORNADOVM_HOME is " + home + ", which has no driver",
        "install the SDK again: " + INSTALL,
        notStarted(home.toString()));
  }

  @Test
  void anSdkInPieces() throws IOException {
    Path home = SdkFolder.make(folder.resolve("sdk"));
    Files.delete(home.resolve("share/java/graalJars"));
    assertRefused(
        "TORNADOVM_HOME is " + home + ", which has no folder share/java/graalJars",
        "install the SDK again: " + INSTALL,
        notStarted(home.toString()));
  }

  @Test
  void anSdkForAnotherJdk() throws IOException {
    Path home = SdkFolder.make(folder.resolve("sdk"));
    SdkFolder.jar(home, "tornado-api-5.2.0-jdk21.jar");
    assertRefused(
        "TORNADOVM_HOME is %s, which is for JDK 21, and this is %d"
            .formatted(home, Runtime.version().feature()),
        "run it on JDK 21, or install another: " + INSTALL,
        notStarted(home.toString()));
  }

  @Test
  void notBuiltWithAnSdk() throws IOException {
    Path home = SdkFolder.make(folder.resolve("sdk"));
    String reason = "xnor4j was built without a TornadoVM SDK";
    String remedy = "build it again with TORNADOVM_HOME set; ./xnor does so by itself";
    String variable = home.toString();
    assertRefused(
        reason, remedy, new Situation(variable, folder, false, NONE, false).availability());
    assertRefused(
        reason, remedy, new Situation(variable, folder, true, OPENCL, false).availability());
  }

  @Test
  void notStartedWithTheArgumentFile() throws IOException {
    String home = SdkFolder.make(folder.resolve("sdk")).toString();
    String reason = "this JVM was not started with TornadoVM's argument file";
    String remedy = "use ./xnor, which adds it, or java @$TORNADOVM_HOME/tornado-argfile ...";
    assertRefused(reason, remedy, notStarted(home));
    // half of it does not count
    assertRefused(reason, remedy, new Situation(home, folder, true, NONE, true).availability());
    assertRefused(reason, remedy, new Situation(home, folder, false, OPENCL, true).availability());
  }

  @Test
  void startedWithoutDriver() {
    Set<String> modules =
        Set.of("tornado.runtime", "tornado.drivers.common", "tornado.drivers.opencl.jni");
    assertRefused(
        "TornadoVM runs without a driver",
        "install an SDK that has one: " + INSTALL,
        new Situation(null, folder, true, modules, true).availability());
  }

  @Test
  void started() {
    assertEquals(
        new Available("TornadoVM on OpenCL"),
        new Situation(null, folder, true, OPENCL, true).availability());
    Set<String> two =
        Set.of("tornado.runtime", "tornado.drivers.ptx", "tornado.drivers.opencl.jni", "a");
    assertEquals(
        new Available("TornadoVM on PTX"),
        new Situation("/missing", folder, true, two, true).availability());
  }

  @Test
  void whatDevicesNeed() {
    String opencl = new Situation(null, folder, true, OPENCL, true).deviceRemedy();
    assertTrue(opencl.contains("pocl-opencl-icd") && opencl.contains("clinfo -l"), opencl);
    Set<String> modules = Set.of("tornado.runtime", "tornado.drivers.ptx");
    String ptx = new Situation(null, folder, true, modules, true).deviceRemedy();
    assertTrue(ptx.contains("nvidia-smi") && !ptx.contains("OpenCL"), ptx);
  }
}
