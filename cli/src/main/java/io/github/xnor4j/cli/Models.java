package io.github.xnor4j.cli;

import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.FileKind;
import io.github.xnor4j.nn.InputSpec;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.train.ModelFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Reads models and checks that data fit them. */
final class Models {
  private static final long MAX_JSON_BYTES = 64L << 20;
  private static final int HASH_SHOWN = 12;

  /** What some editors put in front of UTF-8. */
  private static final String MARK = "\ufeff";

  private Models() {}

  /**
   * Reads Keras JSON.
   *
   * @throws BadFileException if it is not the JSON of a model
   * @throws IOException if it cannot be read
   */
  static Model readJson(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MAX_JSON_BYTES) {
      throw new BadFileException(
          file, "has " + bytes + " bytes, expected at most " + MAX_JSON_BYTES + " of Keras JSON");
    }
    String mistaken = FileKind.mistaken(file, FileKind.JSON);
    if (mistaken != null) {
      throw new BadFileException(file, mistaken);
    }
    try {
      String text = Files.readString(file);
      return KerasJson.read(text.startsWith(MARK) ? text.substring(MARK.length()) : text);
    } catch (CharacterCodingException e) {
      throw new BadFileException(file, "is not UTF-8 text, expected Keras JSON");
    } catch (IllegalArgumentException e) {
      throw new BadFileException(file, e.getMessage());
    }
  }

  /**
   * Reads Keras JSON of a model that tells classes of images, fed with pixels.
   *
   * @throws IOException if it cannot be read or is not the JSON of a model
   */
  static Model readFed(Path file) throws IOException {
    return ofPixels(readJson(file), file.toString());
  }

  /** The tutorial's network for images of their size, with as many classes as they have. */
  static Model tutorialFor(Dataset images, String name) {
    int named = images.description().classes().size();
    int labelled = Arrays.stream(images.labels().ints()).max().orElse(0) + 1;
    try {
      return Networks.tutorial(images.imageShape(), Math.max(2, Math.max(named, labelled)));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          name
              + ": images are "
              + images.imageShape()
              + ", too small for the default network; --model FILE.json takes another one");
    }
  }

  /** The model, fed with pixels; refuses one that does not tell classes of images. */
  static Model ofPixels(Model model, String name) {
    Model fed = model.withPixels();
    List<InputSpec> inputs = fed.inputs();
    if (inputs.size() != 1 || inputs.getFirst().shape().rank() != 3) {
      throw new BadInputException(
          name
              + ": the model takes "
              + inputs.stream().map(InputSpec::shape).toList()
              + ", expected one input [height, width, channels]");
    }
    if (fed.outputShapes().size() != 1 || fed.outputShapes().getFirst().rank() != 1) {
      throw new BadInputException(
          name + ": the model gives " + fed.outputShapes() + ", expected one [classes]");
    }
    return fed;
  }

  /**
   * Writes a trained model; hours of training are not lost for a disk that is full or a folder that
   * is gone: then it is written to the folder of temporary files, with a warning.
   *
   * @return where it is
   * @throws IOException if it can be written to neither
   */
  static Path write(ModelFile trained, Path out, Terminal terminal) throws IOException {
    try {
      trained.write(out);
      return out;
    } catch (IOException e) {
      String name = "xnor-" + trained.hash().substring(0, HASH_SHOWN) + ".safetensors";
      Path other = Path.of(System.getProperty("java.io.tmpdir"), name).toAbsolutePath();
      trained.write(other);
      terminal
          .err()
          .println("xnor: " + e.getMessage() + "; the model was written to " + other + " instead");
      return other;
    }
  }

  /** Refuses data of another shape or with other classes than the model's. */
  static void requireFit(Model model, Dataset data, String name) {
    Shape expected = model.inputs().getFirst().shape();
    if (data.size() == 0) {
      throw new BadInputException(name + ": there are no images, expected one or more");
    }
    if (!data.imageShape().equals(expected)) {
      throw new BadInputException(
          name + ": images are " + data.imageShape() + ", expected " + expected + " for the model");
    }
    try {
      data.requireLabels(model.outputShapes().getFirst().dim(0));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(name + ": " + e.getMessage());
    }
  }

  /** Refuses a batch of more images than a tensor of the model has room for. */
  static void requireBatch(Model model, int size) {
    try {
      model.trace(new Trace(), size, true);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--batch-size: a batch of " + size + " images is too large: " + e.getMessage());
    }
  }
}
