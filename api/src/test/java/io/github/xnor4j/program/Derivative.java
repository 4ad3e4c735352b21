package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * A function y of operands whose gradients are to be checked. With L = sum(y * g), g any numbers,
 * the traced dL/dx is compared with central differences (L(x + h) - L(x - h)) / 2h for every
 * element of every F32 operand, all in float64.
 *
 * <p>A BIT operand has no neighbours to take differences with: its gradient must be the one that
 * the same function gives for an F32 operand of +-1, which is compared with differences in its
 * turn. Integer operands have none: zeros.
 *
 * @param op what the case is for; y must need one
 * @param name tells the case; its data's seed is made of it
 * @param operands what y depends on
 * @param function records y
 */
record Derivative(
    Class<? extends Op> op,
    String name,
    List<Operand> operands,
    BiFunction<Trace, List<Value>, Value> function) {
  /**
   * Differences are wrong by h^2 / 6 times the third derivative and by the rounding of L, some
   * 1e-16 |L|, over h: about 1e-9 and 1e-12 for numbers around 1.
   */
  private static final double STEP = 1e-4;

  /**
   * Relative to the largest gradient of an operand: hundreds of times the above, as third
   * derivatives may be large, and far below what a wrong rule does.
   */
  private static final double BOUND = 1e-6;

  private static final long SEED = 7;

  /** Makes the elements of an operand. */
  @FunctionalInterface
  interface Filler {
    /** The elements of the operand of an index. */
    double[] fill(int elements, int index, Random random);
  }

  /**
   * One operand.
   *
   * @param dtype F32 and BIT values have a gradient
   * @param shape its shape
   * @param variable whether it is what a variable holds, rather than an input
   * @param filler makes its content
   */
  record Operand(DType dtype, Shape shape, boolean variable, Filler filler) {
    /** F32, around 0. */
    static Operand floats(int... dims) {
      return floats((n, index, random) -> random.doubles(n, -1.5, 1.5).toArray(), dims);
    }

    /** F32, well above 0. */
    static Operand positive(int... dims) {
      return floats((n, index, random) -> random.doubles(n, 0.5, 2).toArray(), dims);
    }

    /**
     * F32 of which no two are near each other, in one operand or in two, and none is near 0 or half
     * an integer: far from where maxima, comparisons and roundings have no derivative.
     */
    static Operand distinct(int... dims) {
      return floats(
          (n, index, random) -> {
            double[] out = new double[n];
            for (int i = 0; i < n; i++) {
              int other = random.nextInt(i + 1);
              out[i] = out[other];
              out[other] = (i - n / 2) * 0.1 + 0.02 * (index + 1);
            }
            return out;
          },
          dims);
    }

    /** F32 of a given content. */
    static Operand floats(Filler filler, int... dims) {
      return new Operand(DType.F32, Shape.of(dims), false, filler);
    }

    /** The content of an F32 variable. */
    static Operand variable(int... dims) {
      Operand input = floats(dims);
      return new Operand(DType.F32, input.shape, true, input.filler);
    }

    /** +-1. */
    static Operand bits(int... dims) {
      return new Operand(
          DType.BIT,
          Shape.of(dims),
          false,
          (n, index, random) -> random.ints(n, 0, 2).mapToDouble(b -> 1 - 2 * b).toArray());
    }

    /** Integers from 0 to bound - 1. */
    static Operand integers(DType dtype, int bound, int... dims) {
      return new Operand(
          dtype,
          Shape.of(dims),
          false,
          (n, index, random) -> random.ints(n, 0, bound).asDoubleStream().toArray());
    }

    private Operand asFloats() {
      return dtype == DType.BIT ? new Operand(DType.F32, shape, variable, filler) : this;
    }

    private Value trace(Trace trace, String name) {
      return variable
          ? trace.read(Variable.state(name, Tensor.zeros(dtype, shape)))
          : trace.input(name, dtype, shape);
    }
  }

  /** The programs of y alone and with its gradients, and the operands' content. */
  private static final class Traced {
    private final List<Value> operands = new ArrayList<>();
    private final Value y;
    private final Program forward;
    private final Map<Value, double[]> content = new IdentityHashMap<>();
    private final double[] g;
    private final List<double[]> gradients;

    Traced(Derivative derivative, List<Operand> kinds) {
      Random random = new Random(derivative.seed());
      Trace trace = new Trace();
      for (Operand kind : kinds) {
        int index = operands.size();
        Value operand = kind.trace(trace, "x" + index);
        content.put(operand, kind.filler.fill(kind.shape.elements(), index, random));
        operands.add(operand);
      }
      y = derivative.function.apply(trace, operands);
      trace.output("y", y);
      forward = trace.build();
      Value upstream = trace.input("g", DType.F32, y.shape());
      g = random.doubles(y.shape().elements(), -1, 1).toArray();
      content.put(upstream, g);
      List<Value> values = Differentiator.gradients(trace, y, upstream, operands);
      for (int i = 0; i < values.size(); i++) {
        trace.output("d" + i, values.get(i));
      }
      Map<Value, double[]> all = ReferenceKernels.evaluateExactly(trace.build(), content);
      gradients = values.stream().map(all::get).toList();
    }

    private double loss() {
      double[] values = ReferenceKernels.evaluateExactly(forward, content).get(y);
      double sum = 0;
      for (int i = 0; i < g.length; i++) {
        sum += values[i] * g[i];
      }
      return sum;
    }

    private double[] differences(int operand) {
      double[] x = content.get(operands.get(operand));
      double[] out = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        double at = x[i];
        x[i] = at + STEP;
        double above = loss();
        x[i] = at - STEP;
        out[i] = (above - loss()) / (2 * STEP);
        x[i] = at;
      }
      return out;
    }
  }

  /** The ops of y, for what is covered. */
  Program program() {
    return new Traced(this, operands).forward;
  }

  /** Compares all gradients. */
  void check() {
    Traced traced = new Traced(this, operands);
    assertTrue(
        traced.forward.nodes().stream().anyMatch(node -> op.isInstance(node.op())),
        this + " records no " + op.getSimpleName());
    Traced twin = new Traced(this, operands.stream().map(Operand::asFloats).toList());
    for (int i = 0; i < operands.size(); i++) {
      double[] gradient = traced.gradients.get(i);
      switch (operands.get(i).dtype) {
        case F32 -> compare(gradient, traced.differences(i), i);
        case BIT -> {
          assertArrayEquals(twin.gradients.get(i), gradient, describe(i) + " as BIT and as F32");
          compare(gradient, twin.differences(i), i);
        }
        case U8, I16, I32 -> assertArrayEquals(new double[gradient.length], gradient, describe(i));
      }
    }
  }

  private void compare(double[] traced, double[] differences, int operand) {
    double largest = 0;
    for (int i = 0; i < traced.length; i++) {
      largest = Math.max(largest, Math.max(Math.abs(traced[i]), Math.abs(differences[i])));
    }
    for (int i = 0; i < traced.length; i++) {
      int element = i;
      // not largest: without any gradient there is only the rounding of L
      assertEquals(
          differences[i],
          traced[i],
          BOUND * largest + 1e-11,
          () ->
              describe(operand)
                  + ", element "
                  + element
                  + " of "
                  + Arrays.toString(traced)
                  + ", differences "
                  + Arrays.toString(differences));
    }
  }

  private long seed() {
    return SEED + name.hashCode();
  }

  private String describe(int operand) {
    return this + ": gradient of operand " + operand;
  }

  @Override
  public String toString() {
    return op.getSimpleName() + " " + name + ", seed " + seed();
  }
}
