package io.github.xnor4j.gpu;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.Availability.Available;
import io.github.xnor4j.backend.Availability.Unavailable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What decides whether the backend can run, apart from the devices, which only the runtime can see.
 *
 * @param variable value of TORNADOVM_HOME; null if it is not set
 * @param userHome the user's folder
 * @param hasRuntimeProperty whether the property is set that names TornadoVM's runtime
 * @param modules names of the JVM's modules
 * @param isBuilt whether this build has the classes that name TornadoVM
 */
record Situation(
    String variable,
    Path userHome,
    boolean hasRuntimeProperty,
    Set<String> modules,
    boolean isBuilt) {
  private static final String DRIVERS = "tornado.drivers.";

  /** This JVM's. Loads none of the classes that it asks for. */
  static Situation here() {
    return new Situation(
        System.getenv(Sdk.VARIABLE),
        Path.of(System.getProperty("user.home", "")),
        System.getProperty("tornado.load.runtime.implementation") != null,
        ModuleLayer.boot().modules().stream().map(Module::getName).collect(Collectors.toSet()),
        Situation.class.getResource("tornado/TornadoRuntime.class") != null);
  }

  /** Whether the backend can run, up to the devices. */
  Availability availability() {
    boolean started = hasRuntimeProperty && modules.contains("tornado.runtime");
    if (!started) {
      Optional<Sdk> sdk = Sdk.find(variable, userHome);
      if (sdk.isEmpty()) {
        return new Unavailable("no TornadoVM SDK is installed", Sdk.INSTALL);
      }
      Optional<Unavailable> problem = sdk.get().problem();
      if (problem.isPresent()) {
        return problem.get();
      }
    }
    if (!isBuilt) {
      return new Unavailable(
          "xnor4j was built without a TornadoVM SDK",
          "build it again with " + Sdk.VARIABLE + " set; ./xnor does so by itself");
    }
    if (!started) {
      return new Unavailable(
          "this JVM was not started with TornadoVM's argument file",
          "use ./xnor, which adds it, or java @$"
              + Sdk.VARIABLE
              + "/"
              + Sdk.ARGUMENT_FILE
              + " ...");
    }
    if (drivers().isEmpty()) {
      return new Unavailable(
          "TornadoVM runs without a driver", "install an SDK that has one: " + Sdk.INSTALL);
    }
    return new Available(
        "TornadoVM on "
            + drivers().stream().map(Situation::display).collect(Collectors.joining(", ")));
  }

  /** What makes TornadoVM find a device; depends on the drivers. */
  String deviceRemedy() {
    boolean nvidiaOnly = Set.of("ptx", "cuda").containsAll(drivers());
    return nvidiaOnly
        ? "install NVIDIA's driver; 'nvidia-smi' tells what it sees"
        : "install an OpenCL driver: that of the GPU's maker, or package pocl-opencl-icd, which"
            + " computes on the CPU; 'clinfo -l' tells what OpenCL sees";
  }

  /** Languages of the drivers in this JVM, such as {@code opencl}. */
  private List<String> drivers() {
    return modules.stream()
        .filter(name -> name.startsWith(DRIVERS))
        .map(name -> name.substring(DRIVERS.length()))
        // native libraries have modules, too, with a name behind the driver's
        .filter(name -> !name.equals("common") && name.indexOf('.') < 0)
        .sorted()
        .toList();
  }

  private static String display(String driver) {
    return switch (driver) {
      case "opencl" -> "OpenCL";
      case "spirv" -> "SPIR-V";
      case "metal" -> "Metal";
      default -> driver.toUpperCase(Locale.ROOT);
    };
  }
}
