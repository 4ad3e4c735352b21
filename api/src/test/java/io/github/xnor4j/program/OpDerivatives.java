package io.github.xnor4j.program;

import io.github.xnor4j.program.Derivative.Operand;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Functions of every op that is no convolution. */
final class OpDerivatives {
  private static final float EPSILON = 1e-2f;

  private final List<Derivative> cases = new ArrayList<>();

  private OpDerivatives() {}

  static List<Derivative> all() {
    OpDerivatives all = new OpDerivatives();
    all.sources();
    all.pooling();
    all.batchNormalization();
    all.unary();
    all.binary();
    all.select();
    all.integersAndBits();
    all.reductions();
    all.shapes();
    all.parts();
    all.matrices();
    all.integers();
    all.random();
    all.softmax();
    return all.cases;
  }

  private void add(
      Class<? extends Op> op,
      String name,
      List<Operand> operands,
      BiFunction<Trace, List<Value>, Value> function) {
    cases.add(new Derivative(op, name, operands, function));
  }

  // ---- sources and state

  private void sources() {
    List<Operand> x = List.of(Operand.floats(2, 3));
    add(Op.Input.class, "itself", x, (trace, v) -> v.getFirst());
    add(
        Op.Read.class,
        "squared, two variables",
        List.of(Operand.variable(2, 3), Operand.variable(3)),
        (trace, v) -> trace.mul(v.get(0), trace.mul(v.get(0), v.get(1))));
    add(
        Op.Constant.class,
        "times x",
        x,
        (trace, v) ->
            trace.mul(trace.constant(Tensor.f32(Shape.of(3), 2, -3, 0.5f)), v.getFirst()));
    add(Op.Constant.class, "without x", x, (trace, v) -> trace.constant(3));
    for (Op.CountKind kind : Op.CountKind.values()) {
      add(
          Op.Count.class,
          kind + " times x",
          x,
          (trace, v) ->
              trace.mul(trace.value(new Op.Count(kind, v.getFirst().type().dims())), v.getFirst()));
    }
    add(
        Op.Assign.class,
        "beside y",
        x,
        (trace, v) -> {
          Value square = trace.mul(v.getFirst(), v.getFirst());
          Variable variable = Variable.state("v", Tensor.zeros(DType.F32, Shape.of(2, 3)));
          trace.assign(variable, square);
          return trace.add(v.getFirst(), square);
        });
  }

  // ---- pooling

  private void pooling() {
    Extent one = Extent.ONE;
    Extent two = new Extent(1, 2, 2);
    pool("disjoint", Shape.of(2, 1, 4, 4, 2), new Window(two, two, one, Extent.ZERO, Extent.ZERO));
    pool("overlapping", Shape.of(1, 1, 3, 4, 2), Window.of(two));
    pool(
        "padded",
        Shape.of(1, 1, 4, 3, 3),
        new Window(new Extent(1, 3, 2), two, one, new Extent(0, 1, 1), new Extent(0, 1, 0)));
    pool(
        "dilated, unseen pixels",
        Shape.of(1, 1, 5, 6, 1),
        new Window(two, new Extent(1, 2, 3), two, Extent.ZERO, Extent.ZERO));
    pool(
        "3-D",
        Shape.of(1, 3, 3, 3, 2),
        new Window(
            new Extent(2, 2, 3),
            new Extent(1, 2, 1),
            one,
            new Extent(1, 0, 1),
            new Extent(0, 1, 1)));
  }

  private void pool(String name, Shape input, Window window) {
    Operand x = Operand.distinct(input.dims());
    for (Op.PoolKind kind : Op.PoolKind.values()) {
      add(
          Op.Pool.class,
          kind + " " + name,
          List.of(x),
          (trace, v) -> trace.value(new Op.Pool(kind, v.getFirst(), window)));
    }
    Extent out = window.outputs(input);
    add(
        Op.PoolGradient.class,
        "AVERAGE " + name,
        List.of(
            x, Operand.floats(input.dim(0), out.depth(), out.height(), out.width(), input.dim(4))),
        (trace, v) ->
            trace.value(new Op.PoolGradient(Op.PoolKind.AVERAGE, v.get(0), v.get(1), window)));
  }

  // ---- batch normalization

  private void batchNormalization() {
    for (int[] dims : new int[][] {{5, 3}, {7}, {2, 2, 3, 2}}) {
      Operand x = Operand.floats(dims);
      Operand c = Operand.floats(dims[dims.length - 1]);
      Operand variance = Operand.positive(c.shape().dims());
      String of = " of " + x.shape();
      for (int k = 0; k < 2; k++) {
        int index = k;
        add(
            Op.BatchNormStatistics.class,
            (k == 0 ? "mean" : "variance") + of,
            List.of(x),
            (trace, v) -> trace.add(new Op.BatchNormStatistics(v.getFirst())).get(index));
      }
      add(
          Op.BatchNormStatistics.class,
          "mean times variance" + of,
          List.of(x),
          (trace, v) -> {
            List<Value> statistics = trace.add(new Op.BatchNormStatistics(v.getFirst()));
            return trace.mul(statistics.get(0), statistics.get(1));
          });
      add(
          Op.BatchNorm.class,
          "alone" + of,
          List.of(x, c, variance, c, c),
          (trace, v) ->
              trace.value(
                  new Op.BatchNorm(v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), EPSILON)));
      add(
          Op.BatchNorm.class,
          "with its statistics" + of,
          List.of(x, c, c),
          (trace, v) -> {
            List<Value> s = trace.add(new Op.BatchNormStatistics(v.getFirst()));
            return trace.value(
                new Op.BatchNorm(v.get(0), s.get(0), s.get(1), v.get(1), v.get(2), EPSILON));
          });
    }
  }

  // ---- element by element

  private void unary() {
    for (Op.UnaryKind kind : Op.UnaryKind.values()) {
      boolean positive = kind == Op.UnaryKind.SQRT || kind == Op.UnaryKind.LOG;
      Operand x = positive ? Operand.positive(3, 5) : Operand.distinct(3, 5);
      add(
          Op.Unary.class,
          kind.toString(),
          List.of(x),
          (trace, v) -> trace.unary(kind, v.getFirst()));
    }
  }

  private void binary() {
    int[][][] shapes = {
      {{2, 3}, {2, 3}},
      {{2, 3}, {}},
      {{}, {2, 3}},
      {{2, 3}, {3}},
      {{1}, {2, 3}},
      {{2, 1}, {1, 3}},
      {{2, 3, 2}, {3, 1}},
      {{2, 1, 2}, {4, 2, 3, 1}},
      {{1, 1}, {1}},
      {{}, {}}
    };
    for (Op.BinaryKind kind : Op.BinaryKind.values()) {
      boolean compares = kind == Op.BinaryKind.MIN || kind == Op.BinaryKind.MAX;
      Function<int[], Operand> first =
          kind == Op.BinaryKind.POW ? Operand::positive : Operand::distinct;
      Function<int[], Operand> second = compares ? Operand::distinct : Operand::positive;
      for (int[][] pair : shapes) {
        Operand a = first.apply(pair[0]);
        Operand b = second.apply(pair[1]);
        add(
            Op.Binary.class,
            kind + " of " + a.shape() + " and " + b.shape(),
            List.of(a, b),
            (trace, v) -> trace.value(new Op.Binary(kind, v.get(0), v.get(1))));
      }
      if (!compares) {
        add(
            Op.Binary.class,
            kind + " of x and x",
            List.of(Operand.positive(5)),
            (trace, v) -> trace.value(new Op.Binary(kind, v.get(0), v.get(0))));
      }
    }
    for (float exponent : new float[] {3, 2, 1, -1, -2}) {
      add(
          Op.Binary.class,
          "POW of any number and " + exponent,
          List.of(
              Operand.floats(
                  (n, index, random) ->
                      random.doubles(n, 1, 2).map(x -> random.nextBoolean() ? x : -x).toArray(),
                  6)),
          (trace, v) -> trace.pow(v.getFirst(), trace.constant(exponent)));
    }
  }

  private void select() {
    int[][][] shapes = {
      {{2, 3}, {2, 3}, {2, 3}, {2, 3}},
      {{2, 3}, {}, {3}, {2, 1}},
      {{}, {1}, {2, 3}, {3}},
      {{3}, {2, 1}, {}, {4, 1, 1}}
    };
    for (Op.Comparison comparison : Op.Comparison.values()) {
      for (int[][] s : shapes) {
        BiFunction<Trace, List<Value>, Value> function =
            (trace, v) -> trace.select(comparison, v.get(0), v.get(1), v.get(2), v.get(3));
        Operand ifTrue = Operand.floats(s[2]);
        Operand ifFalse = Operand.floats(s[3]);
        Operand a = Operand.distinct(s[0]);
        String name = comparison + " to " + ifTrue.shape() + " or " + ifFalse.shape();
        add(
            Op.Select.class,
            name + " by floats " + a.shape(),
            List.of(a, Operand.distinct(s[1]), ifTrue, ifFalse),
            function);
        add(
            Op.Select.class,
            name + " by integers " + a.shape(),
            List.of(
                Operand.integers(DType.I32, 3, s[0]),
                Operand.integers(DType.I32, 3, s[1]),
                ifTrue,
                ifFalse),
            function);
      }
      add(
          Op.Select.class,
          comparison + " of what is compared",
          List.of(Operand.distinct(7), Operand.distinct(7)),
          (trace, v) -> trace.select(comparison, v.get(0), v.get(1), v.get(1), v.get(0)));
    }
  }

  /** Ops whose results move in jumps: nothing passes them, and all goes past them. */
  private void integersAndBits() {
    add(
        Op.Scale.class,
        "times w",
        List.of(Operand.integers(DType.U8, 256, 2, 3), Operand.floats(3)),
        (trace, v) -> trace.mul(trace.value(new Op.Scale(v.get(0), 2, -255, 255)), v.get(1)));
    add(
        Op.Sign.class,
        "times x",
        List.of(Operand.distinct(3, 4)),
        (trace, v) -> trace.mul(unpack(trace, trace.sign(v.getFirst())), v.getFirst()));
    add(
        Op.Sign.class,
        "alone",
        List.of(Operand.distinct(3, 4)),
        (trace, v) -> trace.sign(v.getFirst()));
    add(
        Op.Unpack.class,
        "times w",
        List.of(Operand.bits(3, 4), Operand.floats(4)),
        (trace, v) -> trace.mul(floats(trace, v.get(0)), v.get(1)));
    add(
        Op.ArgMax.class,
        "where it is a label",
        List.of(
            Operand.distinct(5, 3),
            Operand.integers(DType.I32, 3, 5),
            Operand.floats(5),
            Operand.floats(5)),
        (trace, v) ->
            trace.select(
                Op.Comparison.EQUAL,
                trace.value(new Op.ArgMax(v.get(0))),
                v.get(1),
                v.get(2),
                v.get(3)));
    add(
        Op.Unary.class,
        "RINT times x",
        List.of(Operand.distinct(3, 4)),
        (trace, v) -> trace.mul(trace.unary(Op.UnaryKind.RINT, v.getFirst()), v.getFirst()));
  }

  /** An operand that is F32 where a case of BIT is repeated with floats. */
  private static Value floats(Trace trace, Value x) {
    return x.dtype() == DType.BIT ? unpack(trace, x) : x;
  }

  private static Value unpack(Trace trace, Value bits) {
    return trace.value(new Op.Unpack(bits));
  }

  // ---- reductions, shapes

  private void reductions() {
    for (Op.ReduceKind kind : Op.ReduceKind.values()) {
      for (List<Integer> axes :
          List.of(List.<Integer>of(), List.of(0), List.of(1), List.of(0, 2), List.of(2, 0, 1))) {
        add(
            Op.Reduce.class,
            kind + " over " + axes,
            List.of(Operand.distinct(2, 3, 4)),
            (trace, v) -> trace.value(new Op.Reduce(kind, v.getFirst(), axes)));
      }
    }
  }

  private void shapes() {
    List<Function<int[], Operand>> kinds = List.of(Operand::floats, Operand::bits);
    for (Function<int[], Operand> kind : kinds) {
      Operand x = kind.apply(new int[] {2, 3, 4});
      add(
          Op.Reshape.class,
          "of " + x.dtype(),
          List.of(x),
          (trace, v) -> trace.reshape(v.getFirst(), Shape.of(4, 6)));
      for (List<Integer> permutation : List.of(List.of(1, 2, 0), List.of(2, 1, 0))) {
        add(
            Op.Transpose.class,
            "of " + x.dtype() + " by " + permutation,
            List.of(x),
            (trace, v) -> trace.transpose(v.getFirst(), permutation));
      }
    }
    int[][][] shapes = {
      {{3}, {2, 3}}, {{2, 1}, {2, 3}}, {{}, {2, 2}}, {{1, 1}, {3, 2}}, {{2, 1, 3}, {4, 2, 5, 3}}
    };
    for (int[][] pair : shapes) {
      Shape to = Shape.of(pair[1]);
      Operand x = Operand.floats(pair[0]);
      add(
          Op.Broadcast.class,
          x.shape() + " to " + to,
          List.of(x),
          (trace, v) -> trace.broadcast(v.getFirst(), to));
    }
  }

  private void parts() {
    List<Function<int[], Operand>> kinds = List.of(Operand::floats, Operand::bits);
    Window padded =
        new Window(
            new Extent(1, 2, 3),
            new Extent(1, 1, 2),
            Extent.ONE,
            new Extent(0, 1, 0),
            new Extent(0, 1, 2));
    Window gaps =
        new Window(
            new Extent(2, 1, 2),
            new Extent(1, 2, 2),
            new Extent(1, 1, 2),
            Extent.ZERO,
            Extent.ZERO);
    for (Function<int[], Operand> kind : kinds) {
      Operand image = kind.apply(new int[] {2, 3, 3, 4, 2});
      for (Window window : List.of(padded, gaps)) {
        add(
            Op.Patches.class,
            window + " of " + image.dtype(),
            List.of(image),
            (trace, v) -> trace.patches(v.getFirst(), window, 1));
      }
      Operand x = kind.apply(new int[] {2, 3, 4});
      add(
          Op.Slice.class,
          "of " + x.dtype(),
          List.of(x),
          (trace, v) -> trace.slice(v.getFirst(), List.of(1, 0, 1), Shape.of(1, 3, 2)));
      add(
          Op.Pad.class,
          "of " + x.dtype(),
          List.of(x),
          (trace, v) -> trace.pad(v.getFirst(), List.of(1, 0, 2), List.of(0, 0, 1), 1));
      add(
          Op.Concatenate.class,
          "of " + x.dtype(),
          List.of(x, kind.apply(new int[] {2, 1, 4}), x),
          (trace, v) -> trace.concatenate(v, 1));
      add(
          Op.Concatenate.class,
          "of one " + x.dtype() + " twice",
          List.of(x),
          (trace, v) -> trace.concatenate(List.of(v.getFirst(), v.getFirst()), 2));
      add(
          Op.Broadcast.class,
          "of " + x.dtype(),
          List.of(kind.apply(new int[] {2, 1})),
          (trace, v) -> trace.broadcast(v.getFirst(), Shape.of(3, 2, 4)));
    }
    Dims dims = Dims.fixed(Shape.of(2, 1, 4, 5, 2));
    add(
        Op.PatchesGradient.class,
        "of what patches give",
        List.of(Operand.floats(2, 1, 5, 3, 12)),
        (trace, v) -> trace.value(new Op.PatchesGradient(v.getFirst(), dims, padded)));
  }

  private void matrices() {
    int[][][] shapes = {{{3, 4}, {4, 2}}, {{2, 3, 4}, {2, 4, 1}}, {{2, 1, 1, 5}, {2, 1, 5, 3}}};
    List<Function<int[], Operand>> kinds = List.of(Operand::floats, Operand::bits);
    for (int[][] pair : shapes) {
      for (Function<int[], Operand> first : kinds) {
        for (Function<int[], Operand> second : kinds) {
          Operand a = first.apply(pair[0]);
          Operand b = second.apply(pair[1]);
          add(
              Op.MatMul.class,
              a.dtype() + " " + a.shape() + " and " + b.dtype() + " " + b.shape(),
              List.of(a, b),
              (trace, v) -> trace.matMul(v.get(0), v.get(1)));
        }
      }
    }
    add(
        Op.MatMul.class,
        "of x and x transposed",
        List.of(Operand.floats(3, 4)),
        (trace, v) -> trace.matMul(v.getFirst(), trace.transpose(v.getFirst(), List.of(1, 0))));
  }

  /** No gradient goes through integers. */
  private void integers() {
    BiFunction<Trace, List<Value>, Value> rounded =
        (trace, v) -> trace.add(new Op.ToInteger(v.getFirst(), trace.constant(2f), 12)).getFirst();
    add(
        Op.ToInteger.class,
        "times x",
        List.of(Operand.distinct(3, 4)),
        (trace, v) -> trace.mul(trace.toFloat(rounded.apply(trace, v)), v.getFirst()));
    add(
        Op.ToFloat.class,
        "times w",
        List.of(Operand.integers(DType.I32, 100, 3), Operand.floats(3)),
        (trace, v) -> trace.mul(trace.toFloat(v.get(0)), v.get(1)));
    add(
        Op.Threshold.class,
        "times w",
        List.of(Operand.integers(DType.I32, 5, 2, 3), Operand.floats(3)),
        (trace, v) -> {
          Value level = trace.constant(Tensor.i32(Shape.SCALAR, 2));
          return trace.mul(unpack(trace, trace.threshold(v.get(0), level)), v.get(1));
        });
    add(
        Op.MatMul.class,
        "of integers times x",
        List.of(Operand.distinct(3, 3)),
        (trace, v) -> {
          Value q = rounded.apply(trace, v);
          Value bits = trace.sign(v.getFirst());
          return trace.mul(trace.toFloat(trace.matMul(q, bits)), v.getFirst());
        });
    add(
        Op.Reduce.class,
        "of integers times x",
        List.of(Operand.distinct(2, 3)),
        (trace, v) ->
            trace.mul(trace.toFloat(trace.sum(rounded.apply(trace, v), List.of(0))), v.getFirst()));
  }

  private void random() {
    for (Op.RandomKind kind : Op.RandomKind.values()) {
      add(
          Op.Random.class,
          kind + " times x",
          List.of(Operand.floats(3, 5)),
          (trace, v) -> {
            Value seed = trace.constant(Tensor.i32(Shape.of(2), 1, 2));
            Value step = trace.constant(Tensor.i32(Shape.SCALAR, 3));
            Dims dims = v.getFirst().type().dims();
            Value random = trace.random(kind, seed, step, 0, dims);
            boolean bits = kind == Op.RandomKind.BITS;
            return trace.mul(bits ? trace.toFloat(random) : random, v.getFirst());
          });
    }
  }

  // ---- softmax and loss

  private void softmax() {
    for (int[] dims : new int[][] {{3, 4}, {5}, {2, 2, 3}, {3, 1}}) {
      Operand x = Operand.floats(dims);
      add(
          Op.Softmax.class,
          "of " + x.shape(),
          List.of(x),
          (trace, v) -> trace.value(new Op.Softmax(v.getFirst())));
    }
    add(
        Op.SoftmaxCrossEntropy.class,
        "loss",
        List.of(Operand.floats(5, 4), Operand.integers(DType.I32, 4, 5)),
        (trace, v) -> trace.add(new Op.SoftmaxCrossEntropy(v.get(0), v.get(1))).getFirst());
  }
}
