package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** The output of one call of a layer. Compared by identity. */
final class LayerOutput implements Symbol {
  private final Layer layer;
  private final List<Symbol> inputs;
  private final Shape shape;

  LayerOutput(Layer layer, List<Symbol> inputs) {
    this.layer = layer;
    this.inputs = inputs;
    this.shape = layer.outputShape(inputs.stream().map(Symbol::shape).toList());
  }

  Layer layer() {
    return layer;
  }

  List<Symbol> inputs() {
    return inputs;
  }

  @Override
  public Shape shape() {
    return shape;
  }
}
