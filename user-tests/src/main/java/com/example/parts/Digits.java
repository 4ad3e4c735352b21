package com.example.parts;

import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.softmax;
import static io.github.xnor4j.nn.Quantizers.steSign;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.Constraints;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Predictor;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A network with parts of its own among the library's, and how it is kept. */
final class Digits {
  private Digits() {}

  static void keep(Trainer trainer, Path file) throws IOException {
    new Safetensors(trainer.weights(), Map.of()).write(file);
  }

  static Predictor open(Path file) throws IOException {
    Map<String, Tensor> weights = Safetensors.read(file).tensors();
    ModelFile kept = new ModelFile(model(), weights, new Distance(), Map.of());
    return Predictor.open(kept, Backends.auto(), SessionOptions.defaults());
  }

  static Model model() {
    return Sequential.of(
        input(28, 28, 1).pixels(),
        quantConv2D(8, 3)
            .kernelQuantizer(new TanhSign(2))
            .kernelConstraint(new AtLeast(-1))
            .kernelInitializer(new Around(0, 0.5f)),
        maxPooling2D(4),
        new Gain(0.01f),
        batchNormalization(),
        flatten(),
        quantDense(10)
            .inputQuantizer(new TanhSign(1))
            .kernelQuantizer(steSign())
            .kernelConstraint(Constraints.weightClip()),
        batchNormalization(),
        softmax());
  }
}
