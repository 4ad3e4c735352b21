package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Types of numbers in files of arrays: which tensor each becomes. */
enum ElementType {
  BOOLEAN(1),
  UNSIGNED_BYTE(1),
  BYTE(1),
  SHORT(2),
  UNSIGNED_SHORT(2),
  INT(4),
  UNSIGNED_INT(4),
  LONG(8),
  UNSIGNED_LONG(8),
  HALF(2),
  FLOAT(4),
  DOUBLE(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads the elements of an array, up to the stream's end.
   *
   * @return U8 of bytes and booleans, F32 of floats, I32 of others
   * @throws BadFileException if there are too few, too many, or a number has more than 32 bits
   */
  Tensor read(InputStream in, Shape shape, ByteOrder order, String name) throws IOException {
    long expected = (long) bytes * shape.elements();
    if (expected > Integer.MAX_VALUE) { // an array of Java's has no more elements
      throw new BadFileException(
          name, "has " + expected + " bytes of elements, expected less than 2 GiB");
    }
    // grows with what is there, so that a false shape takes no memory
    byte[] content = in.readNBytes((int) expected);
    if (content.length < expected) {
      throw new BadFileException(
          name,
          "is cut off: "
              + content.length
              + " bytes follow the header, expected "
              + expected
              + " for shape "
              + shape);
    }
    if (in.read() >= 0) {
      throw new BadFileException(
          name, "is too long: expected " + expected + " bytes for shape " + shape);
    }
    return tensor(ByteBuffer.wrap(content).order(order), shape, name);
  }

  private Tensor tensor(ByteBuffer content, Shape shape, String name) throws BadFileException {
    return switch (this) {
      case BOOLEAN, UNSIGNED_BYTE -> Tensor.u8(shape, content.array());
      case HALF, FLOAT, DOUBLE -> floats(content, shape);
      default -> ints(content, shape, name);
    };
  }

  private Tensor floats(ByteBuffer content, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (this) {
            case HALF -> Float.float16ToFloat(content.getShort(i * bytes));
            case FLOAT -> content.getFloat(i * bytes);
            default -> (float) content.getDouble(i * bytes);
          };
    }
    return Tensor.f32(shape, values);
  }

  private Tensor ints(ByteBuffer content, Shape shape, String name) throws BadFileException {
    int[] values = new int[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      long value = integer(content, i * bytes);
      values[i] = (int) value;
      if (values[i] != value) {
        throw new BadFileException(
            name, "element " + i + " is " + value + ", expected an integer of 32 bits");
      }
    }
    return Tensor.i32(shape, values);
  }

  private long integer(ByteBuffer content, int at) {
    return switch (this) {
      case BYTE -> content.get(at);
      case SHORT -> content.getShort(at);
      case UNSIGNED_SHORT -> content.getShort(at) & 0xFFFF;
      case INT -> content.getInt(at);
      case UNSIGNED_INT -> content.getInt(at) & 0xFFFFFFFFL;
      default -> content.getLong(at); // an unsigned one beyond 63 bits is refused as negative
    };
  }
}
