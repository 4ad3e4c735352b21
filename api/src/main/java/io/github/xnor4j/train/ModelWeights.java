package io.github.xnor4j.train;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Checks that a file's tensors are the weights of a model. */
final class ModelWeights {
  private static final int SHOWN = 8;

  /** Which parameter decides whether a layer has a weight. */
  private static final Map<String, String> DECIDED_BY =
      Map.of("bias", "use_bias", "gamma", "scale", "beta", "center");

  private ModelWeights() {}

  /** Refuses weights that are missing, superfluous, of another dtype or shape, or not finite. */
  static void require(Path file, Model model, Map<String, Tensor> tensors) throws BadFileException {
    Map<String, String> expected = new LinkedHashMap<>();
    for (Weight weight : model.weights()) {
      expected.put(weight.name(), weight.variable().type().toString());
    }
    Map<String, String> found = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> found.put(name, tensor.describe()));
    for (Map.Entry<String, String> weight : expected.entrySet()) {
      if (!weight.getValue().equals(found.get(weight.getKey()))) {
        throw new BadFileException(file, difference(weight.getKey(), found, expected));
      }
    }
    for (String name : found.keySet()) {
      if (!expected.containsKey(name)) {
        throw new BadFileException(file, difference(name, found, expected));
      }
    }
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      requireFinite(file, entry.getKey(), entry.getValue());
    }
  }

  /** Says what file and model have of the layer that a weight belongs to. */
  private static String difference(
      String name, Map<String, String> found, Map<String, String> expected) {
    String layer = name.substring(0, Math.max(name.lastIndexOf('/'), 0));
    List<String> wanted = ofLayer(layer, expected);
    List<String> there = ofLayer(layer, found);
    if (wanted.isEmpty()) {
      TreeSet<String> superfluous = new TreeSet<>(found.keySet());
      superfluous.removeAll(expected.keySet());
      return "tensors " + shown(superfluous) + " are not of the model, expected its weights only";
    }
    String inFile =
        there.isEmpty()
            ? "nothing in the file, whose tensors are " + shown(found.keySet())
            : String.join(", ", there) + " in the file";
    String parameter = DECIDED_BY.get(name.substring(name.lastIndexOf('/') + 1));
    boolean decided = parameter != null && found.containsKey(name) != expected.containsKey(name);
    return "layer '"
        + layer
        + "' has "
        + inFile
        + ", expected "
        + String.join(", ", wanted)
        + (decided ? " (the layer's " + parameter + " decides that)" : "");
  }

  /** What a layer has, as {@code kernel F32 [3, 3, 1, 4]}. */
  private static List<String> ofLayer(String layer, Map<String, String> weights) {
    List<String> of = new ArrayList<>();
    weights.forEach(
        (name, type) -> {
          int end = name.lastIndexOf('/');
          if (end == layer.length() && name.startsWith(layer)) {
            of.add(name.substring(end + 1) + " " + type);
          }
        });
    return of;
  }

  private static String shown(Iterable<String> names) {
    List<String> all = new ArrayList<>();
    names.forEach(all::add);
    return all.stream().limit(SHOWN).collect(Collectors.joining(", ", "[", ""))
        + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more]" : "]");
  }

  private static void requireFinite(Path file, String name, Tensor tensor) throws BadFileException {
    if (tensor.dtype() != DType.F32) {
      return;
    }
    float[] values = tensor.floats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new BadFileException(
            file,
            "weight '"
                + name
                + "' has "
                + values[i]
                + " as element "
                + i
                + " of "
                + values.length
                + ", expected finite numbers");
      }
    }
  }
}
