package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;

/**
 * Tensors as float64 numbers, in which every element of every dtype is exact: floats and integers
 * as they are, bits as +-1.
 */
final class Numbers {
  private Numbers() {}

  /** The elements of a tensor. */
  static double[] of(Tensor x) {
    double[] out = new double[x.shape().elements()];
    switch (x.dtype()) {
      case F32 -> {
        float[] in = x.floats();
        for (int i = 0; i < out.length; i++) {
          out[i] = in[i];
        }
      }
      case I32 -> {
        int[] in = x.ints();
        for (int i = 0; i < out.length; i++) {
          out[i] = in[i];
        }
      }
      case I16 -> {
        short[] in = x.shorts();
        for (int i = 0; i < out.length; i++) {
          out[i] = in[i];
        }
      }
      case U8 -> {
        byte[] in = x.bytes();
        for (int i = 0; i < out.length; i++) {
          out[i] = in[i] & 255;
        }
      }
      case BIT -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = Bits.isNegative(x, i) ? -1 : 1;
        }
      }
    }
    return out;
  }

  /** Images along the leading axis of a value; 1 if that is not the batch. */
  static int images(Value x) {
    return x.type().isBatched() ? Math.max(1, x.shape().dim(0)) : 1;
  }

  /** The tensor of numbers; to floats they are rounded. */
  static Tensor tensor(Type type, double[] values) {
    Shape shape = type.shape();
    return switch (type.dtype()) {
      case F32 -> Tensor.f32(shape, floats(values));
      case I32 -> {
        int[] out = new int[values.length];
        for (int i = 0; i < out.length; i++) {
          out[i] = (int) values[i];
        }
        yield Tensor.i32(shape, out);
      }
      case I16 -> {
        short[] out = new short[values.length];
        for (int i = 0; i < out.length; i++) {
          out[i] = (short) values[i];
        }
        yield Tensor.i16(shape, out);
      }
      case U8 -> {
        byte[] out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
          out[i] = (byte) (int) values[i];
        }
        yield Tensor.u8(shape, out);
      }
      case BIT -> {
        Tensor out = Tensor.zeros(DType.BIT, shape);
        for (int i = 0; i < values.length; i++) {
          if (values[i] < 0) {
            Bits.set(out, i, true);
          }
        }
        yield out;
      }
    };
  }

  private static float[] floats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  /**
   * The integers behind values on a grid; the values themselves if there is none. What is not
   * finite stands for no integer and stays as it is, or a network that diverged would look well.
   */
  static double[] integers(double[] values, Grid grid) {
    if (grid == null) {
      return values;
    }
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Double.isFinite(values[i]) ? grid.integer((float) values[i]) : values[i];
    }
    return out;
  }
}
