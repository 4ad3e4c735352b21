package io.github.xnor4j.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One case of golden data; remembers which of its tensors were looked at. */
final class GoldenCase {
  private final String name;
  private final String op;
  private final JsonObject config;
  private final Map<String, Tensor> tensors;
  private final Set<String> exact;
  private final Path folder;
  private final Set<String> seen = new LinkedHashSet<>();

  GoldenCase(
      String name,
      String op,
      JsonObject config,
      Map<String, Tensor> tensors,
      Set<String> exact,
      Path folder) {
    this.name = name;
    this.op = op;
    this.config = config;
    this.tensors = tensors;
    this.exact = exact;
    this.folder = folder;
  }

  String name() {
    return name;
  }

  String op() {
    return op;
  }

  /** A copy of the parameters. */
  JsonObject config() {
    return config.deepCopy();
  }

  /** The text of a file beside the cases. */
  String text(String fileName) {
    try {
      return Files.readString(folder.resolve(fileName));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * All that the case was made of: what is computed, the parameters, and the model if it has one.
   */
  JsonElement needs() {
    JsonObject all = new JsonObject();
    all.addProperty("op", op);
    all.add("config", config);
    JsonElement model = config.get("model");
    if (model != null && model.getAsString().endsWith(".json")) {
      all.add("model", JsonParser.parseString(text(model.getAsString())));
    }
    return all;
  }

  boolean has(String role) {
    return tensors.containsKey(role);
  }

  Set<String> roles() {
    return tensors.keySet();
  }

  /** The tensor of a role. */
  Tensor tensor(String role) {
    Tensor tensor = tensors.get(role);
    if (tensor == null) {
      throw new AssertionError(
          name + ": no tensor of role '" + role + "', expected one of " + tensors.keySet());
    }
    seen.add(role);
    return tensor;
  }

  /** The absolute value of the largest finite element. */
  double largest(String role) {
    double largest = 0;
    for (float x : tensor(role).floats()) {
      largest = Math.max(largest, Float.isFinite(x) ? Math.abs(x) : 0);
    }
    return largest;
  }

  /**
   * Compares a result with the tensor of a role, in the README's bound for layers: 2e-6 of the
   * largest value and 1e-7, or equal if the case says so.
   */
  void compare(String role, Tensor actual) {
    compare(
        role,
        actual,
        exact.contains(role)
            ? Expected.equal(tensor(role))
            : Expected.near(tensor(role), 2e-6, 1e-7));
  }

  /** Compares a result with the tensor of a role; a scalar has the shape [1] in golden data. */
  void compare(String role, Tensor actual, double relative, double absolute) {
    compare(role, actual, Expected.near(tensor(role), relative, absolute));
  }

  /** Compares each element with that of the tensor of a role, relative to that element. */
  void compareEach(String role, Tensor actual, double relative) {
    compare(role, actual, Expected.nearEach(tensor(role), relative));
  }

  private void compare(String role, Tensor actual, Expected expected) {
    Tensor shaped =
        actual.shape().rank() == 0 ? Tensor.f32(tensor(role).shape(), actual.floats()) : actual;
    expected.check(shaped, name + ", " + role);
  }

  /** Fails if there is a tensor that nobody looked at. */
  void requireAllSeen() {
    Set<String> missed = new TreeSet<>(tensors.keySet());
    missed.removeAll(seen);
    if (!missed.isEmpty()) {
      throw new AssertionError(name + ": tensors that nothing was compared with: " + missed);
    }
  }
}
