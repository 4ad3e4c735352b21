package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pooling of images [N, H, W, C] (keras.layers.MaxPooling2D, AveragePooling2D); padding never takes
 * part.
 *
 * @param id class name, name and switches
 * @param kind what is computed
 * @param poolSize extent of the windows, at least 1
 * @param strides distance between windows, at least 1
 * @param padding what happens at the border
 */
public record Pooling2D(LayerId id, Op.PoolKind kind, Size poolSize, Size strides, Padding padding)
    implements BasicLayer<Pooling2D> {
  static final String MAX = "MaxPooling2D";
  static final String AVERAGE = "AveragePooling2D";

  /** Checks the ranges. */
  public Pooling2D {
    id.require(poolSize.isValid(), "pool_size is " + poolSize + ", expected 1 to " + Size.MAX);
    id.require(strides.isValid(), "strides is " + strides + ", expected 1 to " + Size.MAX);
  }

  Pooling2D(String className, Size poolSize) {
    this(LayerId.of(className), kindOf(className), poolSize, poolSize, Padding.VALID);
  }

  static Op.PoolKind kindOf(String className) {
    return className.equals(MAX) ? Op.PoolKind.MAX : Op.PoolKind.AVERAGE;
  }

  @Override
  public Pooling2D withId(LayerId newId) {
    return new Pooling2D(newId, kind, poolSize, strides, padding);
  }

  /** This layer with the same stride on both axes; by default it is the pool's size. */
  public Pooling2D strides(int stride) {
    return strides(stride, stride);
  }

  /** This layer with other strides. */
  public Pooling2D strides(int height, int width) {
    return new Pooling2D(id, kind, poolSize, new Size(height, width), padding);
  }

  /** This layer with another padding. */
  public Pooling2D padding(Padding newPadding) {
    return new Pooling2D(id, kind, poolSize, strides, newPadding);
  }

  private Window window(Shape input) {
    return padding.window(poolSize, strides, Size.ONE, input);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = only(inputs, 3);
    Window window = window(input);
    int height = window.output(1, input.dim(0));
    int width = window.output(2, input.dim(1));
    id.require(
        height >= 1 && width >= 1,
        "pool_size is " + poolSize + ", expected one that fits into the input " + input);
    return Shape.of(height, width, input.dim(2));
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    Value x = inputs.getFirst();
    Value images = Shapes.withDepth(context.trace(), x);
    Window window = window(Shapes.withoutBatch(x));
    Value y = context.trace().value(new Op.Pool(kind, images, window));
    return Shapes.withoutDepth(context.trace(), y);
  }

  @Override
  public Macs macs() {
    return Macs.ZERO;
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("pool_size", poolSize);
    config.put("padding", padding);
    config.put("strides", strides);
    config.put("data_format", "channels_last");
    return config;
  }
}
