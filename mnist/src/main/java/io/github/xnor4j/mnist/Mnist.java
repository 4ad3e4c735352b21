package io.github.xnor4j.mnist;

import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.data.Idx;
import io.github.xnor4j.tensor.Tensor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * MNIST (Yann LeCun, Corinna Cortes, Christopher J. C. Burges; CC BY-SA 3.0): handwritten digits,
 * 28x28 pixels, white on black, classes 0 to 9. The files are this module's resources; see
 * ORIGIN.txt beside them.
 */
public final class Mnist {
  private static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private Mnist() {}

  /**
   * The 60,000 training images.
   *
   * @throws UncheckedIOException if the resources are missing or damaged
   */
  public static Dataset train() {
    return read("train");
  }

  /**
   * The 10,000 test images.
   *
   * @throws UncheckedIOException if the resources are missing or damaged
   */
  public static Dataset test() {
    return read("t10k");
  }

  private static Dataset read(String part) {
    try {
      String images = part + "-images-idx3-ubyte.gz";
      String labels = part + "-labels-idx1-ubyte.gz";
      return Dataset.ofArrays(resource(images), images, resource(labels), labels)
          .named("MNIST")
          .classes(DIGITS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor resource(String name) throws IOException {
    try (InputStream in = Mnist.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + name + " is missing, expected it in the jar");
      }
      return Idx.read(in, name);
    }
  }
}
