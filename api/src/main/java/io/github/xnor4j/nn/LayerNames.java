package io.github.xnor4j.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Keras' default names of layers: the class in snake case, and a number from the second on. */
final class LayerNames {
  private LayerNames() {}

  /**
   * The layers, each with a name: given names stay, the others are numbered by class in order.
   *
   * @param sequential whether the input is named after the layer behind it, as in keras.Sequential
   * @throws IllegalArgumentException if two layers were given the same name
   */
  static List<Layer> assign(List<Layer> layers, boolean sequential) {
    Set<String> taken = new HashSet<>();
    for (Layer layer : layers) {
      if (isNamed(layer) && !taken.add(layer.name())) {
        throw new IllegalArgumentException(
            "two layers are named '" + layer.name() + "', expected different names");
      }
    }
    Map<String, Integer> counts = new HashMap<>();
    List<Layer> named = new ArrayList<>();
    for (Layer layer : layers) {
      named.add(isNamed(layer) ? layer : layer.name(next(layer, taken, counts)));
    }
    if (sequential && !isNamed(layers.getFirst())) {
      String behind = named.get(1).name() + "_input";
      if (!taken.contains(behind)) {
        named.set(0, layers.getFirst().name(behind));
      }
    }
    return named;
  }

  private static boolean isNamed(Layer layer) {
    return layer instanceof Model model ? model.isNamed() : layer.name() != null;
  }

  private static String next(Layer layer, Set<String> taken, Map<String, Integer> counts) {
    String base = base(layer.className());
    String name;
    do {
      int count = counts.merge(base, 1, Integer::sum) - 1;
      name = numbered(base, layer instanceof InputLayer ? count + 1 : count);
    } while (!taken.add(name));
    return name;
  }

  private static String numbered(String base, int number) {
    return number == 0 ? base : base + "_" + number;
  }

  /** The name of the first layer of a class. */
  static String base(String className) {
    return switch (className) {
      case InputLayer.CLASS -> "input";
      case Model.FUNCTIONAL -> "model";
      default -> snakeCase(className);
    };
  }

  /** As {@code keras.utils.generic_utils.to_snake_case}. */
  private static String snakeCase(String name) {
    return name.replaceAll("(.)([A-Z][a-z0-9]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
