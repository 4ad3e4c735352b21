package io.github.xnor4j.nn;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;

/**
 * Reads and writes Keras' own JSON configuration of models, as {@code model.to_json()} gives it:
 * Sequential and Functional models, nested too. It is read in the form of Keras 2 (tf.keras) and in
 * that of Keras 3, and written in the former.
 *
 * <p>The scaling of pixels is not a property of Keras' inputs: it is written as an input of dtype
 * {@code uint8} and a {@code Rescaling} layer behind it, and read back from that.
 */
public final class KerasJson {
  static final String PIXELS = "uint8";

  /** More than any configuration has: a thousand layers take less than 2 MB. */
  private static final int MAX_LENGTH = 1 << 26;

  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private KerasJson() {}

  /**
   * Reads a model.
   *
   * @param json what {@code model.to_json()} gives
   * @throws IllegalArgumentException if it is no valid JSON, or has a class, a parameter or a value
   *     that is not supported; the message names it, the layer, and what is supported
   */
  public static Model read(String json) {
    return ModelReader.read("model", Keras3Json.toKeras2(parse(json)));
  }

  /**
   * Reads one layer: an object with class name and configuration, as in the list of a model's
   * layers.
   *
   * @throws IllegalArgumentException as {@link #read} does
   */
  public static Layer readLayer(String json) {
    return ModelReader.readLayer("layer", Keras3Json.toKeras2(parse(json)));
  }

  /**
   * Writes a model so that {@link #read} gives an equal one, and Keras, with Larq imported, the
   * same network.
   *
   * @throws IllegalArgumentException if the model has a layer, a quantizer, a constraint or an
   *     initializer that Keras and Larq do not have; the message names it and its layer
   */
  public static String write(Model model) {
    return GSON.toJson(ModelWriter.write(model));
  }

  private static JsonElement parse(String json) {
    if (json.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "model JSON has " + json.length() + " characters, expected at most " + MAX_LENGTH);
    }
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException(
            "model JSON goes on behind its end, expected one object: " + reader.getPath());
      }
      return element;
    } catch (JsonParseException | IOException e) {
      throw new IllegalArgumentException("model JSON is not valid: " + e.getMessage(), e);
    }
  }
}
