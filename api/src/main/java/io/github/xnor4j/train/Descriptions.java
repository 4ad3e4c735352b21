package io.github.xnor4j.train;

import io.github.xnor4j.nn.InputLayer;
import io.github.xnor4j.nn.KerasObject;
import io.github.xnor4j.nn.Layer;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What models and other parts are called in the identity of a run: class names and parameters. The
 * same part has the same text in every JVM, whatever the order of its map of parameters; and parts
 * of users have one like the library's own, for none of this is a form that could be read back.
 */
final class Descriptions {
  private Descriptions() {}

  /** A line for each layer, those of nested models too, and one for each of its parameters. */
  static List<String> lines(Model model) {
    List<String> lines = new ArrayList<>();
    add(lines, "", model);
    return lines;
  }

  private static void add(List<String> lines, String outer, Model model) {
    for (Layer layer : model.layers()) {
      String name = layer.className() + " '" + outer + layer.name() + "'";
      lines.add(name);
      if (!layer.trainable()) {
        lines.add(name + ": not trained");
      }
      if (layer instanceof InputLayer input) {
        lines.add(name + ": pixels " + (input.scaling() == null ? "none" : input.scaling()));
      }
      parameters(layer).forEach((key, value) -> lines.add(name + ": " + key + " " + value));
      if (layer instanceof Model nested) {
        add(lines, outer + layer.name() + "/", nested);
      }
    }
  }

  /** Class name and parameters, as in {@code SGD(decay 0.0, learning_rate 0.01)}. */
  static String of(KerasObject object) {
    return parameters(object).entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", ", object.className() + "(", ")"));
  }

  private static Map<String, String> parameters(KerasObject object) {
    return texts(object.config());
  }

  /** Sorted: a {@link Map#of} has another order in each JVM. */
  private static Map<String, String> texts(Map<?, ?> map) {
    Map<String, String> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), text(value)));
    return sorted;
  }

  private static String text(Object value) {
    return switch (value) {
      case null -> "null";
      case KerasObject object -> of(object);
      case Enum<?> constant -> constant.name();
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case CharSequence text -> text.toString();
      case Size size -> List.of(size.height(), size.width()).toString();
      case List<?> list -> list.stream().map(Descriptions::text).toList().toString();
      case Map<?, ?> map -> texts(map).toString();
      default -> className(value.getClass());
    };
  }

  /** The text of any other object may be another in each JVM, and so is the end of a lambda's. */
  private static String className(Class<?> type) {
    return type.getName().replaceFirst("/.*", "");
  }
}
