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
    try {
      return VectorWidth.availability();
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
    static Availability availability() {
      int cores = Runtime.getRuntime().availableProcessors();
      String detail = Lanes.BITS + "-bit vectors, " + cores + " cores";
      return Jvm.HERE
          .slowness()
          .or(() -> Lanes.emulation(Lanes.BITS, Lanes.MOST))
          .<Availability>map(slow -> slow)
          .orElseGet(() -> new Availability.Available(detail));
    }
  }

  private static final class Vectors {
    static Session session(SessionOptions options) {
      return new CpuSession("cpu-vector", new VectorBackend(), options);
    }
  }
}
