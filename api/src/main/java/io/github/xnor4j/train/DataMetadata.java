package io.github.xnor4j.train;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a model was trained on, as plain entries of a safetensors file's metadata. */
final class DataMetadata {
  private static final String NAME = "xnor4j.data.name";
  private static final String CLASSES = "xnor4j.data.classes"; // a JSON array: any text is a name
  private static final String IMAGE = "xnor4j.data.image";
  private static final String POLARITY = "xnor4j.data.polarity";
  private static final String RESIZED = "xnor4j.data.resized";
  private static final Gson GSON = new Gson();

  private DataMetadata() {}

  static void write(DataDescription data, Map<String, String> metadata) {
    if (data.name() != null) {
      metadata.put(NAME, data.name());
    }
    if (!data.classes().isEmpty()) {
      metadata.put(CLASSES, GSON.toJson(data.classes()));
    }
    metadata.put(IMAGE, data.image().toString());
    metadata.put(POLARITY, data.polarity().toString());
    metadata.put(RESIZED, Boolean.toString(data.resized()));
  }

  /** Null if the file tells nothing, as those of earlier versions do. */
  static DataDescription read(Path file, Map<String, String> metadata) throws BadFileException {
    if (!metadata.containsKey(IMAGE)) {
      return null;
    }
    return new DataDescription(
        metadata.get(NAME),
        classes(file, metadata.getOrDefault(CLASSES, "[]")),
        image(file, metadata.get(IMAGE)),
        polarity(file, metadata.get(POLARITY)),
        Boolean.parseBoolean(metadata.get(RESIZED)));
  }

  private static List<String> classes(Path file, String text) throws BadFileException {
    try {
      return List.of(GSON.fromJson(text, String[].class));
    } catch (JsonSyntaxException | NullPointerException e) {
      throw bad(file, CLASSES, text, "a JSON array of names");
    }
  }

  private static Shape image(Path file, String text) throws BadFileException {
    try {
      int[] dims = GSON.fromJson(text, int[].class);
      if (dims != null && dims.length == 3) {
        return Shape.of(dims);
      }
    } catch (JsonSyntaxException | IllegalArgumentException e) {
      throw bad(file, IMAGE, text, "[height, width, channels]");
    }
    throw bad(file, IMAGE, text, "[height, width, channels]");
  }

  private static Polarity polarity(Path file, String text) throws BadFileException {
    Polarity polarity = Polarity.named(text);
    if (polarity == null) {
      throw bad(file, POLARITY, text, "one of " + List.of(Polarity.values()));
    }
    return polarity;
  }

  private static BadFileException bad(Path file, String key, String text, String expected) {
    return new BadFileException(
        file, "metadata '" + key + "' is " + text + ", expected " + expected);
  }
}
