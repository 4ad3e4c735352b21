package io.github.xnor4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.xnor4j.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do first with a model of digits: they draw one, take a photo of it, and ask. */
class DrawnDigitsTest {
  private static final int OF_EACH_STYLE = 30;
  private static final long SEED = 20_261_127;

  @TempDir private Path folder;

  @Test
  void drawnDigitsAreRead() throws IOException {
    Path model = folder.resolve("model.safetensors");
    assertEquals(ExitCode.OK, Calls.xnor("train", "--recipe", "best", "--out", model).code());
    DrawnDigits digits = new DrawnDigits(Mnist.test(), SEED);
    Map<DrawnDigits.Style, Integer> right = new EnumMap<>(DrawnDigits.Style.class);
    int sum = 0;
    for (DrawnDigits.Style style : DrawnDigits.Style.values()) {
      Path pictures = Files.createDirectory(folder.resolve(style.name()));
      for (int i = 0; i < OF_EACH_STYLE; i++) {
        digits.draw(style, pictures);
      }
      right.put(style, right(model, pictures));
      sum += right.get(style);
    }
    int all = OF_EACH_STYLE * DrawnDigits.Style.values().length;
    String found = "seed " + SEED + ": " + sum + " of " + all + " right, " + right;
    System.out.println(found);
    assertTrue(sum >= 0.95 * all, found);
  }

  private static int right(Path model, Path pictures) {
    Calls.Call call = Calls.xnor("predict", model, pictures, "--json");
    assertEquals(ExitCode.OK, call.code(), call.err());
    int right = 0;
    for (JsonObject line : call.json()) {
      String name = Path.of(line.get("file").getAsString()).getFileName().toString();
      right += name.startsWith(line.get("class").getAsInt() + "-") ? 1 : 0;
    }
    return right;
  }
}
