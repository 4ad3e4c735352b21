package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A program of one op, with its data.
 *
 * @param name unique; the data's seed is made of it
 * @param operands where the op's operands come from
 * @param make makes the op of its operands
 */
record OpCase(String name, List<Operand> operands, Function<List<Value>, Op> make) {
  /** A case named after an op, its operands and a remark. */
  static OpCase of(
      String op, String remark, List<Operand> operands, Function<List<Value>, Op> make) {
    String shapes = String.join(" x ", operands.stream().map(Operand::describe).toList());
    return new OpCase((op + " " + shapes + " " + remark).strip(), operands, make);
  }

  /** Inputs, the op, and its results as outputs. */
  Program program() {
    Trace trace = new Trace();
    List<Value> results = trace.add(op(trace));
    for (int i = 0; i < results.size(); i++) {
      trace.output("y" + i, results.get(i));
    }
    return trace.build();
  }

  private Op op(Trace trace) {
    List<Value> values = new ArrayList<>();
    for (Operand operand : operands) {
      values.add(operand.trace(trace, "x" + values.size()));
    }
    return make.apply(values);
  }

  /** The inputs of a round. */
  Tensor[] inputs(int round) {
    Random random = Data.random(name, round);
    return operands.stream()
        .map(operand -> operand.filler().fill(operand.shape(), random, round))
        .toArray(Tensor[]::new);
  }

  /** What the program must give for inputs. */
  List<Expected> expected(Tensor[] inputs) {
    List<Tensor> values = new ArrayList<>();
    for (Operand operand : operands) {
      values.add(operand.value(inputs[values.size()]));
    }
    Op op = op(new Trace());
    List<Tensor> results = ReferenceKernels.evaluate(op, values);
    for (int i = 0; i < results.size(); i++) {
      requireType(op.outputs().get(i), results.get(i));
    }
    return Bounds.of(op, values, results);
  }

  /** A grid or a range that does not hold would make products of the value wrong. */
  private void requireType(Type type, Tensor result) {
    if (result.dtype() != DType.F32) {
      return;
    }
    Grid grid = type.grid();
    for (float x : result.floats()) {
      boolean holds =
          Float.isNaN(x)
              || type.range().low() <= x
                  && x <= type.range().high()
                  && (grid == null
                      || Math.abs(grid.integer(x)) <= grid.bound()
                          && grid.value(grid.integer(x)) == x);
      if (!holds) {
        throw new AssertionError(
            name + ": " + x + " is not of the op's type: " + grid + ", " + type.range());
      }
    }
  }
}
