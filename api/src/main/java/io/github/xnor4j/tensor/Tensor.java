package io.github.xnor4j.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense value on the host: a dtype, a shape and a row-major array. Backends copy it in and out;
 * it is never a backend's own buffer. The array accessors return the backing array itself, so that
 * a batch can be filled without a copy.
 */
public final class Tensor {
  private final DType dtype;
  private final Shape shape;
  private final Object data;

  private Tensor(DType dtype, Shape shape, Object data, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "data of a "
              + dtype
              + " tensor "
              + shape
              + " has length "
              + length
              + ", expected "
              + expected);
    }
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /**
   * An F32 tensor over the given array, which is not copied.
   *
   * @throws IllegalArgumentException if the array's length is not the number of elements
   */
  public static Tensor f32(Shape shape, float... values) {
    return new Tensor(DType.F32, shape, values, values.length, shape.elements());
  }

  /**
   * An I32 tensor over the given array, which is not copied.
   *
   * @throws IllegalArgumentException if the array's length is not the number of elements
   */
  public static Tensor i32(Shape shape, int... values) {
    return new Tensor(DType.I32, shape, values, values.length, shape.elements());
  }

  /**
   * An I16 tensor over the given array, which is not copied.
   *
   * @throws IllegalArgumentException if the array's length is not the number of elements
   */
  public static Tensor i16(Shape shape, short... values) {
    return new Tensor(DType.I16, shape, values, values.length, shape.elements());
  }

  /**
   * A U8 tensor over the given array, which is not copied.
   *
   * @throws IllegalArgumentException if the array's length is not the number of elements
   */
  public static Tensor u8(Shape shape, byte... values) {
    return new Tensor(DType.U8, shape, values, values.length, shape.elements());
  }

  /**
   * A BIT tensor over the given words, which are not copied.
   *
   * @throws IllegalArgumentException if the array's length is not rows x words per row, or if a bit
   *     behind the end of a row is set
   */
  public static Tensor bit(Shape shape, long... words) {
    Tensor tensor =
        new Tensor(DType.BIT, shape, words, words.length, shape.rows() * shape.wordsPerRow());
    Bits.requireZeroTails(shape, words);
    return tensor;
  }

  /** A scalar F32 tensor. */
  public static Tensor scalar(float value) {
    return f32(Shape.SCALAR, value);
  }

  /** A tensor of zeros (of +1 for {@link DType#BIT}). */
  public static Tensor zeros(DType dtype, Shape shape) {
    return switch (dtype) {
      case F32 -> f32(shape, new float[shape.elements()]);
      case BIT -> bit(shape, new long[shape.rows() * shape.wordsPerRow()]);
      case U8 -> u8(shape, new byte[shape.elements()]);
      case I32 -> i32(shape, new int[shape.elements()]);
      case I16 -> i16(shape, new short[shape.elements()]);
    };
  }

  /** An F32 tensor of one value everywhere. */
  public static Tensor full(Shape shape, float value) {
    float[] values = new float[shape.elements()];
    Arrays.fill(values, value);
    return f32(shape, values);
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The shape. */
  public Shape shape() {
    return shape;
  }

  /**
   * The backing array of an F32 tensor.
   *
   * @throws IllegalStateException if the dtype is another
   */
  public float[] floats() {
    return (float[]) array(DType.F32);
  }

  /**
   * The backing words of a BIT tensor: for each row {@link Shape#wordsPerRow()} words.
   *
   * @throws IllegalStateException if the dtype is another
   */
  public long[] words() {
    return (long[]) array(DType.BIT);
  }

  /**
   * The backing array of a U8 tensor.
   *
   * @throws IllegalStateException if the dtype is another
   */
  public byte[] bytes() {
    return (byte[]) array(DType.U8);
  }

  /**
   * The backing array of an I32 tensor.
   *
   * @throws IllegalStateException if the dtype is another
   */
  public int[] ints() {
    return (int[]) array(DType.I32);
  }

  /**
   * The backing array of an I16 tensor.
   *
   * @throws IllegalStateException if the dtype is another
   */
  public short[] shorts() {
    return (short[]) array(DType.I16);
  }

  /** The only element of an F32 tensor of one element. */
  public float scalar() {
    if (shape.elements() != 1) {
      throw new IllegalStateException("tensor " + shape + " is no scalar, expected one element");
    }
    return floats()[0];
  }

  /** A tensor with an array of its own and the same content. */
  public Tensor copy() {
    return switch (dtype) {
      case F32 -> f32(shape, floats().clone());
      case BIT -> bit(shape, words().clone());
      case U8 -> u8(shape, bytes().clone());
      case I32 -> i32(shape, ints().clone());
      case I16 -> i16(shape, shorts().clone());
    };
  }

  /**
   * Copies the content of another tensor of the same dtype and shape into this one's array.
   *
   * @throws IllegalArgumentException if dtype or shape differ
   */
  public void copyFrom(Tensor source) {
    if (source.dtype != dtype || !source.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "source is " + source.describe() + ", expected " + describe());
    }
    System.arraycopy(source.data, 0, data, 0, java.lang.reflect.Array.getLength(data));
  }

  /** Dtype and shape, as in {@code F32 [64, 10]}. */
  public String describe() {
    return dtype + " " + shape;
  }

  private Object array(DType wanted) {
    if (dtype != wanted) {
      throw new IllegalStateException("tensor is " + describe() + ", expected dtype " + wanted);
    }
    return data;
  }

  /** Whether dtype, shape and every element's bit pattern are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor t
        && t.dtype == dtype
        && t.shape.equals(shape)
        && switch (dtype) {
          case F32 -> sameBits(floats(), t.floats());
          case BIT -> Arrays.equals(words(), t.words());
          case U8 -> Arrays.equals(bytes(), t.bytes());
          case I32 -> Arrays.equals(ints(), t.ints());
          case I16 -> Arrays.equals(shorts(), t.shorts());
        };
  }

  private static boolean sameBits(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Objects.hash(dtype, shape);
  }

  @Override
  public String toString() {
    return "Tensor(" + describe() + ")";
  }
}
