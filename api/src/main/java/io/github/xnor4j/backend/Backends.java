package io.github.xnor4j.backend;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds and chooses backends. */
public final class Backends {
  /** The name that stands for the best available backend. */
  public static final String AUTO = "auto";

  private static final Logger LOG = System.getLogger(Backends.class.getName());

  private Backends() {}

  /** All providers, the one of highest priority first. */
  public static List<BackendProvider> all() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(
            Comparator.comparingInt(BackendProvider::priority)
                .reversed()
                .thenComparing(BackendProvider::name))
        .toList();
  }

  /**
   * The available provider of highest priority; one log line tells which others were passed over.
   */
  public static BackendProvider auto() {
    return select(AUTO);
  }

  /**
   * The provider of a name, or the best available one for {@code auto}.
   *
   * @throws BackendUnavailableException if there is none of this name or it cannot run here; the
   *     message lists each provider with reason and remedy
   */
  public static BackendProvider select(String name) {
    return select(name, all());
  }

  static BackendProvider select(String name, List<BackendProvider> providers) {
    if (name.equals(AUTO)) {
      return best(providers);
    }
    for (BackendProvider provider : providers) {
      if (provider.name().equals(name)) {
        if (provider.probe().isAvailable()) {
          return provider;
        }
        throw new BackendUnavailableException(
            "backend '" + name + "' is not available: " + describe(providers));
      }
    }
    throw new BackendUnavailableException(
        "backend '" + name + "' is unknown, expected auto or one of: " + describe(providers));
  }

  private static BackendProvider best(List<BackendProvider> providers) {
    for (int i = 0; i < providers.size(); i++) {
      if (providers.get(i).probe().isAvailable()) {
        if (i > 0) {
          LOG.log(
              Level.INFO,
              "backend {0} chosen; not available: {1}",
              providers.get(i).name(),
              describe(providers.subList(0, i)));
        }
        return providers.get(i);
      }
    }
    throw new BackendUnavailableException("no backend is available: " + describe(providers));
  }

  private static String describe(List<BackendProvider> providers) {
    return providers.stream().map(Backends::describe).collect(Collectors.joining("; "));
  }

  private static String describe(BackendProvider provider) {
    return switch (provider.probe()) {
      case Availability.Available available ->
          provider.name() + " (available: " + available.detail() + ")";
      case Availability.Unavailable not ->
          provider.name() + " (" + not.reason() + "; remedy: " + not.remedy() + ")";
    };
  }
}
