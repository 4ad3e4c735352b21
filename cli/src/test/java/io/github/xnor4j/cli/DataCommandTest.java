package io.github.xnor4j.cli;

import static io.github.xnor4j.cli.Calls.assertRefused;
import static io.github.xnor4j.cli.Calls.xnor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.cli.Calls.Call;
import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.train.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What people bring as data: the cases are 65 images of 8x8 pixels for training and as many for
 * tests, in the forms that threads of other projects tell of.
 */
class DataCommandTest {
  @TempDir private Path folder;

  private static Path resource(String name) {
    try {
      return Path.of(DataCommandTest.class.getResource("cases/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The network of the cases, with another number of classes or filters. */
  private Path model(int classes, int filters) throws IOException {
    String json = Files.readString(resource("n10.json"));
    return Files.writeString(
        folder.resolve("net.json"),
        json.replace("\"units\": 10", "\"units\": " + classes)
            .replace("\"filters\": 4", "\"filters\": " + filters));
  }

  private static Call train(Path data, Path model, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("train", "--data", data, "--model", model, "--epochs", 1));
    if (!List.of(more).contains("--batch-size")) {
      args.addAll(List.of("--batch-size", 13));
    }
    args.addAll(List.of(more));
    return xnor(args.toArray());
  }

  private static void assertTrains(Call call, String... words) {
    assertEquals(ExitCode.OK, call.code(), call.err());
    for (String word : words) {
      assertTrue(call.out().contains(word), () -> "'" + word + "' in: " + call.out());
    }
  }

  // ---- the cases

  @ParameterizedTest
  @ValueSource(strings = {"std", "dot", "kag", "fl"})
  void otherNamesAndFloatsTrain(String name) {
    Call call = train(resource("data/" + name), resource("n10.json"));
    assertTrains(call, "65 images");
    assertEquals("", call.err(), "five steps say nothing of what is learnt");
  }

  @Test
  void ofQmnistTheFirstColumnIsTheClass() throws IOException {
    assertTrains(train(resource("data/qm"), resource("n10.json")), "65 images");
    int[] labels = Dataset.train(resource("data/qm")).labels().ints();
    assertEquals("[0, 8, 6, 4, 2, 0, 8]", Arrays.toString(Arrays.copyOf(labels, 7)));
  }

  @Test
  void emnistIsTurnedUprightAndItsClassesNamed() throws IOException {
    Path data = resource("data/emnist");
    Path out = folder.resolve("letters.safetensors");
    assertTrains(train(data, model(26, 4), "--out", out), "65 images of EMNIST letters");
    DataDescription description = ModelFile.read(out).data();
    assertEquals(26, description.classes().size());
    assertEquals("a", description.className(0));
    assertEquals("z", description.className(25));
    assertRefused(
        lastLine(train(data, resource("n10.json"))), "expected 0 to 9", "26 classes, a to z");
  }

  /** Without warnings and infos in front. */
  private static Call lastLine(Call call) {
    return new Call(call.code(), call.out(), call.err().lines().toList().getLast());
  }

  @Test
  void labelsThatBeginAtOneAreSaidTo() throws IOException {
    Path data = resource("data/letters");
    assertRefused(
        train(data, resource("n10.json")),
        "label of image 9 is 10, expected 0 to 9",
        "seem to begin at 1",
        "--first-label 1");
    assertTrains(train(data, model(26, 4), "--first-label", 1), "65 images");
    Call call = train(data, model(27, 4));
    assertTrains(call);
    assertTrue(call.err().contains("no training image is of class 0"), call.err());
  }

  @Test
  void oneHotLabelsAreNamed() {
    assertRefused(
        train(resource("data/onehot"), resource("n10.json")),
        "train-labels-idx1-ubyte: ",
        "one-hot",
        "argmax");
  }

  @Test
  void aBatchOfEverythingTrainsOrIsRefused() throws IOException {
    Path data = resource("data/std");
    assertTrains(train(data, resource("n10.json"), "--batch-size", Integer.MAX_VALUE));
    assertRefused(
        train(data, model(10, 1_000_000), "--batch-size", Integer.MAX_VALUE),
        "--batch-size: a batch of 65 images is too large");
  }

  // ---- warnings

  @Test
  void aLastBatchOfOneImageIsWarnedAbout() {
    Call call = train(resource("data/std"), resource("n10.json"), "--batch-size", 64);
    assertTrains(call);
    assertTrue(call.err().contains("the last batch of an epoch has one image"), call.err());
    assertTrue(call.err().contains("with batch size 63 it has 2"), call.err());
  }

  @Test
  void classesWithoutAnImageAreWarnedAbout() throws IOException {
    Call call = train(resource("data/std"), model(12, 4));
    assertTrains(call);
    assertTrue(call.err().contains("2 of the model's 12 classes"), call.err());
    assertTrue(call.err().contains("learned: 10, 11;"), call.err());
  }

  // ---- folders of pictures

  /** Squares whose place and brightness tell the class, dark on light. */
  private static void writePictures(Path classes, int count) throws IOException {
    Random random = new Random(1);
    for (int label = 0; label < 10; label++) {
      Path own = Files.createDirectories(classes.resolve("class " + label));
      for (int i = 0; i < count; i++) {
        BufferedImage image = new BufferedImage(14, 14, BufferedImage.TYPE_BYTE_GRAY);
        for (int pixel = 0; pixel < 14 * 14; pixel++) {
          int x = pixel % 14;
          int y = pixel / 14;
          boolean ink = (x / 3 + y / 3 * 4) % 11 == label && x > 0 && y > 0;
          image.getRaster().setSample(x, y, 0, (ink ? 20 : 230) + random.nextInt(20));
        }
        ImageIO.write(image, "png", own.resolve(i + ".png").toFile());
      }
    }
  }

  @Test
  void aFolderOfFiveThousandPicturesTrains() throws IOException {
    writePictures(folder.resolve("pictures"), 500);
    Path out = folder.resolve("model.safetensors");
    Call call =
        xnor(
            "train",
            "--data",
            folder.resolve("pictures"),
            "--split",
            0.1,
            "--max-steps",
            20,
            "--out",
            out);
    assertTrains(call, "4500 images", "(500 images)");
    assertEquals("", call.err());
    DataDescription description = ModelFile.read(out).data();
    assertEquals(Shape.of(28, 28, 1), description.image());
    assertEquals(10, description.classes().size());
    assertEquals("class 3", description.className(3));
    assertEquals(Polarity.DARK_ON_LIGHT, description.polarity());
    assertTrue(description.resized());
    Call evaluated =
        xnor("evaluate", out, "--data", folder.resolve("pictures"), "--split", 0.1, "--json");
    assertEquals(ExitCode.OK, evaluated.code(), evaluated.err());
    assertEquals(500, evaluated.json().getFirst().get("images").getAsInt());
    assertTrue(evaluated.json().getFirst().get("testAccuracy").getAsDouble() > 0.5);
  }

  @Test
  void aModelIsMeasuredByTheNamesOfItsClasses() throws IOException {
    Path all = folder.resolve("pictures");
    writePictures(all, 4);
    Path out = folder.resolve("model.safetensors");
    assertTrains(train(all, model(10, 4), "--split", 0.5, "--out", out), "20 images");
    Path some = Files.createDirectories(folder.resolve("some"));
    Files.move(all.resolve("class 7"), some.resolve("class 7"));
    Files.move(all.resolve("class 9"), some.resolve("class 9"));
    Call call = xnor("evaluate", out, "--data", some, "--json");
    assertEquals(ExitCode.OK, call.code(), call.err());
    assertEquals(8, call.json().getFirst().get("images").getAsInt());
    Files.move(some.resolve("class 9"), some.resolve("class x"));
    xnor("evaluate", out, "--data", some).assertRefused("class x", "class 9");
  }

  @Test
  void damagedPicturesAreNamed() throws IOException {
    writePictures(folder, 2);
    Path damaged = folder.resolve("class 4").resolve("1.png");
    Files.write(damaged, Arrays.copyOf(Files.readAllBytes(damaged), 40));
    assertRefused(xnor("train", "--data", folder, "--split", 0.5), damaged.toString());
    xnor("train", "--data", folder).assertRefused("no test images", "--split");
    assertFalse(Files.exists(folder.resolve("test")));
  }
}
