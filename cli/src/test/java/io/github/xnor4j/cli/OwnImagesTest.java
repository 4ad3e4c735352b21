package io.github.xnor4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data set's own test images as PNG files are seen as 'xnor evaluate' sees them. */
class OwnImagesTest {
  @TempDir private Path folder;

  private static byte[] pixels(Dataset data, boolean inverted) {
    byte[] pixels = data.images().bytes().clone();
    for (int i = 0; inverted && i < pixels.length; i++) {
      pixels[i] = (byte) ~pixels[i];
    }
    return pixels;
  }

  private static void write(Path to, String part, Dataset data, boolean inverted)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(to.resolve(part + "-images-idx3-ubyte"))) {
      out.write(
          ByteBuffer.allocate(16).putInt(0x803).putInt(data.size()).putInt(28).putInt(28).array());
      out.write(pixels(data, inverted));
    }
    try (OutputStream out = Files.newOutputStream(to.resolve(part + "-labels-idx1-ubyte"))) {
      out.write(ByteBuffer.allocate(8).putInt(0x801).putInt(data.size()).array());
      for (int label : data.labels().ints()) {
        out.write(label);
      }
    }
  }

  private static void writePngs(Path to, byte[] pixels) throws IOException {
    ImageIO.setUseCache(false);
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int n = 0; n < pixels.length / 784; n++) {
      for (int i = 0; i < 784; i++) {
        image.getRaster().setSample(i % 28, i / 28, 0, pixels[n * 784 + i] & 255);
      }
      ImageIO.write(image, "png", to.resolve("%05d.png".formatted(n)).toFile());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void predictAgreesWithEvaluate(boolean inverted) throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    write(data, "train", Mnist.train(), inverted);
    write(data, "t10k", Mnist.test(), inverted);
    Path model = folder.resolve("model.safetensors");
    run("train", "--data", data, "--epochs", 1, "--out", model);
    Path table = folder.resolve("said.csv");
    run("evaluate", model, "--data", data, "--predictions", table);
    Path pngs = Files.createDirectory(folder.resolve("pngs"));
    writePngs(pngs, pixels(Mnist.test(), inverted));
    List<JsonObject> predicted = run("predict", model, pngs, "--json").json();
    List<String> evaluated = Files.readAllLines(table);
    assertEquals(10_000, predicted.size());
    assertEquals(10_001, evaluated.size());
    for (int i = 0; i < predicted.size(); i++) {
      String[] cells = evaluated.get(i + 1).split(",");
      JsonObject line = predicted.get(i);
      assertEquals("taken as it is", line.get("note").getAsString(), "image " + i);
      assertEquals(cells[2], line.get("class").getAsString(), "image " + i);
      double confidence = line.get("confidence").getAsDouble();
      assertEquals(Double.parseDouble(cells[3]), confidence, 1e-6, "image " + i);
    }
  }

  private static Calls.Call run(Object... args) {
    Calls.Call call = Calls.xnor(args);
    assertEquals(ExitCode.OK, call.code(), call.err());
    return call;
  }
}
