package io.github.xnor4j.cli;

import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which data set is read. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "Folder with another data set of MNIST's form, such as Fashion-MNIST or KMNIST:"
            + " train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and"
            + " t10k-labels-idx1-ubyte, plain or with .gz.",
        "Default: MNIST, which comes with xnor"
      })
  private Path folder;

  Dataset train() throws IOException {
    return folder == null ? Mnist.train() : Dataset.train(folder);
  }

  Dataset test() throws IOException {
    return folder == null ? Mnist.test() : Dataset.test(folder);
  }

  /** What it is called in messages. */
  String name() {
    return folder == null ? "MNIST" : folder.toString();
  }
}
