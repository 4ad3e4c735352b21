package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.cpu.plan.CpuSession;

/** Provides the backend on the Vector API: bits counted and looked up in SIMD registers. */
public final class CpuVectorProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";

  /** For {@link java.util.ServiceLoader}. */
  public CpuVectorProvider() {}

  @Override
  public String name() {
    return "cpu-vector";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Availability probe() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Availability.Unavailable(
          "the JVM runs without module " + MODULE, "start java with --add-modules " + MODULE);
    }
    String vm = System.getProperty("java.vm.name", "");
    if (!vm.contains("HotSpot") && !vm.contains("OpenJDK")) {
      return new Availability.Unavailable(
          "the JVM is " + vm + ", which does not compile the Vector API",
          "use a HotSpot JVM such as Temurin 25");
    }
    try {
      return new Availability.Available(VectorWidth.describe());
    } catch (IllegalArgumentException | LinkageError e) {
      return new Availability.Unavailable(
          "no usable vector width: " + message(e), "set -Dxnor4j.vectorBits=512, 256 or 128");
    }
  }

  private static String message(Throwable e) {
    return e.getCause() != null ? message(e.getCause()) : e.getMessage();
  }

  @Override
  public Session open(SessionOptions options) {
    if (probe() instanceof Availability.Unavailable no) {
      throw new BackendUnavailableException(name(), no);
    }
    options.requireNoDevice(name());
    return Vectors.session(options);
  }

  /** Loaded only once the module is known to be there. */
  private static final class VectorWidth {
    static String describe() {
      return Lanes.BITS + "-bit vectors, " + Runtime.getRuntime().availableProcessors() + " cores";
    }
  }

  private static final class Vectors {
    static Session session(SessionOptions options) {
      return new CpuSession("cpu-vector", new VectorBackend(), options);
    }
  }
}
