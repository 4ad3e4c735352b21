package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Where a model is fed. Also the symbol that the functional form begins with. */
public record InputLayer(LayerId id, Shape shape, PixelScaling scaling)
    implements BasicLayer<InputLayer>, Symbol {
  static final String CLASS = "InputLayer";

  /** Floats of a shape without the batch axis. */
  InputLayer(Shape shape) {
    this(LayerId.of(CLASS), shape, null);
  }

  /** Fed with bytes, which the program scales to [-1, 1]: v / 127.5 - 1. */
  public InputLayer pixels() {
    return pixels(PixelScaling.SIGNED);
  }

  /** Fed with bytes, which the program scales. */
  public InputLayer pixels(PixelScaling pixelScaling) {
    return new InputLayer(id, shape, pixelScaling);
  }

  /** Fed with bytes, which the program scales to (v * multiplier + offset) / divisor. */
  public InputLayer pixels(int multiplier, int offset, int divisor) {
    return pixels(new PixelScaling(multiplier, offset, divisor));
  }

  @Override
  public InputLayer withId(LayerId newId) {
    return new InputLayer(newId, shape, scaling);
  }

  InputSpec spec() {
    return new InputSpec(name(), scaling == null ? DType.F32 : DType.U8, shape);
  }

  /** Declares the program's input and scales it. */
  Value declare(Trace trace, int batch) {
    InputSpec spec = spec();
    Value input = trace.batchInput(spec.name(), spec.dtype(), Shapes.withBatch(batch, shape));
    return scaling == null
        ? input
        : trace.value(
            new Op.Scale(input, scaling.multiplier(), scaling.offset(), scaling.divisor()));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return shape;
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    throw id.error("an input was called like a layer, expected it as the first of a model");
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("batch_input_shape", Shapes.kerasShape(shape));
  }
}
