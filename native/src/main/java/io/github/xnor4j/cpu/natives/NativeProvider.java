package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.cpu.plan.CpuSession;

/** Provides the backend whose kernels are in C: full speed without a warm-up. */
public final class NativeProvider implements BackendProvider {
  private static final String NAME = "native";

  /** For {@link java.util.ServiceLoader}. */
  public NativeProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  /** Below {@code cpu-vector}, which has kernels for more ops still. */
  @Override
  public int priority() {
    return 90;
  }

  @Override
  public Availability probe() {
    try {
      Tier tier = Library.kernels().tier();
      int cores = Runtime.getRuntime().availableProcessors();
      return new Availability.Available(tier.title() + " kernels in C, " + cores + " cores");
    } catch (Library.NotLoadedException e) {
      return e.why();
    }
  }

  @Override
  public Session open(SessionOptions options) {
    options.requireNoDevice(NAME);
    try {
      return new CpuSession(NAME, new NativeBackend(Library.kernels()), options);
    } catch (Library.NotLoadedException e) {
      throw new BackendUnavailableException(NAME, e.why());
    }
  }
}
