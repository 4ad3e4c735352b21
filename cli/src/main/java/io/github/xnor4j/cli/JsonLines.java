package io.github.xnor4j.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.PrintStream;
import java.util.List;

/** Writes JSON, one object a line. */
final class JsonLines {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final PrintStream out;

  JsonLines(PrintStream out) {
    this.out = out;
  }

  /** Begins a line. */
  Line line() {
    return new Line();
  }

  /** One object, its members in the order in which they are put. */
  final class Line {
    private final JsonObject object = new JsonObject();

    Line put(String name, String value) {
      object.addProperty(name, value);
      return this;
    }

    Line put(String name, boolean value) {
      object.addProperty(name, value);
      return this;
    }

    Line put(String name, long value) {
      object.addProperty(name, value);
      return this;
    }

    /** JSON has no word for a number that is not finite: it becomes null. */
    Line put(String name, double value) {
      object.add(name, number(value));
      return this;
    }

    Line putArray(String name, float[] values) {
      JsonArray array = new JsonArray();
      for (float value : values) {
        array.add(number(value));
      }
      object.add(name, array);
      return this;
    }

    /** An array of objects, made as lines that are not printed. */
    Line putArray(String name, List<Line> lines) {
      JsonArray array = new JsonArray();
      lines.forEach(line -> array.add(line.object));
      object.add(name, array);
      return this;
    }

    private static JsonElement number(Number value) {
      return Double.isFinite(value.doubleValue()) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    /** Writes the line at once, so that whoever reads a pipe sees it now. */
    void print() {
      out.println(GSON.toJson(object));
      out.flush();
    }
  }
}
