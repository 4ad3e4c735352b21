package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The backend that a suite tests. {@code -Dxnor4j.requireBackend=NAME} fails a suite that tests
 * another one; without it a suite is skipped where its backend cannot run.
 */
final class TestedBackend {
  /** The property that names the backend which must do the work. */
  static final String REQUIRE = "xnor4j.requireBackend";

  private final BackendProvider provider;
  private final BiFunction<BackendProvider, SessionOptions, Session> opener;

  private TestedBackend(
      BackendProvider provider, BiFunction<BackendProvider, SessionOptions, Session> opener) {
    this.provider = provider;
    this.opener = opener;
  }

  /**
   * Finds the backend.
   *
   * @param name a provider's, or {@code auto}
   * @param opener opens its sessions
   * @throws AssertionError if there is no such backend or another one is required
   * @throws org.opentest4j.TestAbortedException if it cannot run here and is not required to
   */
  static TestedBackend find(
      String name, BiFunction<BackendProvider, SessionOptions, Session> opener) {
    return find(name, System.getProperty(REQUIRE), opener);
  }

  static TestedBackend find(
      String name, String required, BiFunction<BackendProvider, SessionOptions, Session> opener) {
    if (required != null && !name.equals(Backends.AUTO)) {
      requireName(required, name);
    }
    for (BackendProvider provider : Backends.all()) {
      if (provider.name().equals(name)
          && provider.probe() instanceof Availability.Unavailable reason) {
        stop(name, required, reason);
      }
    }
    BackendProvider provider = Backends.select(name);
    if (required != null) {
      requireName(required, provider.name());
    }
    return new TestedBackend(provider, opener);
  }

  private static void requireName(String required, String name) {
    Assertions.assertEquals(
        required, name, "the backend under test is not the one that -D" + REQUIRE + " asks for");
  }

  private static void stop(String name, String required, Availability.Unavailable why) {
    String message = "backend " + name + ": " + why.reason() + "; remedy: " + why.remedy();
    if (required != null) {
      throw new AssertionError(message);
    }
    Assumptions.abort(message);
  }

  String name() {
    return provider.name();
  }

  /** Opens a session and checks that it is the backend's own. */
  Session open(SessionOptions options) {
    Session session = opener.apply(provider, options);
    if (!session.backend().equals(provider.name())) {
      String actual = session.backend();
      session.close();
      throw new AssertionError(
          "session of backend '" + provider.name() + "' is of backend '" + actual + "'");
    }
    return session;
  }
}
