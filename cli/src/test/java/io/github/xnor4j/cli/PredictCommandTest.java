package io.github.xnor4j.cli;

import static io.github.xnor4j.cli.Calls.assertRefused;
import static io.github.xnor4j.cli.Calls.xnor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.xnor4j.cli.Calls.Call;
import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.nn.Layers;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.ModelFile;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 'xnor predict' prints, on models that tell on which side of a picture it is lighter. */
class PredictCommandTest {
  private static final int SIDE = 8;

  @TempDir private Path folder;
  private Path model;

  /** Two classes: left and right, where there is more light. */
  @BeforeEach
  void writeModel() throws IOException {
    model = write("grey", 1);
  }

  private Path write(String name, int channels) throws IOException {
    Shape image = Shape.of(SIDE, SIDE, channels);
    Model net =
        Sequential.of(
            Layers.input(SIDE, SIDE, channels).pixels(),
            Layers.flatten(),
            Layers.dense(2),
            Layers.softmax());
    Map<String, Tensor> weights = new HashMap<>();
    for (Weight weight : net.weights()) {
      Tensor values = Tensor.zeros(DType.F32, weight.variable().shape());
      for (int i = 0; i < values.floats().length && values.shape().rank() == 2; i++) {
        boolean left = i / 2 / channels % SIDE < SIDE / 2;
        values.floats()[i] = left == (i % 2 == 0) ? 0.1f : -0.1f;
      }
      weights.put(weight.name(), values);
    }
    DataDescription data =
        new DataDescription(
            "sides", List.of("left", "right side"), image, Polarity.LIGHT_ON_DARK, false);
    Path file = folder.resolve(name + ".safetensors");
    new ModelFile(net, weights, Losses.sparseCategoricalCrossentropy(), Map.of(), data).write(file);
    return file;
  }

  /** A picture, dark but for a stroke from one column to another. */
  private Path picture(String name, int side, int from, int to) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 2; y < side - 2; y++) {
      for (int x = from; x < to; x++) {
        image.getRaster().setSample(x, y, 0, 255);
      }
    }
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void classesHaveNames() throws IOException {
    Path left = picture("l.png", SIDE, 1, 3);
    Path right = picture("r.png", SIDE, 5, 7);
    Call call = xnor("predict", model, left, right);
    assertEquals(ExitCode.OK, call.code(), call.err());
    List<String> lines = call.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith(left + ": left  (0."), call.out());
    assertTrue(lines.get(0).contains("; next right side with 0."), call.out());
    assertTrue(lines.get(0).endsWith(")  taken as it is"), call.out());
    assertTrue(lines.get(1).startsWith(right + ": right side  ("), call.out());
  }

  @Test
  void jsonTellsThemToo() throws IOException {
    Path right = picture("r.png", SIDE, 5, 7);
    JsonObject line = xnor("predict", model, right, "--json").json().getFirst();
    assertEquals(
        List.of("file", "class", "outputs", "note", "name", "confidence"),
        List.copyOf(line.keySet()));
    assertEquals(1, line.get("class").getAsInt());
    assertEquals("right side", line.get("name").getAsString());
    double confidence = line.get("confidence").getAsDouble();
    assertEquals(line.getAsJsonArray("outputs").get(1).getAsFloat(), confidence, 1e-6);
    JsonObject shown = xnor("predict", model, right, "--json", "--show").json().getFirst();
    assertEquals(SIDE * SIDE, shown.getAsJsonArray("pixels").size());
    assertEquals(255, shown.getAsJsonArray("pixels").get(2 * SIDE + 5).getAsInt());
  }

  @Test
  void whatTheModelSawIsShown() throws IOException {
    Path left = picture("l.png", SIDE, 1, 3);
    Path to = folder.resolve("shown/here");
    Call call = xnor("predict", model, left, "--show", "--show-to", to);
    String even = "|                |\n";
    String row = "|  @@@@          |\n";
    String expected = even.repeat(2) + row.repeat(4) + even.repeat(2);
    assertTrue(call.out().replace(System.lineSeparator(), "\n").endsWith(expected), call.out());
    BufferedImage written = ImageIO.read(to.resolve("l.png.png").toFile());
    assertEquals(255, written.getRaster().getSample(1, 2, 0));
    assertEquals(0, written.getRaster().getSample(0, 2, 0));
  }

  @Test
  void userOverrulesPolarity() throws IOException {
    Path left = picture("l.png", SIDE, 1, 3);
    Call inverted = xnor("predict", model, left, "--invert");
    assertTrue(inverted.out().contains(": right side  ("), inverted.out());
    assertTrue(inverted.out().contains("inverted"), inverted.out());
    Call asIs = xnor("predict", model, left, "--as-is");
    assertTrue(asIs.out().contains(": left  ("), asIs.out());
    xnor("predict", model, left, "--as-is", "--invert").assertRefused("--as-is", "--invert");
  }

  @Test
  void colourModelsTakeColourPictures() throws IOException {
    Path colour = write("colour", 3);
    BufferedImage image = new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 30 * 20; i++) {
      image.setRGB(i % 30, i / 30, i % 30 > 15 ? 0xff8000 : 0x001020);
    }
    File file = folder.resolve("photo.png").toFile();
    ImageIO.write(image, "png", file);
    Call call = xnor("predict", colour, file);
    assertEquals(ExitCode.OK, call.code(), call.err());
    assertTrue(call.out().contains(": right side  ("), call.out());
  }

  @Test
  void oneBadPictureAmongManyIsPassedOver() throws IOException {
    Path left = picture("l.png", SIDE, 1, 3);
    Path right = picture("r.png", SIDE, 5, 7);
    Path bad = Files.write(folder.resolve("photo.heic"), "\0\0\0\30ftypheic\0\0\0\0".getBytes());
    Path missing = folder.resolve("missing.png");
    Call call = xnor("predict", model, left, bad, missing, right);
    assertEquals(ExitCode.BAD_INPUT, call.code());
    assertEquals(2, call.out().lines().count(), call.out());
    List<String> lines = call.err().lines().toList();
    assertEquals(2, lines.size(), call.err());
    assertTrue(lines.get(0).startsWith("xnor: " + bad + ": is HEIC"), call.err());
    assertEquals("xnor: " + missing + ": does not exist", lines.get(1));
    xnor("predict", model, bad).assertRefused("HEIC", bad.toString());
  }

  @Test
  void foldersAreTheirPictures() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("scans/more")).getParent();
    for (int i = 0; i < 120; i++) { // more than a batch
      Files.copy(
          i == 0 ? picture("l.png", SIDE, 1, 3) : folder.resolve("l.png"),
          inner.resolve("p%03d.PNG".formatted(i)));
    }
    Files.copy(picture("r.png", SIDE, 5, 7), inner.resolve("more/r.png"));
    Files.writeString(inner.resolve("notes.txt"), "no picture");
    Call call = xnor("predict", model, inner, "--json");
    assertEquals(ExitCode.OK, call.code(), call.err());
    List<JsonObject> lines = call.json();
    assertEquals(121, lines.size());
    assertEquals(1, lines.getFirst().get("class").getAsInt(), "scans/more is first by name");
    assertTrue(lines.getLast().get("file").getAsString().endsWith("p119.PNG"));
    assertRefused(
        xnor("predict", model, Files.createDirectory(folder.resolve("empty"))), "no pictures");
  }

  @Test
  void predictionsOfImagesAreATable() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    byte[] images = new byte[16 + 3 * SIDE * SIDE];
    images[2] = 8;
    images[3] = 3;
    images[7] = 3;
    images[11] = SIDE;
    images[15] = SIDE;
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
      boolean left = i % SIDE < SIDE / 2;
      images[16 + i] = (byte) (left == i / SIDE / SIDE < 2 ? 255 : 0); // left, left, right
    }
    Files.write(data.resolve("t10k-images-idx3-ubyte"), images);
    Files.write(
        data.resolve("t10k-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 1});
    Path table = folder.resolve("said.csv");
    Call call = xnor("evaluate", model, "--data", data, "--predictions", table);
    assertEquals(ExitCode.OK, call.code(), call.err());
    List<String> lines = Files.readAllLines(table);
    assertEquals("index,label,class,probability", lines.getFirst());
    assertEquals(4, lines.size());
    String[][] expected = {{"0", "0", "0"}, {"1", "1", "0"}, {"2", "1", "1"}};
    for (int i = 0; i < 3; i++) {
      String[] cells = lines.get(i + 1).split(",");
      assertArrayEquals(expected[i], List.of(cells).subList(0, 3).toArray());
      assertTrue(Double.parseDouble(cells[3]) > 0.5, lines.get(i + 1));
    }
    assertRefused(
        xnor("evaluate", model, "--data", data, "--predictions", folder.resolve("no/such.csv")),
        "no");
    assertFalse(Files.exists(folder.resolve("no")));
  }
}
