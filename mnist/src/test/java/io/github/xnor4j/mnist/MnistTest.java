package io.github.xnor4j.mnist;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @Test
  void bothPartsAreRead() {
    Dataset train = Mnist.train();
    assertEquals(Shape.of(60000, 28, 28, 1), train.images().shape());
    assertEquals("[5, 0, 4, 1, 9]", Arrays.toString(Arrays.copyOf(train.labels().ints(), 5)));
    train.requireLabels(10);
    Dataset test = Mnist.test();
    assertEquals(Shape.of(10000, 28, 28, 1), test.images().shape());
    assertEquals("[7, 2, 1, 0, 4]", Arrays.toString(Arrays.copyOf(test.labels().ints(), 5)));
    test.requireLabels(10);
  }

  @Test
  void itIsDescribed() {
    DataDescription description = Mnist.test().description();
    assertEquals("MNIST", description.name());
    assertEquals("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", description.classes().toString());
    assertEquals(Shape.of(28, 28, 1), description.image());
    assertEquals(Polarity.LIGHT_ON_DARK, description.polarity());
    assertFalse(description.resized());
  }

  @Test
  void itsFilesAreRecognizedWhateverTheyAreCalled(@TempDir Path above) throws IOException {
    Path folder = Files.createDirectory(above.resolve("data"));
    byte[] images = resource("t10k-images-idx3-ubyte.gz");
    byte[] labels = resource("t10k-labels-idx1-ubyte.gz");
    Files.write(folder.resolve("test_imgs"), images);
    Files.write(folder.resolve("test_targets"), labels);
    assertEquals("[]", warnings(() -> assertIsMnist(Dataset.test(folder))).toString());
    images[images.length / 2] ^= 1; // as a damaged disk leaves it: gzip would notice
    Files.write(folder.resolve("test_imgs"), images);
    List<String> warnings = warnings(() -> assertIsMnist(Dataset.test(folder)));
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().contains("labels are those of MNIST, but the images are not"));
    labels[labels.length / 2] = 3;
    labels[labels.length / 2 + 1] = 3;
    Files.write(folder.resolve("test_targets"), labels);
    Path named = Files.move(folder, above.resolve("mnist"));
    warnings = warnings(() -> assertIsMnist(Dataset.test(named)));
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().contains("is called MNIST, but images and labels are not"));
  }

  private static void assertIsMnist(Dataset data) {
    assertEquals("MNIST", data.description().name());
    assertEquals(10, data.description().classes().size());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = new GZIPInputStream(Mnist.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    }
  }

  /** What is logged meanwhile. */
  private static List<String> warnings(Executable action) {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    try {
      assertDoesNotThrow(action);
      return lines;
    } finally {
      root.removeHandler(handler);
    }
  }
}
