package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Many products in one program, so that a graph is built once for all. Each is compared element by
 * element with the reference: exactly where sums are exact, else within what the order of additions
 * may change.
 */
final class ProductProgram {
  /** What an operand is. */
  enum Kind {
    FLOATS,
    /** Floats of 0.1: in a long sum all roundings go the same way. */
    TENTHS,
    BITS,
    SHORTS,
    /** Floats n / 255. */
    PIXELS
  }

  /** An operand. */
  record Operand(Kind kind, Shape shape) {}

  /** Makes the op. */
  @FunctionalInterface
  interface Maker {
    /**
     * Makes it.
     *
     * @param absolute whether all numbers are to be taken without their signs, padding too
     */
    Op make(Value a, Value b, boolean absolute);
  }

  /** A product: the op, and the terms of a sum. */
  private record Product(
      String name, Operand a, Operand b, int terms, boolean wholePadding, Maker make) {}

  private final List<Product> products = new ArrayList<>();

  /**
   * Adds a product.
   *
   * @param terms of a sum
   * @param wholePadding whether what is padded with is a multiple of 1/2
   */
  void add(String name, Operand a, Operand b, int terms, boolean wholePadding, Maker make) {
    products.add(new Product(name + " of " + a + ", " + b, a, b, terms, wholePadding, make));
  }

  /** Runs all on whole numbers, on any, and on the first again. */
  void check() {
    Trace trace = new Trace();
    for (int i = 0; i < products.size(); i++) {
      Product product = products.get(i);
      Value a = trace(trace, "a" + i, product.a);
      Value b = trace(trace, "b" + i, product.b);
      trace.output("y" + i, trace.value(product.make.make(a, b, false)));
    }
    Program program = trace.build();
    try (Session session = Backends.select("gpu-tornado").open(SessionOptions.defaults())) {
      Executable executable = session.compile(program);
      Tensor[] first = round(executable, true);
      round(executable, false);
      Tensor[] again = round(executable, true);
      for (int i = 0; i < first.length; i++) {
        requireSame(products.get(i).name, first[i], again[i]);
      }
    }
  }

  private static Value trace(Trace trace, String name, Operand operand) {
    return switch (operand.kind) {
      case FLOATS, TENTHS -> trace.input(name, DType.F32, operand.shape);
      case BITS -> trace.input(name, DType.BIT, operand.shape);
      case SHORTS -> trace.input(name, DType.I16, operand.shape);
      case PIXELS ->
          trace.value(new Op.Scale(trace.input(name, DType.U8, operand.shape), 2, -255, 255));
    };
  }

  private Tensor[] round(Executable executable, boolean whole) {
    Random random = new Random(7);
    List<Tensor> inputs = new ArrayList<>();
    for (Product product : products) {
      inputs.add(data(product.a, random, whole));
      inputs.add(data(product.b, random, whole));
    }
    Tensor[] outputs = executable.program().newOutputs();
    for (Tensor output : outputs) {
      if (output.dtype() == DType.F32) {
        Arrays.fill(output.floats(), Float.NaN);
      }
    }
    executable.run(inputs.toArray(Tensor[]::new), outputs);
    for (int i = 0; i < outputs.length; i++) {
      compare(products.get(i), inputs.get(2 * i), inputs.get(2 * i + 1), outputs[i], whole);
    }
    return outputs;
  }

  private static Tensor data(Operand operand, Random random, boolean whole) {
    Shape shape = operand.shape;
    Tensor out =
        Tensor.zeros(
            switch (operand.kind) {
              case FLOATS, TENTHS -> DType.F32;
              case BITS -> DType.BIT;
              case SHORTS -> DType.I16;
              case PIXELS -> DType.U8;
            },
            shape);
    for (int i = 0; i < shape.elements(); i++) {
      switch (operand.kind) {
        case FLOATS ->
            out.floats()[i] =
                whole ? random.nextInt(9) - 4 : (float) (random.nextGaussian() + 0.25);
        case TENTHS -> out.floats()[i] = 0.1f;
        case BITS -> Bits.set(out, i, random.nextBoolean());
        case SHORTS -> out.shorts()[i] = (short) random.nextInt();
        case PIXELS -> out.bytes()[i] = (byte) random.nextInt();
      }
    }
    return out;
  }

  /** The operand of an input, and the type that it has in the program. */
  private static Tensor operand(Operand operand, Tensor input) {
    Trace trace = new Trace();
    return operand.kind == Kind.PIXELS
        ? ReferenceKernels.evaluate(trace.producer(trace(trace, "x", operand)), List.of(input))
            .getFirst()
        : input;
  }

  private static void compare(Product product, Tensor a, Tensor b, Tensor actual, boolean whole) {
    Trace trace = new Trace();
    Value first = trace(trace, "a", product.a);
    Value second = trace(trace, "b", product.b);
    Op op = product.make.make(first, second, false);
    List<Tensor> operands = List.of(operand(product.a, a), operand(product.b, b));
    Tensor wanted = ReferenceKernels.evaluate(op, operands).getFirst();
    if (wanted.dtype() == DType.I32) {
      requireSame(product.name, wanted, actual);
      return;
    }
    boolean exact =
        op.outputs().getFirst().grid() != null
            || whole && product.wholePadding && isWhole(product.a) && isWhole(product.b);
    Tensor sums =
        ReferenceKernels.evaluate(
                product.make.make(first, second, true),
                operands.stream().map(ProductProgram::absolute).toList())
            .getFirst();
    double factor = 0x1p-24 * (4 + 2 * Math.sqrt(product.terms));
    for (int i = 0; i < wanted.shape().elements(); i++) {
      double allowed = exact ? 0 : factor * Math.abs(sums.floats()[i]) + 1e-30;
      double difference = Math.abs((double) actual.floats()[i] - wanted.floats()[i]);
      if (!(difference <= allowed)) {
        throw new AssertionError(
            "%s: element %d of %s is %s, expected %s within %s"
                .formatted(
                    product.name,
                    i,
                    wanted.shape(),
                    actual.floats()[i],
                    wanted.floats()[i],
                    allowed));
      }
    }
  }

  private static boolean isWhole(Operand operand) {
    return operand.kind != Kind.PIXELS && operand.kind != Kind.TENTHS;
  }

  private static Tensor absolute(Tensor x) {
    return switch (x.dtype()) {
      case F32 -> {
        Tensor out = Tensor.zeros(DType.F32, x.shape());
        for (int i = 0; i < out.floats().length; i++) {
          out.floats()[i] = Math.abs(x.floats()[i]);
        }
        yield out;
      }
      default -> Tensor.zeros(x.dtype(), x.shape()); // bits of +1
    };
  }

  private static void requireSame(String name, Tensor wanted, Tensor actual) {
    boolean same =
        wanted.dtype() == DType.I32
            ? Arrays.equals(wanted.ints(), actual.ints())
            : Arrays.equals(wanted.floats(), actual.floats());
    if (!same) {
      throw new AssertionError(name + ": got " + actual + ", expected " + wanted);
    }
  }
}
