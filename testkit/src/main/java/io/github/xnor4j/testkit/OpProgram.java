package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One program of the ops that no network uses, behind one another: random numbers, a locally
 * connected layer and its gradients, parts, products of integers, and a step that it counts itself.
 */
final class OpProgram {
  private static final Window WINDOW =
      new Window(
          new Extent(1, 2, 2), Extent.ONE, Extent.ONE, new Extent(0, 1, 0), new Extent(0, 0, 1));

  private final Variable filter = floats("filter", Shape.of(16, 12, 2));
  private final Variable seed = Variable.state("seed", Tensor.i32(Shape.of(2), 7, 8));
  private final Variable step = Variable.state("step", Tensor.i32(Shape.SCALAR, 5));

  private static Variable floats(String name, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3;
    }
    return Variable.state(name, Tensor.f32(shape, values));
  }

  /** The program for a batch. */
  Program program(int n) {
    Trace t = new Trace();
    Value x = t.batchInput("x", DType.F32, Shape.of(n, 1, 4, 4, 3));
    Value next =
        t.concatenate(
            List.of(t.reshape(t.read(step), Shape.of(1)), t.constant(Tensor.i32(Shape.of(1), 1))),
            0);
    t.assign(step, t.reshape(t.sum(next, List.of(0)), Shape.SCALAR));

    Value uniform = t.random(Op.RandomKind.UNIFORM, t.read(seed), t.read(step), 1, x.type().dims());
    Value kept =
        t.select(Op.Comparison.LESS, uniform, t.constant(0.25f), t.constant(0f), t.constant(1f));
    Value dropped = t.mul(x, kept);
    Value bits = t.random(Op.RandomKind.BITS, t.read(seed), t.read(step), 2, x.type().dims());
    Value signs = t.threshold(bits, t.constant(Tensor.i32(Shape.SCALAR, 0)));

    // a locally connected layer: a matrix for each of 16 positions
    Value patches = t.patches(dropped, WINDOW, 1);
    Value positions = t.reshape(patches, Shape.of(n, 16, 12));
    Value y = t.matMul(t.transpose(positions, List.of(1, 0, 2)), t.read(filter));
    Value features = t.transpose(y, List.of(1, 0, 2));
    Value both = t.concatenate(List.of(features, t.unary(Op.UnaryKind.ABS, features)), 0);
    Value padded = t.pad(both, List.of(0, 1, 0), List.of(0, 0, 2), 0.5f);
    Value part = t.slice(padded, List.of(0, 0, 1), Shape.of(2 * n, 17, 2));
    t.output("loss", t.mean(part));
    List<Value> d = Differentiator.gradients(t, t.mean(part), List.of(t.read(filter), x));
    t.output("dFilter", d.get(0));
    t.output("dX", d.get(1));

    // products of integers
    Value largest = t.value(new Op.Reduce(Op.ReduceKind.MAX, t.read(filter), List.of(0, 1, 2)));
    Value scale = t.powerOfTwo(t.div(t.constant(2047f), t.reshape(largest, Shape.SCALAR)));
    List<Value> rounded = t.add(new Op.ToInteger(dropped, scale, 12));
    t.output("clamped", rounded.get(1));
    Value q = rounded.getFirst();
    Shape filterShape = Shape.of(3, 1, 2, 2, 3);
    Value product = t.value(new Op.ConvFilterGradient(signs, q, filterShape, WINDOW, 1, 0));
    t.output("dW", t.value(new Op.ToFloat(product, scale, 255)));
    Value first = t.slice(signs, List.of(0, 0, 0, 0, 0), Shape.of(n, 1, 4, 4, 1));
    Value wide = t.broadcast(first, signs.type().dims());
    t.output("products", t.matMul(q, t.transpose(wide, List.of(0, 1, 2, 4, 3))));
    return t.build();
  }

  /** The variables, by name. */
  Map<String, Variable> variables() {
    return Map.of("filter", filter, "seed", seed, "step", step);
  }

  /** The counter of steps. */
  Variable step() {
    return step;
  }

  /** Numbers that are exact in sums. */
  static Tensor[] inputs(Program program) {
    List<Tensor> inputs = new ArrayList<>();
    for (Value input : program.inputs().values()) {
      Tensor tensor = Tensor.zeros(DType.F32, input.shape());
      for (int i = 0; i < tensor.floats().length; i++) {
        tensor.floats()[i] = i % 5 - 2.25f;
      }
      inputs.add(tensor);
    }
    return inputs.toArray(Tensor[]::new);
  }
}
