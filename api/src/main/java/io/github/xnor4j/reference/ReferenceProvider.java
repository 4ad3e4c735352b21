package io.github.xnor4j.reference;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;

/** Provides the reference backend, which runs everywhere and slowly. */
public final class ReferenceProvider implements BackendProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ReferenceProvider() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Availability probe() {
    return new Availability.Available("plain scalar Java, one thread; exact and slow");
  }

  @Override
  public Session open(SessionOptions options) {
    options.requireNoDevice(name());
    return new ReferenceSession();
  }
}
