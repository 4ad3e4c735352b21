package io.github.xnor4j.testkit;

import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/**
 * Contents of test tensors: functions of a seed and a round, or of a dataset; the same everywhere.
 */
final class Data {
  /** Values on which float functions like to go wrong. */
  private static final float[] SPECIALS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-40f,
    -1e-40f,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1f,
    -1f,
    Math.nextUp(1f),
    Math.nextDown(1f),
    0.5f,
    -0.5f,
    1.5f,
    2.5f,
    -2.5f,
    0x1p23f,
    0x1p24f + 2,
    1e-7f,
    -90f,
    88f,
    3.25f,
  };

  /** Makes the content of an operand. */
  @FunctionalInterface
  interface Filler {
    /**
     * A new tensor.
     *
     * @param round the number of the run; even rounds are run twice
     */
    Tensor fill(Shape shape, Random random, int round);
  }

  /** Makes one float. */
  @FunctionalInterface
  private interface FloatMaker {
    float next(int index);
  }

  private Data() {}

  /** Images and labels of a dataset, in its order. */
  static Tensor[] batch(Dataset data, int first, int count) {
    int size = data.imageShape().elements();
    byte[] pixels = data.images().bytes();
    return new Tensor[] {
      Tensor.u8(
          data.images().shape().with(0, count),
          Arrays.copyOfRange(pixels, first * size, (first + count) * size)),
      Tensor.i32(Shape.of(count), Arrays.copyOfRange(data.labels().ints(), first, first + count))
    };
  }

  /** The generator of a case's round. */
  static Random random(String name, int round) {
    return new Random(seed(name) + round);
  }

  /** The seed of a case, for messages. */
  static long seed(String name) {
    return name.hashCode() * 1000L;
  }

  private static Tensor floats(Shape shape, FloatMaker maker) {
    Tensor out = Tensor.zeros(DType.F32, shape);
    for (int i = 0; i < shape.elements(); i++) {
      out.floats()[i] = maker.next(i);
    }
    return out;
  }

  /** Small integers in even rounds, so that sums are exact in any order; any floats in odd ones. */
  static Tensor numbers(Shape shape, Random random, int round) {
    return round % 2 == 0
        ? floats(shape, i -> random.nextInt(9) - 4)
        : floats(shape, i -> (float) random.nextGaussian());
  }

  /** Like {@link #numbers}, above zero. */
  static Tensor positive(Shape shape, Random random, int round) {
    return round % 2 == 0
        ? floats(shape, i -> 1 + random.nextInt(4))
        : floats(shape, i -> (float) Math.exp(random.nextGaussian()));
  }

  /** Floats far from zero with a small spread. */
  static Tensor distant(Shape shape, Random random, int round) {
    return floats(shape, i -> (float) (1000 + random.nextGaussian()));
  }

  /** The same value along the last axis' channels. */
  static Tensor constant(Shape shape, Random random, int round) {
    return floats(shape, i -> i % shape.dim(-1) * 0.37f - 1);
  }

  /** NaN, infinities, signed zeros, subnormals, extremes, and ordinary floats between them. */
  static Tensor specials(Shape shape, Random random, int round) {
    return floats(
        shape,
        i ->
            random.nextInt(4) == 0
                ? (float) random.nextGaussian()
                : SPECIALS[random.nextInt(SPECIALS.length)]);
  }

  /** The special values one after the other, each {@code repeat} times. */
  static Filler specialsRepeated(int repeat) {
    return (shape, random, round) -> floats(shape, i -> SPECIALS[i / repeat % SPECIALS.length]);
  }

  /** Number of special values. */
  static int specialCount() {
    return SPECIALS.length;
  }

  /** Ordinary floats without zeros, one of them replaced by a value that is no number. */
  static Filler oneOf(float special) {
    return (shape, random, round) -> {
      Tensor out = floats(shape, i -> (1 + random.nextFloat()) * (random.nextBoolean() ? 1 : -1));
      out.floats()[random.nextInt(shape.elements())] = special;
      return out;
    };
  }

  /** Floats of which many are equal, zeros of both signs among them. */
  static Tensor ties(Shape shape, Random random, int round) {
    float[] values = {-1, -0f, 0f, 0.25f};
    return floats(shape, i -> values[random.nextInt(values.length)]);
  }

  /** Logits up to +-100, so that probabilities underflow. */
  static Tensor wideLogits(Shape shape, Random random, int round) {
    return floats(shape, i -> (random.nextFloat() - 0.5f) * 200);
  }

  /** From 2^-6 to 2^10. */
  static Tensor powersOfTwo(Shape shape, Random random, int round) {
    return floats(shape, i -> Math.scalb(1f, random.nextInt(-6, 11)));
  }

  /** +-1. */
  static Tensor bits(Shape shape, Random random, int round) {
    Tensor out = Tensor.zeros(DType.BIT, shape);
    for (int i = 0; i < shape.elements(); i++) {
      Bits.set(out, i, random.nextBoolean());
    }
    return out;
  }

  /** Bytes 0 to 255. */
  static Tensor bytes(Shape shape, Random random, int round) {
    return bytesBelow(256).fill(shape, random, round);
  }

  /** Bytes 0 to {@code bound - 1}. */
  static Filler bytesBelow(int bound) {
    return (shape, random, round) -> {
      Tensor out = Tensor.zeros(DType.U8, shape);
      for (int i = 0; i < shape.elements(); i++) {
        out.bytes()[i] = (byte) random.nextInt(bound);
      }
      return out;
    };
  }

  /** Integers from {@code least} to {@code bound - 1}. */
  static Filler integers(int least, int bound) {
    return (shape, random, round) -> {
      Tensor out = Tensor.zeros(DType.I32, shape);
      for (int i = 0; i < shape.elements(); i++) {
        out.ints()[i] = random.nextInt(least, bound);
      }
      return out;
    };
  }

  /** Any 16-bit integers. */
  static Tensor shorts(Shape shape, Random random, int round) {
    Tensor out = Tensor.zeros(DType.I16, shape);
    for (int i = 0; i < shape.elements(); i++) {
      out.shorts()[i] = (short) random.nextInt();
    }
    return out;
  }
}
