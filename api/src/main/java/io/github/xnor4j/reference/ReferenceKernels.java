package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every op computes, in plain loops: sums in float64 in row-major order, rounded to float once
 * at their end. Values on a {@link Grid} are summed as the integers they stand for. Backends put
 * these kernels where they have none of their own.
 */
public final class ReferenceKernels {
  private ReferenceKernels() {}

  /**
   * Computes one op.
   *
   * @param op any op but Input, Read and Assign, which belong to a session
   * @param operands one tensor for each of {@link Op#inputs}, of its type
   * @return new tensors, one for each of {@link Op#outputs}; Reshape shares its operand's array
   * @throws IllegalArgumentException for Input, Read and Assign
   */
  public static List<Tensor> evaluate(Op op, List<Tensor> operands) {
    Tensor a = operands.isEmpty() ? null : operands.get(0);
    Tensor b = operands.size() < 2 ? null : operands.get(1);
    return switch (op) {
      case Op.Input o -> throw noKernel(o);
      case Op.Read o -> throw noKernel(o);
      case Op.Assign o -> throw noKernel(o);
      case Op.Constant o -> List.of(o.value());
      case Op.Count o -> List.of(Tensor.scalar(o.value()));
      case Op.Conv o -> List.of(ReferenceConvolution.forward(o, a, b));
      case Op.ConvInputGradient o -> List.of(ReferenceConvolution.inputGradient(o, a, b));
      case Op.ConvFilterGradient o -> List.of(ReferenceConvolution.filterGradient(o, a, b));
      case Op.Pool o -> List.of(ReferencePooling.forward(o, a));
      case Op.PoolGradient o -> List.of(ReferencePooling.gradient(o, a, b));
      case Op.BatchNormStatistics o -> ReferenceBatchNorm.statistics(o, a);
      case Op.BatchNormStatisticsGradient o ->
          List.of(ReferenceBatchNorm.statisticsGradient(a, b, operands.get(2), operands.get(3)));
      case Op.BatchNorm o -> List.of(ReferenceBatchNorm.apply(o, operands));
      case Op.BatchNormGradient o -> ReferenceBatchNorm.gradient(o, operands);
      case Op.Unary o -> List.of(unary(o.kind(), a));
      case Op.Binary o -> List.of(binary(o, a, b));
      case Op.Select o -> List.of(select(o, operands));
      case Op.Scale o -> List.of(scale(o, a));
      case Op.Sign o -> List.of(Bits.pack(a));
      case Op.Unpack o -> List.of(Bits.unpack(a));
      case Op.Reduce o -> List.of(reduce(o, a));
      case Op.ArgMax o -> List.of(argMax(o, a));
      case Op.Reshape o -> List.of(reshape(a, o.shape()));
      case Op.Transpose o -> List.of(transpose(o, a));
      case Op.Broadcast o -> List.of(broadcast(o, a));
      case Op.Softmax o -> List.of(softmax(a));
      case Op.SoftmaxCrossEntropy o -> crossEntropy(a, b);
      case Op.SoftmaxCrossEntropyGradient o -> List.of(crossEntropyGradient(a, b, operands.get(2)));
    };
  }

  private static IllegalArgumentException noKernel(Op op) {
    return new IllegalArgumentException(op.name() + " has no kernel: it belongs to the session");
  }

  /** The function of a {@link Op.Unary} on one float. */
  public static float unary(Op.UnaryKind kind, float x) {
    return switch (kind) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> (float) Math.sqrt(x);
      case EXP -> (float) StrictMath.exp(x);
      case LOG -> (float) StrictMath.log(x);
      case TANH -> (float) StrictMath.tanh(x);
      case RINT -> (float) Math.rint(x);
    };
  }

  /** The function of a {@link Op.Binary} on two floats. */
  public static float binary(Op.BinaryKind kind, float a, float b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> (float) Powers.pow(a, b);
    };
  }

  private static Tensor unary(Op.UnaryKind kind, Tensor x) {
    float[] in = x.floats();
    float[] out = new float[in.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = unary(kind, in[i]);
    }
    return Tensor.f32(x.shape(), out);
  }

  private static Tensor binary(Op.Binary op, Tensor a, Tensor b) {
    Shape shape = op.outputs().getFirst().shape();
    int[] ia = indices(a.shape(), shape);
    int[] ib = indices(b.shape(), shape);
    float[] out = new float[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = binary(op.kind(), a.floats()[ia[i]], b.floats()[ib[i]]);
    }
    return Tensor.f32(shape, out);
  }

  private static Tensor select(Op.Select op, List<Tensor> operands) {
    Shape shape = op.outputs().getFirst().shape();
    int[][] index = new int[4][];
    for (int k = 0; k < 4; k++) {
      index[k] = indices(operands.get(k).shape(), shape);
    }
    float[] out = new float[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      boolean hit = compare(op.comparison(), operands, index[0][i], index[1][i]);
      out[i] = hit ? operands.get(2).floats()[index[2][i]] : operands.get(3).floats()[index[3][i]];
    }
    return Tensor.f32(shape, out);
  }

  private static boolean compare(Op.Comparison comparison, List<Tensor> operands, int i, int j) {
    boolean integers = operands.get(0).dtype() == DType.I32;
    double a = integers ? operands.get(0).ints()[i] : operands.get(0).floats()[i];
    double b = integers ? operands.get(1).ints()[j] : operands.get(1).floats()[j];
    return switch (comparison) {
      case LESS -> a < b;
      case LESS_EQUAL -> a <= b;
      case EQUAL -> a == b;
    };
  }

  /** For each element of a broadcast shape the index of the operand's element. */
  private static int[] indices(Shape operand, Shape shape) {
    int[] index = new int[shape.elements()];
    int stride = 1;
    int inner = 1;
    for (int back = 1; back <= shape.rank(); back++) {
      int extent = shape.dim(-back);
      int own = back <= operand.rank() ? operand.dim(-back) : 1;
      if (own > 1) {
        for (int i = 0; i < index.length; i++) {
          index[i] += i / inner % extent * stride;
        }
        stride *= own;
      }
      inner *= extent;
    }
    return index;
  }

  private static Tensor scale(Op.Scale op, Tensor x) {
    float[] out = new float[x.bytes().length];
    for (int i = 0; i < out.length; i++) {
      int n = (x.bytes()[i] & 255) * op.multiplier() + op.offset();
      out[i] = (float) ((double) n / op.divisor());
    }
    return Tensor.f32(x.shape(), out);
  }

  private static Tensor reduce(Op.Reduce op, Tensor x) {
    Shape shape = op.outputs().getFirst().shape();
    int[] index = indices(shape, x.shape());
    boolean sum = op.kind() == Op.ReduceKind.SUM;
    double[] acc = new double[shape.elements()];
    Arrays.fill(acc, sum ? 0 : Double.NEGATIVE_INFINITY);
    for (int i = 0; i < index.length; i++) {
      double v = x.floats()[i];
      acc[index[i]] = sum ? acc[index[i]] + v : Math.max(acc[index[i]], v);
    }
    return Tensor.f32(shape, rounded(acc));
  }

  private static Tensor argMax(Op.ArgMax op, Tensor x) {
    int c = x.shape().dim(-1);
    int[] out = new int[x.shape().rows()];
    for (int row = 0; row < out.length; row++) {
      out[row] = RowFunctions.argMax(x.floats(), row * c, c);
    }
    return Tensor.i32(op.outputs().getFirst().shape(), out);
  }

  private static Tensor reshape(Tensor x, Shape shape) {
    return switch (x.dtype()) {
      case F32 -> Tensor.f32(shape, x.floats());
      case U8 -> Tensor.u8(shape, x.bytes());
      case I32 -> Tensor.i32(shape, x.ints());
      case I16 -> Tensor.i16(shape, x.shorts());
      case BIT -> reshapeBits(x, shape);
    };
  }

  private static Tensor reshapeBits(Tensor x, Shape shape) {
    Tensor out = Tensor.zeros(DType.BIT, shape);
    for (int i = 0; i < shape.elements(); i++) {
      Bits.set(out, i, Bits.isNegative(x, i));
    }
    return out;
  }

  private static Tensor transpose(Op.Transpose op, Tensor x) {
    Type type = op.outputs().getFirst();
    int[] index = transposed(x.shape(), op.permutation(), type.shape());
    Tensor out = Tensor.zeros(type.dtype(), type.shape());
    for (int i = 0; i < index.length; i++) {
      if (type.dtype() == DType.BIT) {
        Bits.set(out, i, Bits.isNegative(x, index[i]));
      } else {
        out.floats()[i] = x.floats()[index[i]];
      }
    }
    return out;
  }

  private static int[] transposed(Shape from, List<Integer> permutation, Shape to) {
    int[] strides = new int[from.rank()];
    for (int axis = from.rank() - 1, stride = 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= from.dim(axis);
    }
    int[] index = new int[to.elements()];
    for (int i = 0; i < index.length; i++) {
      for (int axis = to.rank() - 1, rest = i; axis >= 0; axis--) {
        index[i] += rest % to.dim(axis) * strides[permutation.get(axis)];
        rest /= to.dim(axis);
      }
    }
    return index;
  }

  private static Tensor broadcast(Op.Broadcast op, Tensor x) {
    int[] index = indices(x.shape(), op.shape());
    float[] out = new float[index.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x.floats()[index[i]];
    }
    return Tensor.f32(op.shape(), out);
  }

  private static Tensor softmax(Tensor x) {
    float[] out = new float[x.floats().length];
    int c = x.shape().dim(-1);
    double[] exp = new double[c];
    for (int at = 0; at < out.length; at += c) {
      RowFunctions.softmax(x.floats(), at, c, exp, out, at);
    }
    return Tensor.f32(x.shape(), out);
  }

  private static List<Tensor> crossEntropy(Tensor logits, Tensor labels) {
    int c = logits.shape().dim(1);
    float[] loss = new float[labels.ints().length];
    float[] probabilities = new float[logits.floats().length];
    double[] exp = new double[c];
    for (int row = 0; row < loss.length; row++) {
      int label = labels.ints()[row];
      loss[row] =
          RowFunctions.crossEntropy(
              logits.floats(), row * c, c, label, exp, probabilities, row * c);
    }
    return List.of(Tensor.f32(labels.shape(), loss), Tensor.f32(logits.shape(), probabilities));
  }

  private static Tensor crossEntropyGradient(Tensor probabilities, Tensor labels, Tensor g) {
    int c = probabilities.shape().dim(1);
    float[] out = new float[probabilities.floats().length];
    for (int row = 0; row < labels.ints().length; row++) {
      RowFunctions.crossEntropyGradient(
          probabilities.floats(), row * c, c, labels.ints()[row], g.floats()[row], out, row * c);
    }
    return Tensor.f32(probabilities.shape(), out);
  }

  /** Rounds float64 sums to floats. */
  static float[] rounded(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  /**
   * An operand's elements as numbers: for a grid the integers that they stand for, else the values.
   */
  static double[] numbers(Tensor x, Grid grid) {
    double[] out = new double[x.shape().elements()];
    for (int i = 0; i < out.length; i++) {
      if (x.dtype() == DType.BIT) {
        out[i] = Bits.isNegative(x, i) ? -1 : 1;
      } else {
        out[i] = grid != null ? grid.integer(x.floats()[i]) : x.floats()[i];
      }
    }
    return out;
  }

  /** The grid of a value; +-1 are integers over 1. */
  static Grid gridOf(Value value) {
    return value.dtype() == DType.BIT ? new Grid(1, 1) : value.type().grid();
  }

  /** All tensors of a list, as a growing list for results of several values. */
  static List<Tensor> tensors(Shape shape, double[]... values) {
    List<Tensor> out = new ArrayList<>();
    for (double[] value : values) {
      out.add(Tensor.f32(shape, rounded(value)));
    }
    return out;
  }
}
