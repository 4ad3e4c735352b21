package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * How far a backend's result of one op may be from the reference's.
 *
 * <p>Integers, bits, copies and functions of single floats that IEEE 754 defines are equal. So are
 * sums on a grid, and sums whose terms are multiples of 1/2 and small: every partial sum in any
 * order is then a float, and a term that is missing or counted twice shows.
 *
 * <p>Any other sum of n terms may differ by 2^-24 * (4 + 2 * sqrt(n)) times the sum of its terms'
 * absolute values: the rounding errors of a float sum in any order are independent of each other
 * and grow with the root of their number; 4 is for the terms' own rounding. Values below the normal
 * range may be lost in sums.
 */
final class Bounds {
  /** Half the distance of neighbouring floats at 1. */
  private static final double UNIT = 0x1p-24;

  /** Sums of absolute values up to here are exact if the terms are multiples of 1/2. */
  private static final double EXACT_SUM = 0x1p23;

  private Bounds() {}

  /** What the results of an op must be; an op that is not known here does not compile. */
  static List<Expected> of(Op op, List<Tensor> operands, List<Tensor> results) {
    return switch (op) {
      case Op.Input o -> same(results);
      case Op.Constant o -> same(results);
      case Op.Count o -> same(results);
      case Op.Read o -> same(results);
      case Op.Assign o -> same(results);
      case Op.Conv o -> product(o, operands, results, o.depth());
      case Op.ConvInputGradient o ->
          product(o, operands, results, o.filter().shape().elements() / o.filter().shape().dim(4));
      case Op.ConvFilterGradient o ->
          product(o, operands, results, o.g().shape().elements() / o.g().shape().dim(4));
      case Op.MatMul o -> product(o, operands, results, o.depth());
      case Op.Patches o -> same(results);
      case Op.PatchesGradient o -> product(o, operands, results, o.window().size().volume());
      case Op.ToInteger o -> same(results);
      case Op.ToFloat o -> same(results);
      case Op.Threshold o -> same(results);
      case Op.Random o -> same(results);
      case Op.Pool o ->
          o.kind() == Op.PoolKind.MAX
              ? equal(results)
              : product(o, operands, results, o.window().size().volume());
      case Op.PoolGradient o -> product(o, operands, results, o.window().size().volume());
      case Op.BatchNormStatistics o ->
          o.x().type().grid() != null ? equal(results) : statistics(operands, results);
      case Op.BatchNormStatisticsGradient o -> statisticsGradient(operands, results);
      case Op.BatchNorm o -> same(results);
      case Op.BatchNormGradient o -> batchNormGradient(o, operands, results);
      case Op.Unary o -> unary(o.kind(), results);
      case Op.Binary o ->
          o.kind() == Op.BinaryKind.POW ? relative(results, 8 * UNIT) : same(results);
      case Op.Select o -> same(results);
      case Op.Scale o -> same(results);
      case Op.Sign o -> same(results);
      case Op.Unpack o -> same(results);
      case Op.Reduce o ->
          o.kind() == Op.ReduceKind.MAX
              ? equal(results)
              : product(
                  o,
                  operands,
                  results,
                  o.x().shape().elements() / results.getFirst().shape().elements());
      case Op.ArgMax o -> same(results);
      case Op.Reshape o -> same(results);
      case Op.Transpose o -> same(results);
      case Op.Broadcast o -> same(results);
      case Op.Pad o -> same(results);
      case Op.Slice o -> same(results);
      case Op.Concatenate o -> same(results);
      case Op.Softmax o -> List.of(softmax(operands.getFirst(), results.getFirst()));
      case Op.SoftmaxCrossEntropy o -> crossEntropy(operands, results);
      case Op.SoftmaxCrossEntropyGradient o -> same(results);
    };
  }

  private static List<Expected> same(List<Tensor> results) {
    return results.stream().map(Expected::same).toList();
  }

  private static List<Expected> equal(List<Tensor> results) {
    return results.stream().map(Expected::equal).toList();
  }

  private static List<Expected> relative(List<Tensor> results, double factor) {
    return results.stream()
        .map(y -> bound(y, i -> factor * Math.abs(y.floats()[i]) + Float.MIN_NORMAL))
        .toList();
  }

  private static Expected bound(Tensor value, IntToDoubleFunction allowed) {
    double[] all = new double[value.shape().elements()];
    Arrays.setAll(all, allowed);
    return new Expected(value, all);
  }

  /** Relative to the sum of the terms' absolute values. */
  private static double sumError(int terms) {
    return UNIT * (4 + 2 * Math.sqrt(terms));
  }

  /** EXP, LOG, TANH: few machines have them in float64, so two units in the last place. */
  private static List<Expected> unary(Op.UnaryKind kind, List<Tensor> results) {
    return switch (kind) {
      case NEGATE, ABS, SQUARE, SQRT, RINT -> same(results);
      case EXP, LOG, TANH -> relative(results, 4 * UNIT);
    };
  }

  // ---- sums of products

  private static List<Expected> product(
      Op op, List<Tensor> operands, List<Tensor> results, int terms) {
    Tensor result = results.getFirst();
    if (result.dtype().isExact()) {
      return same(results);
    }
    boolean onGrid = op.outputs().getFirst().grid() != null;
    float[] sums = absoluteSums(op, operands);
    if (onGrid || exactInAnyOrder(op, operands, sums)) {
      return equal(results);
    }
    double error = sumError(terms);
    return List.of(bound(result, i -> error * sums[i] + terms * (double) Float.MIN_NORMAL));
  }

  private static boolean exactInAnyOrder(Op op, List<Tensor> operands, float[] sums) {
    double largest = 0;
    for (float sum : sums) {
      largest = Math.max(largest, sum);
    }
    return addsMultiplesOfHalf(op, operands) && largest < EXACT_SUM;
  }

  private static boolean addsMultiplesOfHalf(Op op, List<Tensor> operands) {
    return switch (op) {
      case Op.Conv o -> areWhole(operands) && isHalf(o.padValue());
      case Op.ConvFilterGradient o -> areWhole(operands) && isHalf(o.padValue());
      case Op.PoolGradient o -> o.kind() == Op.PoolKind.MAX && areWhole(operands.subList(1, 2));
      default -> !(op instanceof Op.Pool) && areWhole(operands);
    };
  }

  private static boolean isHalf(float x) {
    return 2 * x == Math.rint(2 * x);
  }

  private static boolean areWhole(List<Tensor> operands) {
    for (Tensor operand : operands) {
      if (operand.dtype() == DType.F32) {
        for (float x : operand.floats()) {
          if (x != Math.rint(x)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /**
   * The same sums with every term's absolute value. Bits have no 0: a backend that multiplies with
   * them may count a tap outside the input as +1 and take it back, so such taps count here.
   */
  private static float[] absoluteSums(Op op, List<Tensor> operands) {
    Trace trace = new Trace();
    List<Value> v = new ArrayList<>();
    for (Tensor operand : operands) {
      v.add(trace.input("x" + v.size(), DType.F32, operand.shape()));
    }
    List<Tensor> absolute = new ArrayList<>(operands.stream().map(Bounds::absolute).toList());
    Op sums =
        switch (op) {
          case Op.Conv o ->
              new Op.Conv(v.get(0), v.get(1), o.window(), o.groups(), padding(o.x(), o.padValue()));
          case Op.ConvFilterGradient o ->
              new Op.ConvFilterGradient(
                  v.get(0),
                  v.get(1),
                  o.filter(),
                  o.window(),
                  o.groups(),
                  padding(o.x(), o.padValue()));
          default -> op.withInputs(v);
        };
    if (op instanceof Op.PoolGradient) {
      absolute.set(0, operands.getFirst()); // decides where gradients go
    }
    return ReferenceKernels.evaluate(sums, absolute).getFirst().floats();
  }

  private static float padding(Value x, float padValue) {
    return Math.max(x.dtype() == DType.BIT ? 1 : 0, Math.abs(padValue));
  }

  private static Tensor absolute(Tensor x) {
    if (x.dtype() == DType.BIT) {
      return Tensor.full(x.shape(), 1);
    }
    float[] out = x.floats().clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.abs(out[i]);
    }
    return Tensor.f32(x.shape(), out);
  }

  // ---- batch normalization

  /**
   * Means as any sum. Variances are relative to themselves, which takes float64 sums or two passes:
   * 2^-40 of the mean square is what float64 sums of squares may lose.
   */
  private static List<Expected> statistics(List<Tensor> operands, List<Tensor> results) {
    Tensor x = operands.getFirst();
    int c = x.shape().dim(-1);
    int rows = x.shape().rows();
    double[] size = new double[c];
    double[] square = new double[c];
    for (int i = 0; i < x.floats().length; i++) {
      double value = x.floats()[i];
      size[i % c] += Math.abs(value) / rows;
      square[i % c] += value * value / rows;
    }
    double error = sumError(rows);
    float[] variance = results.get(1).floats();
    return List.of(
        bound(results.get(0), i -> error * size[i] + Float.MIN_NORMAL),
        bound(results.get(1), i -> error * variance[i] + 0x1p-40 * square[i] + Float.MIN_NORMAL));
  }

  private static List<Expected> statisticsGradient(List<Tensor> operands, List<Tensor> results) {
    float[] x = operands.get(0).floats();
    float[] mean = operands.get(1).floats();
    float[] dMean = operands.get(2).floats();
    float[] dVariance = operands.get(3).floats();
    int c = mean.length;
    double rows = operands.get(0).shape().rows();
    return List.of(
        bound(
            results.getFirst(),
            i -> {
              double centred = (double) Math.abs(x[i]) + Math.abs(mean[i % c]);
              double terms = Math.abs(dMean[i % c]) + 2 * centred * Math.abs(dVariance[i % c]);
              return 4 * UNIT * terms / rows + Float.MIN_NORMAL;
            }));
  }

  private static List<Expected> batchNormGradient(
      Op.BatchNormGradient op, List<Tensor> operands, List<Tensor> results) {
    float[] x = operands.get(0).floats();
    float[] g = operands.get(1).floats();
    float[] mean = operands.get(2).floats();
    float[] variance = operands.get(3).floats();
    float[] scale = operands.get(4).floats();
    int c = mean.length;
    double[] sum = new double[c];
    double[] product = new double[c];
    double[] root = new double[c];
    for (int i = 0; i < x.length; i++) {
      sum[i % c] += Math.abs(g[i]);
      product[i % c] += Math.abs(g[i]) * ((double) Math.abs(x[i]) + Math.abs(mean[i % c]));
    }
    Arrays.setAll(root, i -> 1 / Math.sqrt((double) variance[i] + op.epsilon()));
    double error = sumError(x.length / c);
    double tiny = Float.MIN_NORMAL;
    return List.of(
        Expected.equal(results.get(0)),
        bound(results.get(1), i -> error * Math.abs(scale[i]) * root[i] * sum[i] + tiny),
        bound(
            results.get(2),
            i -> error * Math.abs(scale[i]) * Math.pow(root[i], 3) * product[i] + tiny),
        bound(results.get(3), i -> error * root[i] * product[i] + tiny),
        bound(results.get(4), i -> error * sum[i] + tiny));
  }

  // ---- softmax

  /** The rounding of x - max moves the exponential by its size; the sum adds its own error. */
  private static Expected softmax(Tensor x, Tensor y) {
    int c = x.shape().dim(-1);
    double error = sumError(c);
    return bound(
        y,
        i -> {
          double below = rowMax(x, i / c, c) - x.floats()[i];
          double size = Double.isFinite(below) ? below : 0;
          return y.floats()[i] * (error + 2 * UNIT * (2 + size)) + Float.MIN_NORMAL;
        });
  }

  private static List<Expected> crossEntropy(List<Tensor> operands, List<Tensor> results) {
    Tensor logits = operands.get(0);
    int c = logits.shape().dim(1);
    Expected loss =
        bound(
            results.get(0),
            row -> {
              int label = Math.clamp(operands.get(1).ints()[row], 0, c - 1);
              double below = rowMax(logits, row, c) - logits.floats()[row * c + label];
              return sumError(c) + 4 * UNIT * (2 + below);
            });
    return List.of(loss, softmax(logits, results.get(1)));
  }

  private static double rowMax(Tensor x, int row, int c) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = row * c; i < (row + 1) * c; i++) {
      max = Math.max(max, x.floats()[i]);
    }
    return max;
  }
}
