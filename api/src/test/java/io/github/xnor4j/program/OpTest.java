package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the records say of their results, and what they refuse. */
class OpTest {
  private final Trace trace = new Trace();
  private int inputs;

  private Value input(DType dtype, int... dims) {
    return trace.input("x" + inputs++, dtype, Shape.of(dims));
  }

  private Value batch(DType dtype, int... dims) {
    return trace.batchInput("x" + inputs++, dtype, Shape.of(dims));
  }

  private Value pixels(int... dims) {
    return trace.value(new Op.Scale(batch(DType.U8, dims), 2, -255, 255));
  }

  private static Type type(Op op) {
    return op.outputs().getFirst();
  }

  private static void isOf(String dims, Op op) {
    assertEquals(dims, type(op).dims().toString());
  }

  private static void refuses(String message, Supplier<Op> make) {
    Exception e = assertThrows(IllegalArgumentException.class, make::get);
    assertTrue(e.getMessage().contains(message), e.getMessage() + ", expected " + message);
  }

  // ---- products

  @Test
  void matricesKeepTheBatchUnlessTheySumOverIt() {
    Value rows = batch(DType.F32, 6, 3);
    isOf("[N, 5]", new Op.MatMul(rows, input(DType.BIT, 3, 5)));
    Value turned = trace.transpose(rows, List.of(1, 0));
    isOf("[3, 5]", new Op.MatMul(turned, batch(DType.F32, 6, 5)));
    isOf("[N, N]", new Op.MatMul(rows, turned));
    isOf("[N, 2, 4]", new Op.MatMul(batch(DType.BIT, 6, 2, 3), input(DType.F32, 6, 3, 4)));
    Value second = trace.transpose(batch(DType.F32, 6, 2, 3), List.of(1, 0, 2));
    isOf("[2, N, 4]", new Op.MatMul(second, input(DType.F32, 2, 3, 4)));
  }

  @Test
  void matricesOfIntegersLieOnTheirGrid() {
    Grid grid = type(new Op.MatMul(pixels(2, 7), input(DType.BIT, 7, 3))).grid();
    assertEquals(new Grid(255, 255 * 7), grid);
    assertEquals(null, type(new Op.MatMul(pixels(2, 7), input(DType.F32, 7, 3))).grid());
  }

  /** Pixels were divided, so floats that stand for them add up to no exact sum. */
  @Test
  void transposedLayersOfBitsLieOnAGrid() {
    Window window = Window.of(new Extent(1, 2, 2));
    Value filter = input(DType.BIT, 6, 1, 2, 2, 3);
    Shape x = Shape.of(2, 1, 3, 3, 3);
    Value bits = batch(DType.BIT, 2, 1, 2, 2, 6);
    assertEquals(
        new Grid(1, 24), type(new Op.ConvInputGradient(bits, filter, x, window, 1)).grid());
    Value pixels = pixels(2, 1, 2, 2, 6);
    assertEquals(null, type(new Op.ConvInputGradient(pixels, filter, x, window, 1)).grid());
  }

  @Test
  void productsOfIntegersAreIntegers() {
    Value q = batch(DType.I16, 2, 1, 3, 3, 4);
    for (Value other :
        List.of(
            input(DType.BIT, 5, 1, 2, 2, 4),
            input(DType.I16, 5, 1, 2, 2, 4),
            trace.value(new Op.Unpack(input(DType.BIT, 5, 1, 2, 2, 4))))) {
      Window window = Window.of(new Extent(1, 2, 2));
      assertEquals(DType.I32, type(new Op.Conv(q, other, window, 1, 0)).dtype());
    }
    assertEquals(DType.I32, type(new Op.MatMul(input(DType.I16, 5, 2), pixels(2, 3))).dtype());
  }

  @Test
  void productsOfIntegersRefuseWhatIsNoInteger() {
    Value q = batch(DType.I16, 2, 1, 3, 3, 4);
    Window padded =
        new Window(new Extent(1, 2, 2), Extent.ONE, Extent.ONE, Extent.ZERO, new Extent(0, 1, 1));
    refuses("beside I16", () -> new Op.Conv(q, input(DType.F32, 5, 1, 2, 2, 4), padded, 1, 0));
    refuses(
        "padValue is 0.5", () -> new Op.Conv(q, input(DType.BIT, 5, 1, 2, 2, 4), padded, 1, 0.5f));
    refuses(
        "padValue is 0.5",
        () ->
            new Op.ConvFilterGradient(
                pixels(2, 1, 3, 3, 4), q, Shape.of(4, 1, 2, 2, 4), padded, 1, 0.5f));
    refuses("F32, BIT or I16", () -> new Op.MatMul(input(DType.I32, 2, 2), input(DType.BIT, 2, 2)));
    refuses("[..., M, K]", () -> new Op.MatMul(input(DType.F32, 2, 3), input(DType.F32, 2, 3)));
  }

  // ---- parts

  @Test
  void patchesKeepWhatPaddingLeaves() {
    Window plain = Window.of(new Extent(1, 2, 2));
    Window padded =
        new Window(new Extent(1, 2, 2), Extent.ONE, Extent.ONE, Extent.ZERO, new Extent(0, 1, 0));
    Value x = pixels(2, 1, 3, 3, 2);
    isOf("[N, 1, 2, 2, 8]", new Op.Patches(x, plain, 0.3f));
    assertEquals(x.type().grid(), type(new Op.Patches(x, plain, 0.3f)).grid());
    assertEquals(x.type().grid(), type(new Op.Patches(x, padded, 1)).grid());
    assertEquals(null, type(new Op.Patches(x, padded, 0.3f)).grid());
    assertEquals(new Range(-1, 7), type(new Op.Patches(x, padded, 7)).range());
    refuses("value of dtype BIT", () -> new Op.Patches(input(DType.BIT, 1, 1, 2, 2, 1), padded, 0));
    refuses(
        "value of dtype I16", () -> new Op.Patches(input(DType.I16, 1, 1, 2, 2, 1), padded, .5f));
    refuses("does not fit", () -> new Op.Patches(input(DType.F32, 1, 1, 1, 2, 1), plain, 0));
  }

  @Test
  void slicesOfAWholeBatchFollowIt() {
    Value x = batch(DType.F32, 4, 6);
    isOf("[N, 2]", new Op.Slice(x, List.of(0, 3), Shape.of(4, 2)));
    isOf("[3, 6]", new Op.Slice(x, List.of(1, 0), Shape.of(3, 6)));
    refuses("expected to fit", () -> new Op.Slice(x, List.of(2, 0), Shape.of(3, 6)));
    refuses("expected to fit", () -> new Op.Slice(x, List.of(0), Shape.of(4)));
  }

  @Test
  void paddingLeavesTheBatch() {
    Value x = batch(DType.F32, 4, 6);
    isOf("[N, 9]", new Op.Pad(x, List.of(0, 1), List.of(0, 2), 0));
    refuses("follows the batch", () -> new Op.Pad(x, List.of(1, 0), List.of(0, 0), 0));
    refuses("0 or more", () -> new Op.Pad(x, List.of(0, 0), List.of(0, -1), 0));
    refuses("one for each", () -> new Op.Pad(x, List.of(0), List.of(0), 0));
  }

  @Test
  void batchesOneBehindTheOtherFollowTheBatch() {
    Value x = batch(DType.F32, 4, 6);
    isOf("[2N, 6]", new Op.Concatenate(List.of(x, x), 0));
    isOf("[N, 12]", new Op.Concatenate(List.of(x, input(DType.F32, 4, 6)), 1));
    isOf("[7, 6]", new Op.Concatenate(List.of(x, input(DType.F32, 3, 6)), 0));
    refuses("no values", () -> new Op.Concatenate(List.of(), 0));
    refuses("differs on axis 0", () -> new Op.Concatenate(List.of(x, input(DType.F32, 3, 5)), 0));
    refuses("differs on axis 0", () -> new Op.Concatenate(List.of(x, input(DType.BIT, 3, 6)), 0));
  }

  @Test
  void valuesPutTogetherKeepGridAndRange() {
    Value bits = trace.value(new Op.Unpack(input(DType.BIT, 2, 3)));
    Type type = type(new Op.Concatenate(List.of(bits, trace.mul(bits, trace.constant(3f))), 0));
    assertEquals(new Grid(1, 3), type.grid());
    assertEquals(new Range(-3, 3), type.range());
  }

  // ---- integers and random numbers

  @Test
  void conversionsRefuseWhatTheyCannotKeep() {
    Value x = input(DType.F32, 3);
    Value one = trace.constant(1f);
    refuses("2 to 16", () -> new Op.ToInteger(x, one, 17));
    refuses("expected rank 0", () -> new Op.ToInteger(x, x, 12));
    refuses("I16 or I32", () -> new Op.ToFloat(x, one, 1));
    refuses("denominator is 0", () -> new Op.ToFloat(input(DType.I32, 3), one, 0));
    refuses("be broadcast", () -> new Op.Threshold(input(DType.I32, 3), input(DType.I32, 2, 3)));
    refuses(
        "expected dtype F32",
        () -> new Op.Reduce(Op.ReduceKind.MAX, input(DType.I32, 3), List.of()));
  }

  @Test
  void randomNumbersHaveAStream() {
    Value seed = input(DType.I32, 2);
    Value step = input(DType.I32);
    Dims dims = Dims.batch(Shape.of(4, 3));
    Op.Random uniform = new Op.Random(Op.RandomKind.UNIFORM, seed, step, 0, dims);
    isOf("[N, 3]", uniform);
    assertEquals(new Range(0, 1), type(uniform).range());
    refuses("stream is -1", () -> new Op.Random(Op.RandomKind.BITS, seed, step, -1, dims));
    refuses("shape [2]", () -> new Op.Random(Op.RandomKind.BITS, step, step, 0, dims));
  }
}
