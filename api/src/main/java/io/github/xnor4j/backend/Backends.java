package io.github.xnor4j.backend;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Finds and chooses backends. */
public final class Backends {
  /** The name that stands for the best available backend. */
  public static final String AUTO = "auto";

  private static final Logger LOG = System.getLogger(Backends.class.getName());

  /** Of which backends a user was told that they are slow here. */
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

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
   * The provider of a name, or the best available one for {@code auto}. One that is slow here is
   * taken only by its name; the first time a log line warns.
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
        if (provider.probe() instanceof Availability.Unavailable) {
          throw new BackendUnavailableException(
              "backend '" + name + "' is not available: " + describe(providers));
        }
        if (provider.probe() instanceof Availability.Slow slow && WARNED.add(name)) {
          LOG.log(
              Level.WARNING,
              "backend {0} is slow here: {1}; remedy: {2}",
              name,
              slow.reason(),
              slow.remedy());
        }
        return provider;
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
              "backend {0} chosen; passed over: {1}",
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
      case Availability.Slow slow ->
          provider.name() + " (slow: " + slow.reason() + "; remedy: " + slow.remedy() + ")";
    };
  }
}
