package com.example.parts;

import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.quantDense;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.Activation;
import io.github.xnor4j.nn.BasicLayer;
import io.github.xnor4j.nn.KernelLayer;
import io.github.xnor4j.nn.KernelOptions;
import io.github.xnor4j.nn.LayerContext;
import io.github.xnor4j.nn.LayerId;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.nn.Summary;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Predictor;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What parts of our own compute, and what can be done with a model that has some. */
class OwnPartsTest {
  private static final String REFERENCE = "reference";

  @TempDir private Path folder;

  private static Tensor[] run(Trace trace, Tensor... inputs) {
    try (Session session = Backends.select(REFERENCE).open(new SessionOptions(1))) {
      return session.compile(trace.build()).run(inputs);
    }
  }

  @Test
  void aQuantizerHasItsOwnGradient() {
    float[] xs = {-1.5f, -0.25f, 0, 0.5f, 3};
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(xs.length));
    Value y = new TanhSign(2).quantize(trace, x);
    Value ones = trace.constant(Tensor.full(Shape.of(xs.length), 1));
    trace.output("y", trace.value(new Op.Unpack(y)));
    trace.output("gradient", Differentiator.gradients(trace, y, ones, List.of(x)).getFirst());
    Tensor[] results = run(trace, Tensor.f32(Shape.of(xs.length), xs));
    assertEquals(Tensor.f32(Shape.of(xs.length), -1, -1, 1, 1, 1), results[0]);
    for (int i = 0; i < xs.length; i++) {
      double tanh = Math.tanh(2.0 * xs[i]);
      assertEquals(2 * (1 - tanh * tanh), results[1].floats()[i], 1e-6, "x = " + xs[i]);
    }
  }

  /** A kind of dense layer: quantizers, bias, activation and their settings come by themselves. */
  private record HalfDense(LayerId id, KernelOptions options, int units)
      implements KernelLayer<HalfDense> {
    @Override
    public HalfDense withId(LayerId other) {
      return new HalfDense(other, options, units);
    }

    @Override
    public HalfDense with(KernelOptions other) {
      return new HalfDense(id, other, units);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(units);
    }

    @Override
    public Shape kernelShape(List<Shape> inputs) {
      return Shape.of(only(inputs, 1).dim(0), units);
    }

    @Override
    public Value product(LayerContext context, Value x, Value kernel) {
      Value whole = quantDense(units).product(context, x, kernel);
      return context.trace().mul(context.trace().constant(0.5f), whole);
    }

    @Override
    public Map<String, Object> config() {
      Map<String, Object> config = new LinkedHashMap<>(options.config());
      config.put("units", units);
      return config;
    }
  }

  /** A layer that applies one of the library's activations. */
  private record Twice(LayerId id, Activation function) implements BasicLayer<Twice> {
    @Override
    public Twice withId(LayerId other) {
      return new Twice(other, function);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only(inputs);
    }

    @Override
    public Value trace(LayerContext context, List<Value> inputs) {
      Value once = function.apply(context.trace(), inputs.getFirst());
      return context.trace().add(once, once);
    }

    @Override
    public Map<String, Object> config() {
      return Map.of("function", function);
    }
  }

  @Test
  void layersCanBeMadeOfTheLibrarysParts() {
    Model model =
        Sequential.of(
            input(3),
            new HalfDense(LayerId.of("HalfDense"), KernelOptions.DEFAULTS, 1)
                .kernelInitializer(new Around(2, 0))
                .biasInitializer(new Around(-1, 0)),
            new Twice(LayerId.of("Twice"), Activation.RELU));
    Trace trace = new Trace();
    trace.output("y", model.trace(trace, 2, false).output());
    Tensor[] results = run(trace, Tensor.f32(Shape.of(2, 3), 1, 2, 3, -1, -2, -3));
    assertEquals(Tensor.f32(Shape.of(2, 1), 2 * (6 - 1), 0), results[0]);
    assertTrue(Summary.of(model).contains("half_dense"), Summary.of(model));
  }

  @Test
  void savingNamesThePartThatNoFileCanHold() throws IOException {
    Path file = folder.resolve("digits.safetensors");
    try (Trainer trainer = OwnRun.setup().on(Backends.select(REFERENCE))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> trainer.save(file));
      assertTrue(e.getMessage().contains("layer 'quant_conv2d'"), e.getMessage());
      assertTrue(e.getMessage().contains(Around.class.getName()), e.getMessage());
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void theWeightsCanBeKeptAndTheModelMadeAgain() throws IOException {
    Path file = folder.resolve("digits.safetensors");
    Tensor images = Mnist.test().first(20).images();
    Tensor outputs;
    try (Trainer trainer = OwnRun.setup().on(Backends.auto())) {
      Digits.keep(trainer, file);
      outputs = trainer.predict(images);
    }
    try (Predictor predictor = Digits.open(file)) {
      assertEquals(outputs, predictor.predict(images));
    }
  }
}
