package io.github.xnor4j.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of golden data, as the README in it describes: the one that {@code -Dxnor4j.golden=DIR}
 * names, else {@code testkit/golden} in the working directory or a folder above it.
 *
 * @param path the folder
 * @param committed whether it is the repository's own
 */
record GoldenFolder(Path path, boolean committed) {
  /** The property that names another folder. */
  static final String PROPERTY = "xnor4j.golden";

  private static final Path OWN = Path.of("testkit", "golden");
  private static final String CASES = "cases.json";

  /**
   * Finds the folder.
   *
   * @throws AssertionError if it isn't there
   */
  static GoldenFolder find() {
    String named = System.getProperty(PROPERTY);
    return named != null ? of(Path.of(named)) : above(Path.of("").toAbsolutePath());
  }

  static GoldenFolder of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new AssertionError(
          "-D" + PROPERTY + "=" + path + ": no such folder, expected one with golden data");
    }
    GoldenFolder folder = new GoldenFolder(path, false);
    if (folder.groups().isEmpty()) {
      throw new AssertionError(
          "-D" + PROPERTY + "=" + path + ": no group in it, expected folders with " + CASES);
    }
    return folder;
  }

  static GoldenFolder above(Path start) {
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(OWN))) {
        return new GoldenFolder(at.resolve(OWN), true);
      }
    }
    throw new AssertionError(
        "no folder " + OWN + " in " + start + " or above it, expected -D" + PROPERTY + "=DIR");
  }

  /** The names of the groups in it. */
  List<String> groups() {
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(entry -> Files.exists(entry.resolve(CASES)))
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cases of a group. */
  List<GoldenCase> cases(String group) {
    Path folder = path.resolve(group);
    try {
      JsonArray array =
          JsonParser.parseString(Files.readString(folder.resolve(CASES))).getAsJsonArray();
      Path file = folder.resolve("tensors.safetensors");
      Map<String, Tensor> tensors =
          Files.exists(file) ? Safetensors.read(file).tensors() : Map.of();
      List<GoldenCase> cases = new ArrayList<>();
      for (JsonElement element : array) {
        cases.add(read(element.getAsJsonObject(), tensors, folder));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GoldenCase read(JsonObject object, Map<String, Tensor> all, Path folder) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> role : object.getAsJsonObject("tensors").entrySet()) {
      tensors.put(role.getKey(), all.get(role.getValue().getAsString()));
    }
    Set<String> exact = new LinkedHashSet<>();
    if (object.has("exact")) {
      object.getAsJsonArray("exact").forEach(role -> exact.add(role.getAsString()));
    }
    return new GoldenCase(
        object.get("name").getAsString(),
        object.get("op").getAsString(),
        object.getAsJsonObject("config"),
        tensors,
        exact,
        folder);
  }
}
