package com.example.parts;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Loss;
import io.github.xnor4j.train.Metric;
import java.util.List;

/** The squared distance of the output from the vector with 1 at the class: a loss and a metric. */
record Distance() implements Loss, Metric {
  @Override
  public String name() {
    return "distance";
  }

  @Override
  public Value perExample(Trace trace, Value output, Value labels) {
    int examples = output.shape().dim(0);
    int classes = output.shape().dim(1);
    int[] columns = new int[classes];
    for (int i = 0; i < classes; i++) {
      columns[i] = i;
    }
    Value column = trace.constant(Tensor.i32(Shape.of(1, classes), columns));
    Value row = trace.reshape(labels, Shape.of(examples, 1));
    Value one = trace.constant(1);
    Value wanted = trace.select(Op.Comparison.EQUAL, row, column, one, trace.constant(0));
    Value square = trace.unary(Op.UnaryKind.SQUARE, trace.sub(output, wanted));
    return trace.reshape(trace.sum(square, List.of(1)), Shape.of(examples));
  }
}
