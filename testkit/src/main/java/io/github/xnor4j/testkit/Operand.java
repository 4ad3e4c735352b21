package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * An operand of an op under test: an input of the program, and how it becomes the operand.
 *
 * @param dtype of the input
 * @param shape of the input
 * @param filler of the input
 * @param lift makes the operand of the input, null if it is the operand itself
 * @param batch whether the leading axis is the batch
 */
record Operand(
    DType dtype, Shape shape, Data.Filler filler, Function<Value, Op> lift, boolean batch) {
  static Operand of(DType dtype, Data.Filler filler, Shape shape) {
    return new Operand(dtype, shape, filler, null, false);
  }

  /** This operand with the batch in front. */
  Operand inBatch() {
    return new Operand(dtype, shape, filler, lift, true);
  }

  /** This operand with the batch in front if there is another axis behind it. */
  Operand inBatchOfRows() {
    return shape.rank() > 1 ? inBatch() : this;
  }

  /** Whether the input is the operand. */
  boolean isPlain() {
    return lift == null;
  }

  /** An input that is the operand itself, transposed: so its batch lies on another axis. */
  Operand transposed(List<Integer> permutation) {
    return new Operand(dtype, shape, filler, x -> new Op.Transpose(x, permutation), batch);
  }

  /** F32 numbers. */
  static Operand floats(Shape shape) {
    return floats(Data::numbers, shape);
  }

  /** F32 with a given content. */
  static Operand floats(Data.Filler filler, Shape shape) {
    return of(DType.F32, filler, shape);
  }

  /** BIT. */
  static Operand bits(Shape shape) {
    return of(DType.BIT, Data::bits, shape);
  }

  /** F32 pixels on the grid of n / 255. */
  static Operand pixels(Shape shape) {
    return lifted(DType.U8, shape, Data::bytes, x -> new Op.Scale(x, 2, -255, 255));
  }

  /** F32 on the grid of the integers -1, 0, 1: many are equal. */
  static Operand levels(Shape shape) {
    return lifted(DType.U8, shape, Data.bytesBelow(3), x -> new Op.Scale(x, 1, -1, 1));
  }

  /** F32 +-1 on a grid. */
  static Operand signs(Shape shape) {
    return lifted(DType.BIT, shape, Data::bits, Op.Unpack::new);
  }

  /** I16, any. */
  static Operand shorts(Shape shape) {
    return of(DType.I16, Data::shorts, shape);
  }

  /** I32, any. */
  static Operand ints(Shape shape) {
    return of(DType.I32, Data.integers(Integer.MIN_VALUE, Integer.MAX_VALUE), shape);
  }

  /** F32 scalar, a power of two. */
  static Operand scale() {
    return floats(Data::powersOfTwo, Shape.SCALAR);
  }

  /** Of every dtype, with special floats, and F32 on a grid. */
  static List<Operand> ofAnyType(Shape shape) {
    return List.of(
        floats(Data::specials, shape),
        bits(shape),
        pixels(shape),
        of(DType.U8, Data::bytes, shape),
        ints(shape),
        shorts(shape));
  }

  /** An input of another type or shape, from which an op makes the operand. */
  static Operand lifted(DType dtype, Shape shape, Data.Filler filler, Function<Value, Op> lift) {
    return new Operand(dtype, shape, filler, lift, false);
  }

  /** Records input and operand. */
  Value trace(Trace trace, String name) {
    Value input = batch ? trace.batchInput(name, dtype, shape) : trace.input(name, dtype, shape);
    return lift == null ? input : trace.value(lift.apply(input));
  }

  /** The operand's value for an input's. */
  Tensor value(Tensor input) {
    if (lift == null) {
      return input;
    }
    Op op = lift.apply(new Trace().input("x", dtype, shape));
    return ReferenceKernels.evaluate(op, List.of(input)).getFirst();
  }

  /** A short text for the names of cases. */
  String describe() {
    return (lift == null ? dtype.toString() : "grid") + shape;
  }
}
