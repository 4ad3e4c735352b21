package io.github.xnor4j.cli;

import io.github.xnor4j.train.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that gives layers to a file of tensors. */
final class LayersOption {
  @Option(
      names = "--model",
      paramLabel = "FILE.json",
      description =
          "The layers of MODEL as Keras JSON, if MODEL has only tensors, named as Keras names"
              + " weights: conv2d/kernel.")
  private Path layers;

  /**
   * Reads a model file, or the tensors of the layers that were given.
   *
   * @throws IOException if one of them cannot be read or is not as expected
   */
  ModelFile read(Path file) throws IOException {
    return layers == null
        ? ModelFile.read(file)
        : ModelFile.read(file, Models.ofPixels(Models.readJson(layers), layers.toString()));
  }
}
