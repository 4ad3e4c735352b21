package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every op computes, in plain loops: sums in float64 in row-major order, rounded to float once
 * at their end. Values on a {@link Grid} are summed as the integers they stand for. Backends put
 * these kernels where they have none of their own.
 *
 * <p>The same loops also run {@linkplain #evaluateExactly without any rounding}: functions that can
 * be differentiated numerically, which is how the rules of derivatives are tested.
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
    if (op instanceof Op.Constant o) {
      return List.of(o.value());
    }
    if (op instanceof Op.Reshape o && o.x().dtype() != DType.BIT) {
      return List.of(reshape(operands.getFirst(), o.shape()));
    }
    List<double[]> results =
        compute(op, operands.stream().map(Numbers::of).toList(), Rounding.FLOAT);
    List<Type> types = op.outputs();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      tensors.add(Numbers.tensor(types.get(i), results.get(i)));
    }
    return tensors;
  }

  /**
   * Computes one op in float64: the loops of {@link #evaluate} with no result and no step rounded
   * to float, and values on a {@link Grid} taken as they are. (EXP, LOG, TANH and POW are as exact
   * as {@link StrictMath}.)
   *
   * @param op any op but Input, Read and Assign, which belong to a session
   * @param operands the elements of each of {@link Op#inputs}, in row-major order; of BIT values
   *     +-1, of all others their numbers
   * @return the same for each of {@link Op#outputs}; an array may be an operand's
   * @throws IllegalArgumentException for Input, Read and Assign
   */
  public static List<double[]> evaluateExactly(Op op, List<double[]> operands) {
    return compute(op, operands, Rounding.NONE);
  }

  /**
   * Computes all values of a program in float64, each as {@link #evaluateExactly(Op, List)} does.
   * Nothing is assigned to variables: what would be is the value that {@link Op.Assign} names.
   *
   * @param given the elements of each input and of each variable's {@link Op.Read}; any other value
   *     may be given as well and then is not computed
   * @return the elements of every value
   * @throws IllegalArgumentException if an input or the content of a variable is missing, or has
   *     another number of elements
   */
  public static Map<Value, double[]> evaluateExactly(Program program, Map<Value, double[]> given) {
    Map<Value, double[]> values = new IdentityHashMap<>(given);
    for (Node node : program.nodes()) {
      if (!values.keySet().containsAll(node.outputs())) {
        requireNoSource(node);
        List<double[]> operands = node.op().inputs().stream().map(values::get).toList();
        List<double[]> results = evaluateExactly(node.op(), operands);
        for (int i = 0; i < results.size(); i++) {
          values.putIfAbsent(node.outputs().get(i), results.get(i));
        }
      }
      node.outputs().forEach(value -> checkLength(value, values.get(value)));
    }
    return values;
  }

  private static void requireNoSource(Node node) {
    if (node.op() instanceof Op.Input || node.op() instanceof Op.Read) {
      throw new IllegalArgumentException(
          node.op().name() + " value " + node.output() + " is not given, expected its elements");
    }
  }

  private static void checkLength(Value value, double[] elements) {
    if (elements.length != value.shape().elements()) {
      throw new IllegalArgumentException(
          "value "
              + value
              + " is given "
              + elements.length
              + " elements, expected "
              + value.shape().elements());
    }
  }

  private static List<double[]> compute(Op op, List<double[]> operands, Rounding rounding) {
    double[] a = operands.isEmpty() ? null : operands.get(0);
    double[] b = operands.size() < 2 ? null : operands.get(1);
    return switch (op) {
      case Op.Input o -> throw noKernel(o);
      case Op.Read o -> throw noKernel(o);
      case Op.Assign o -> throw noKernel(o);
      case Op.Constant o -> List.of(Numbers.of(o.value()));
      case Op.Count o -> List.of(new double[] {o.value()});
      case Op.Conv o -> List.of(ReferenceConvolution.forward(o, a, b, rounding));
      case Op.ConvInputGradient o -> List.of(ReferenceConvolution.inputGradient(o, a, b));
      case Op.ConvFilterGradient o ->
          List.of(ReferenceConvolution.filterGradient(o, a, b, rounding));
      case Op.MatMul o -> List.of(ReferenceMatMul.multiply(o, a, b, rounding));
      case Op.Patches o -> List.of(ReferenceParts.patches(o, a));
      case Op.PatchesGradient o -> List.of(ReferenceParts.patchesGradient(o, a, rounding));
      case Op.ToInteger o -> ReferenceIntegers.toInteger(o, a, b);
      case Op.ToFloat o -> List.of(ReferenceIntegers.toFloat(o, a, b));
      case Op.Threshold o -> List.of(ReferenceIntegers.threshold(o, a, b));
      case Op.Random o -> List.of(ReferenceParts.random(o, a, b));
      case Op.Pool o -> List.of(ReferencePooling.forward(o, a, rounding));
      case Op.PoolGradient o -> List.of(ReferencePooling.gradient(o, a, b, rounding));
      case Op.BatchNormStatistics o -> ReferenceBatchNorm.statistics(o, a, rounding);
      case Op.BatchNormStatisticsGradient o ->
          List.of(ReferenceBatchNorm.statisticsGradient(o, operands, rounding));
      case Op.BatchNorm o -> List.of(ReferenceBatchNorm.apply(o, operands, rounding));
      case Op.BatchNormGradient o -> ReferenceBatchNorm.gradient(o, operands, rounding);
      case Op.Unary o -> List.of(ReferenceElements.unary(o.kind(), a));
      case Op.Binary o -> List.of(ReferenceElements.binary(o, a, b));
      case Op.Select o -> List.of(ReferenceElements.select(o, operands));
      case Op.Scale o -> List.of(ReferenceElements.scale(o, a));
      case Op.Sign o -> List.of(ReferenceElements.sign(a));
      case Op.Unpack o -> List.of(a);
      case Op.Reduce o -> List.of(ReferenceShapes.reduce(o, a));
      case Op.ArgMax o -> List.of(ReferenceRows.argMax(o, a));
      case Op.Reshape o -> List.of(a);
      case Op.Transpose o -> List.of(ReferenceShapes.transpose(o, a));
      case Op.Broadcast o -> List.of(ReferenceShapes.broadcast(o, a));
      case Op.Pad o -> List.of(ReferenceParts.pad(o, a));
      case Op.Slice o -> List.of(ReferenceParts.slice(o, a));
      case Op.Concatenate o -> List.of(ReferenceParts.concatenate(o, operands));
      case Op.Softmax o -> List.of(ReferenceRows.softmax(o, a));
      case Op.SoftmaxCrossEntropy o -> ReferenceRows.crossEntropy(o, a, b);
      case Op.SoftmaxCrossEntropyGradient o ->
          List.of(ReferenceRows.crossEntropyGradient(o, operands, rounding));
    };
  }

  private static IllegalArgumentException noKernel(Op op) {
    return new IllegalArgumentException(op.name() + " has no kernel: it belongs to the session");
  }

  private static Tensor reshape(Tensor x, Shape shape) {
    return switch (x.dtype()) {
      case F32 -> Tensor.f32(shape, x.floats());
      case U8 -> Tensor.u8(shape, x.bytes());
      case I32 -> Tensor.i32(shape, x.ints());
      case I16 -> Tensor.i16(shape, x.shorts());
      case BIT -> throw new IllegalArgumentException("bits of other rows lie in other words");
    };
  }

  /** The function of a {@link Op.Unary} on one float. */
  public static float unary(Op.UnaryKind kind, float x) {
    return (float) ReferenceElements.apply(kind, x);
  }

  /** The function of a {@link Op.Binary} on two floats. */
  public static float binary(Op.BinaryKind kind, float a, float b) {
    return (float) ReferenceElements.apply(kind, a, b);
  }
}
