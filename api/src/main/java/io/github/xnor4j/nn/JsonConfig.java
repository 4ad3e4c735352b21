package io.github.xnor4j.nn;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A JSON object that is read key by key: every error names what the object belongs to, and keys
 * that nobody asked for are one.
 */
final class JsonConfig {
  private final String owner;
  private final JsonObject object;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * Begins to read.
   *
   * @param owner for messages, such as {@code layer 'head' (QuantDense)}
   */
  JsonConfig(String owner, JsonObject object) {
    this.owner = owner;
    this.object = object;
  }

  /** Begins to read an element that must be an object. */
  static JsonConfig of(String owner, JsonElement element) {
    if (element == null || !element.isJsonObject()) {
      throw new IllegalArgumentException(
          owner + " is " + shorten(element) + ", expected a JSON object");
    }
    return new JsonConfig(owner, element.getAsJsonObject());
  }

  String owner() {
    return owner;
  }

  /** An exception about this object. */
  IllegalArgumentException error(String message) {
    return new IllegalArgumentException(owner + ": " + message);
  }

  private IllegalArgumentException wrong(String key, JsonElement value, String expected) {
    return error(key + " is " + shorten(value) + ", expected " + expected);
  }

  static String shorten(JsonElement element) {
    String text = element == null ? "missing" : element.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  /** Allows keys whose values do not matter here. */
  void ignore(String... keys) {
    known.addAll(List.of(keys));
  }

  /** The value of a key; null if it is missing or null. */
  JsonElement get(String key) {
    known.add(key);
    JsonElement value = object.get(key);
    return value == null || value.isJsonNull() ? null : value;
  }

  /** Whether there is a value, be it null. */
  boolean has(String key) {
    return object.has(key);
  }

  /** Allows only null: what there is no support for. */
  void expectNull(String... keys) {
    for (String key : keys) {
      JsonElement value = get(key);
      if (value != null) {
        throw wrong(key, value, "null: " + key + " is not supported");
      }
    }
  }

  /**
   * Allows only one text.
   *
   * @param remedy what a user changes who has another
   */
  void expect(String key, String only, String remedy) {
    String value = string(key, only);
    if (!value.equals(only)) {
      throw error(key + " is \"" + value + "\", expected \"" + only + "\" (" + remedy + ")");
    }
  }

  String string(String key, String otherwise) {
    JsonElement value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof JsonPrimitive p && p.isString())) {
      throw wrong(key, value, "a text");
    }
    return value.getAsString();
  }

  boolean bool(String key, boolean otherwise) {
    JsonElement value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof JsonPrimitive p && p.isBoolean())) {
      throw wrong(key, value, "true or false");
    }
    return value.getAsBoolean();
  }

  /** A finite number. */
  double number(String key, double otherwise) {
    JsonElement value = get(key);
    return value == null ? otherwise : number(key, value);
  }

  private double number(String key, JsonElement value) {
    if (!(value instanceof JsonPrimitive p && p.isNumber())) {
      throw wrong(key, value, "a number");
    }
    double number = value.getAsDouble();
    if (Double.isNaN(number) || Math.abs(number) > Float.MAX_VALUE) {
      throw wrong(key, value, "a number that a float can hold");
    }
    return number;
  }

  float number32(String key, float otherwise) {
    return (float) number(key, otherwise);
  }

  /** An integer. */
  int integer(String key, int otherwise) {
    JsonElement value = get(key);
    return value == null ? otherwise : integer(key, value);
  }

  /** An integer that must be there. */
  int integer(String key) {
    JsonElement value = get(key);
    if (value == null) {
      throw wrong(key, object.get(key), "an integer");
    }
    return integer(key, value);
  }

  /** An element of what a key holds as an integer. */
  int integer(String key, JsonElement value) {
    double number = number(key, value);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw wrong(key, value, "an integer of 32 bits");
    }
    return (int) number;
  }

  /** Two integers, or one for both. */
  Size size(String key, Size otherwise) {
    JsonElement value = get(key);
    if (value == null) {
      if (otherwise == null) {
        throw wrong(key, object.get(key), "two integers");
      }
      return otherwise;
    }
    if (value instanceof JsonArray array) {
      if (array.size() != 2) {
        throw wrong(key, value, "two integers");
      }
      return new Size(integer(key, array.get(0)), integer(key, array.get(1)));
    }
    return Size.square(integer(key, value));
  }

  /** One of the constants of an enum, by its name in lower case. */
  <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    String text = string(key, null);
    if (text == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(java.util.Locale.ROOT);
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw error(key + " is \"" + text + "\", expected one of " + names);
  }

  /** The elements of an array. */
  List<JsonElement> list(String key) {
    JsonElement value = get(key);
    if (!(value instanceof JsonArray array)) {
      throw wrong(key, object.get(key), "a list");
    }
    return array.asList();
  }

  /** A nested object, or an empty one if it is missing. */
  JsonConfig child(String key, String childOwner) {
    JsonElement value = get(key);
    return of(childOwner, value == null ? new JsonObject() : value);
  }

  /** The value of a key read by a function; the alternative if it is missing or null. */
  <T> T read(String key, Function<JsonElement, T> reader, T otherwise) {
    JsonElement value = get(key);
    return value == null ? otherwise : reader.apply(value);
  }

  /** Ends reading. */
  void finish() {
    for (String key : object.keySet()) {
      if (!known.contains(key)) {
        throw error("parameter '" + key + "' is not supported, expected some of " + known);
      }
    }
  }
}
