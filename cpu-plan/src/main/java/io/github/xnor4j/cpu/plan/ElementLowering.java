package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Planner.Located;
import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Mask;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.RowFunctions;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Element-wise ops, row functions, reductions and changes of shape. Over the batch they join the
 * tiles of the ops around them; over parameters they run in tiles of elements, each tile through a
 * whole chain (an optimizer's update) while it is in the L1 cache.
 */
final class ElementLowering {
  private final Planner planner;
  private final CpuKernels kernels;

  ElementLowering(Planner planner) {
    this.planner = planner;
    this.kernels = planner.kernels();
  }

  // ---- element by element

  /** How an operand meets the result: element for element, one for all, or one row for all rows. */
  private enum Form {
    SAME,
    ONE,
    ROW,
    OTHER
  }

  private static Form form(Value operand, Shape result) {
    Shape shape = operand.shape();
    if (shape.equals(result)) {
      return Form.SAME;
    }
    if (shape.elements() == 1) {
      return Form.ONE;
    }
    boolean row = shape.dim(-1) == shape.elements() && shape.dim(-1) == result.dim(-1);
    return row ? Form.ROW : Form.OTHER;
  }

  /** Where a result's elements are computed, and how they are found in it and its operands. */
  private final class Sweep {
    private final Domain domain;
    private final Value result;
    private final Buffer buffer;

    Sweep(Value result) {
      this.result = result;
      this.buffer = Planner.bufferFor(result);
      this.domain =
          planner.isBatched(result)
              ? planner.batchDomain()
              : planner.flatDomain(result.shape().elements());
    }

    /** Whether these operands can be swept along with the result. */
    boolean accepts(Value... operands) {
      for (Value operand : operands) {
        Form form = form(operand, result.shape());
        if (form == Form.OTHER || form == Form.ROW && !domain.batch()) {
          return false;
        }
      }
      return true;
    }

    int elements(int units) {
      return domain.batch() ? units * buffer.unit() : units;
    }

    int offset(Buffer of, Form form, int first) {
      if (form != Form.SAME) {
        return 0;
      }
      return domain.batch() ? of.at(first) : of.atElement(first);
    }

    int offset(int first) {
      return offset(buffer, Form.SAME, first);
    }

    /**
     * Most elements that a kernel takes at once: a row, if an operand is one for all rows. Asked
     * when a program is planned, so that a step allocates nothing.
     */
    int stretch(Form... forms) {
      return List.of(forms).contains(Form.ROW) ? result.shape().dim(-1) : Integer.MAX_VALUE;
    }
  }

  void unary(Node node, Op.Unary op) {
    Sweep sweep = new Sweep(node.output());
    Located x = planner.need(op.x());
    Ready ready =
        planner.tiled(
            sweep.domain,
            Planner.label(node),
            List.of(x),
            (tile, first, count, member) ->
                kernels.unary(
                    op.kind(), x.buffer().floats(member),
                    sweep.offset(x.buffer(), Form.SAME, first), sweep.elements(count),
                    sweep.buffer.floats(member), sweep.offset(first)));
    planner.define(node.output(), sweep.buffer, ready);
  }

  void binary(Node node, Op.Binary op) {
    Sweep sweep = new Sweep(node.output());
    if (!sweep.accepts(op.a(), op.b())) {
      planner.fallback(node);
      return;
    }
    Located a = planner.need(op.a());
    Located b = planner.need(op.b());
    Form formA = form(op.a(), sweep.result.shape());
    Form formB = form(op.b(), sweep.result.shape());
    int stepA = formA == Form.ONE ? 0 : 1;
    int stepB = formB == Form.ONE ? 0 : 1;
    int longest = sweep.stretch(formA, formB);
    Ready ready =
        planner.tiled(
            sweep.domain,
            Planner.label(node),
            List.of(a, b),
            (tile, first, count, member) -> {
              int n = sweep.elements(count);
              int stretch = Math.min(n, longest);
              int a0 = sweep.offset(a.buffer(), formA, first);
              int b0 = sweep.offset(b.buffer(), formB, first);
              int y0 = sweep.offset(first);
              for (int i = 0; i < n; i += stretch) {
                kernels.binary(
                    op.kind(),
                    a.buffer().floats(member),
                    formA == Form.SAME ? a0 + i : a0,
                    stepA,
                    b.buffer().floats(member),
                    formB == Form.SAME ? b0 + i : b0,
                    stepB,
                    stretch,
                    sweep.buffer.floats(member),
                    y0 + i);
              }
            });
    planner.define(node.output(), sweep.buffer, ready);
  }

  void select(Node node, Op.Select op) {
    Mask mask = planner.groups().mask(op.a());
    if (mask != null && planner.isBatched(op.ifTrue())) {
      clipGradient(node, op, mask);
      return;
    }
    Sweep sweep = new Sweep(node.output());
    boolean swept =
        Planner.areFloats(op.inputs()) && sweep.accepts(op.a(), op.b(), op.ifTrue(), op.ifFalse());
    if (!swept) {
      if (isIntegerSelect(op)) {
        selectIntegers(node, op);
      } else {
        planner.fallback(node);
      }
      return;
    }
    Located[] operands = op.inputs().stream().map(planner::need).toArray(Located[]::new);
    Form[] forms =
        op.inputs().stream().map(v -> form(v, sweep.result.shape())).toArray(Form[]::new);
    int[] steps = Arrays.stream(forms).mapToInt(form -> form == Form.ONE ? 0 : 1).toArray();
    int longest = sweep.stretch(forms);
    Ready ready =
        planner.tiled(
            sweep.domain,
            Planner.label(node),
            List.of(operands),
            (tile, first, count, member) -> {
              int n = sweep.elements(count);
              int stretch = Math.min(n, longest);
              for (int i = 0; i < n; i += stretch) {
                kernels.select(
                    op.comparison(),
                    operands[0].buffer().floats(member),
                    at(sweep, operands, forms, 0, first, i),
                    operands[1].buffer().floats(member),
                    at(sweep, operands, forms, 1, first, i),
                    operands[2].buffer().floats(member),
                    at(sweep, operands, forms, 2, first, i),
                    operands[3].buffer().floats(member),
                    at(sweep, operands, forms, 3, first, i),
                    steps,
                    stretch,
                    sweep.buffer.floats(member),
                    sweep.offset(first) + i);
              }
            });
    planner.define(node.output(), sweep.buffer, ready);
  }

  /** Whether an op compares integers of one shape to choose between two floats: a metric's. */
  private static boolean isIntegerSelect(Op.Select op) {
    return op.a().dtype() == DType.I32
        && op.b().dtype() == DType.I32
        && op.a().shape().equals(op.b().shape())
        && Planner.areFloats(List.of(op.ifTrue(), op.ifFalse()))
        && op.ifTrue().shape().elements() == 1
        && op.ifFalse().shape().elements() == 1;
  }

  private void selectIntegers(Node node, Op.Select op) {
    Located a = planner.need(op.a());
    Located b = planner.need(op.b());
    Located ifTrue = planner.need(op.ifTrue());
    Located ifFalse = planner.need(op.ifFalse());
    Buffer y = Planner.bufferFor(node.output());
    Ready ready =
        planner.tasks(
            Planner.label(node),
            1,
            List.of(a, b, ifTrue, ifFalse),
            (task, member) -> {
              int[] left = a.buffer().ints(member);
              int[] right = b.buffer().ints(member);
              for (int i = 0; i < y.length(); i++) {
                boolean holds =
                    switch (op.comparison()) {
                      case LESS -> left[i] < right[i];
                      case LESS_EQUAL -> left[i] <= right[i];
                      case EQUAL -> left[i] == right[i];
                    };
                y.floats(0)[i] = (holds ? ifTrue : ifFalse).buffer().floats(member)[0];
              }
            });
    planner.define(node.output(), planner.pin(y), ready);
  }

  /**
   * Where |x| is at most the limit is kept as one bit an element, written while x is in the cache:
   * of x itself nothing need outlive the forward pass.
   */
  private void clipGradient(Node node, Op.Select op, Mask mask) {
    Located x = planner.need(mask.x());
    Located g = planner.need(op.ifTrue());
    Buffer y = Planner.bufferFor(node.output());
    int unit = y.unit();
    Buffer bits = new Buffer(DType.I32, Shape.of(y.shape().dim(0), (unit + 31) / 32));
    int words = bits.unit();
    Ready marked =
        planner.tiled(
            planner.batchDomain(),
            "mask of " + Planner.label(node),
            List.of(x),
            (tile, first, count, member) -> {
              for (int i = 0; i < count; i++) {
                kernels.within(
                    x.buffer().floats(member),
                    x.buffer().at(first) + i * unit,
                    unit,
                    mask.limit(),
                    bits.ints(member),
                    bits.at(first) + i * words);
              }
            });
    Located passed = planner.made(bits, marked);
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            Planner.label(node),
            List.of(g, passed),
            (tile, first, count, member) -> {
              for (int i = 0; i < count; i++) {
                kernels.keep(
                    g.buffer().floats(member),
                    g.buffer().at(first) + i * unit,
                    unit,
                    bits.ints(member),
                    bits.at(first) + i * words,
                    y.floats(member),
                    y.at(first) + i * unit);
              }
            });
    planner.define(node.output(), y, ready);
  }

  private static int at(Sweep sweep, Located[] operands, Form[] forms, int k, int first, int i) {
    int base = sweep.offset(operands[k].buffer(), forms[k], first);
    return forms[k] == Form.SAME ? base + i : base;
  }

  void scale(Node node, Op.Scale op) {
    Sweep sweep = new Sweep(node.output());
    Located x = planner.need(op.x());
    Ready ready =
        planner.tiled(
            sweep.domain,
            Planner.label(node),
            List.of(x),
            (tile, first, count, member) ->
                kernels.scale(
                    x.buffer().bytes(member),
                    sweep.offset(x.buffer(), Form.SAME, first),
                    sweep.elements(count),
                    op.multiplier(),
                    op.offset(),
                    op.divisor(),
                    sweep.buffer.floats(member),
                    sweep.offset(first)));
    planner.define(node.output(), sweep.buffer, ready);
  }

  // ---- signs

  void sign(Node node, Op.Sign op) {
    Located x = planner.need(op.x());
    Buffer bits = Planner.bufferFor(node.output());
    int c = op.x().shape().rank() == 0 ? 1 : op.x().shape().dim(-1);
    planner.define(
        node.output(),
        bits,
        rowStage(
            node,
            op.x(),
            List.of(x),
            (first, count, member) ->
                kernels.packSigns(
                    x.buffer().floats(member),
                    x.buffer().at(first),
                    count * rowsPerUnit(op.x()),
                    c,
                    bits.ints(member),
                    bits.at(first))));
  }

  void unpack(Node node, Op.Unpack op) {
    Located x = planner.need(op.x());
    Buffer floats = Planner.bufferFor(node.output());
    int c = op.x().shape().rank() == 0 ? 1 : op.x().shape().dim(-1);
    planner.define(
        node.output(),
        floats,
        rowStage(
            node,
            op.x(),
            List.of(x),
            (first, count, member) ->
                kernels.unpackSigns(
                    x.buffer().ints(member),
                    x.buffer().at(first),
                    count * rowsPerUnit(op.x()),
                    c,
                    floats.floats(member),
                    floats.at(first))));
  }

  /** The work of a stage on units of the leading axis. */
  @FunctionalInterface
  private interface UnitBody {
    void run(int first, int count, int member);
  }

  private static int units(Value value) {
    return value.shape().rank() < 2 ? 1 : value.shape().dim(0);
  }

  private static int rowsPerUnit(Value value) {
    return units(value) == 0 ? 0 : value.shape().rows() / units(value);
  }

  /** A stage over whole rows of the last axis: tiles of the batch, or one task for a parameter. */
  private Ready rowStage(Node node, Value value, List<Located> inputs, UnitBody body) {
    if (planner.isBatched(value) && value.shape().rank() > 1) {
      return planner.tiled(
          planner.batchDomain(),
          Planner.label(node),
          inputs,
          (tile, first, count, member) -> body.run(first, count, member));
    }
    int units = units(value);
    return planner.tasks(
        Planner.label(node), 1, inputs, (task, member) -> body.run(0, units, member));
  }

  // ---- row functions

  /** Softmax and crossentropy over the batch; every operand has the batch in front. */
  void rows(Node node) {
    List<Located> operands = node.op().inputs().stream().map(planner::need).toList();
    List<Buffer> results = node.outputs().stream().map(Planner::bufferFor).toList();
    Shape shape = node.op().inputs().getFirst().shape();
    int c = shape.dim(-1);
    int rows = shape.rows() / shape.dim(0);
    double[][] exp = new double[planner.members()][c];
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            Planner.label(node),
            operands,
            (tile, first, count, member) -> {
              for (int row = 0; row < count * rows; row++) {
                row(node.op(), operands, results, first, row, c, exp[member], member);
              }
            });
    for (int i = 0; i < results.size(); i++) {
      planner.define(node.outputs().get(i), results.get(i), ready);
    }
  }

  private static void row(
      Op op,
      List<Located> operands,
      List<Buffer> results,
      int first,
      int row,
      int c,
      double[] exp,
      int member) {
    Buffer x = operands.getFirst().buffer();
    float[] in = x.floats(member);
    int at = x.at(first) + row * c;
    switch (op) {
      case Op.Softmax softmax -> {
        Buffer y = results.getFirst();
        RowFunctions.softmax(in, at, c, exp, y.floats(member), y.at(first) + row * c);
      }
      case Op.SoftmaxCrossEntropy loss -> {
        Buffer labels = operands.get(1).buffer();
        Buffer losses = results.get(0);
        Buffer p = results.get(1);
        int label = labels.ints(member)[labels.at(first) + row];
        losses.floats(member)[losses.at(first) + row] =
            RowFunctions.crossEntropy(
                in, at, c, label, exp, p.floats(member), p.at(first) + row * c);
      }
      case Op.SoftmaxCrossEntropyGradient gradient -> {
        Buffer labels = operands.get(1).buffer();
        Buffer g = operands.get(2).buffer();
        Buffer y = results.getFirst();
        int label = labels.ints(member)[labels.at(first) + row];
        RowFunctions.crossEntropyGradient(
            in,
            at,
            c,
            label,
            g.floats(member)[g.at(first) + row],
            y.floats(member),
            y.at(first) + row * c);
      }
      default -> throw new IllegalStateException(op.name() + " is no function of rows");
    }
  }

  void argMax(Node node, Op.ArgMax op) {
    if (!planner.isBatched(op.x()) || op.x().shape().rank() < 2) {
      planner.fallback(node);
      return;
    }
    Located x = planner.need(op.x());
    Buffer y = Planner.bufferFor(node.output());
    int c = op.x().shape().dim(-1);
    int rows = y.unit();
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            Planner.label(node),
            List.of(x),
            (tile, first, count, member) -> {
              for (int row = 0; row < count * rows; row++) {
                y.ints(member)[y.at(first) + row] =
                    RowFunctions.argMax(
                        x.buffer().floats(member), x.buffer().at(first) + row * c, c);
              }
            });
    planner.define(node.output(), y, ready);
  }

  // ---- reductions

  void reduce(Node node, Op.Reduce op) {
    if (op.x().dtype() != DType.F32) {
      planner.fallback(node);
      return;
    }
    int rank = op.x().shape().rank();
    boolean all = op.axes().size() == rank;
    boolean leading = op.axes().size() == rank - 1 && !op.axes().contains(rank - 1) && rank > 1;
    if (op.kind() == Op.ReduceKind.SUM && all && !planner.isBatched(op.x())) {
      sum(node, op.x());
      return;
    }
    if (op.kind() != Op.ReduceKind.SUM || !planner.isBatched(op.x()) || !all && !leading) {
      planner.fallback(node);
      return;
    }
    // the sum over everything is the sum over rows of one element
    sumRows(node, op.x(), all ? 1 : op.x().shape().dim(-1));
  }

  /** The sum of a parameter, in float64. */
  private void sum(Node node, Value value) {
    Located x = planner.need(value);
    Buffer y = Planner.bufferFor(node.output());
    Ready ready =
        planner.tasks(
            Planner.label(node),
            1,
            List.of(x),
            (task, member) -> {
              double sum = 0;
              for (int i = 0; i < x.buffer().length(); i++) {
                sum += x.buffer().floats(member)[i];
              }
              y.floats(0)[0] = (float) sum;
            });
    planner.define(node.output(), planner.pin(y), ready);
  }

  /** Sums over all rows of c elements: tile by tile, then over the tiles in order. */
  private void sumRows(Node node, Value value, int c) {
    Located x = planner.need(value);
    Domain domain = planner.batchDomain();
    int rows = x.buffer().unit() / c;
    double[][] sums = new double[domain.tiles()][2 * c];
    Ready summed =
        planner.tiled(
            domain,
            "sums " + Planner.label(node),
            List.of(x),
            (tile, first, count, member) ->
                kernels.sums(
                    x.buffer().floats(member), x.buffer().at(first), count * rows, c, sums[tile]));
    Buffer y = Planner.bufferFor(node.output());
    Ready ready =
        planner.tasks(
            "finish " + Planner.label(node),
            1,
            List.of(new Located(y, summed)),
            (task, member) -> {
              for (int i = 0; i < c; i++) {
                double total = 0;
                for (double[] tile : sums) {
                  total += tile[i];
                }
                y.floats(0)[i] = (float) total;
              }
            });
    planner.define(node.output(), planner.pin(y), ready);
  }

  // ---- shapes

  /** One float for all; other broadcasts are the reference's. */
  void broadcast(Node node, Op.Broadcast op) {
    if (op.x().shape().elements() != 1 || op.x().dtype() != DType.F32) {
      planner.fallback(node);
      return;
    }
    Located x = planner.need(op.x());
    Buffer y = Planner.bufferFor(node.output());
    Ready ready =
        planner.tasks(
            Planner.label(node),
            1,
            List.of(x),
            (task, member) ->
                Arrays.fill(y.floats(0), 0, y.length(), x.buffer().floats(member)[0]));
    planner.define(node.output(), planner.pin(y), ready);
  }

  void reshape(Node node, Op.Reshape op) {
    boolean sameRows = op.x().dtype() != DType.BIT || sameLast(op.x().shape(), op.shape());
    boolean sameUnits =
        !planner.isBatched(op.x()) && !planner.isBatched(node.output())
            || planner.isBatched(op.x()) && planner.isBatched(node.output());
    if (sameRows && sameUnits) {
      Located x = planner.need(op.x());
      planner.alias(node.output(), x);
    } else {
      planner.fallback(node);
    }
  }

  private static boolean sameLast(Shape a, Shape b) {
    return a.rank() > 0 && b.rank() > 0 && a.dim(-1) == b.dim(-1);
  }

  void transpose(Node node, Op.Transpose op) {
    List<Integer> order = op.permutation();
    boolean lastToFront = op.movesLastToFront();
    boolean firstToBack = movesFirstToBack(order);
    if (op.x().dtype() != DType.F32 || !lastToFront && !firstToBack) {
      planner.fallback(node);
      return;
    }
    Shape from = op.x().shape();
    int columns = lastToFront ? from.dim(-1) : from.elements() / Math.max(1, from.dim(0));
    int rows = columns == 0 ? 0 : from.elements() / columns;
    Located x = planner.need(op.x());
    Buffer y = Planner.bufferFor(node.output());
    int blocks = (rows + TRANSPOSE_ROWS - 1) / TRANSPOSE_ROWS;
    Ready ready =
        planner.tasks(
            Planner.label(node),
            blocks,
            List.of(x),
            (block, member) -> {
              int r0 = block * TRANSPOSE_ROWS;
              int r1 = Math.min(rows, r0 + TRANSPOSE_ROWS);
              transposeRows(x.buffer().floats(member), rows, columns, r0, r1, y.floats(0));
            });
    planner.define(node.output(), planner.pin(y), ready);
  }

  // rows that share cache lines of the result
  private static final int TRANSPOSE_ROWS = 16;

  private static void transposeRows(float[] x, int rows, int columns, int r0, int r1, float[] y) {
    for (int c = 0; c < columns; c++) {
      for (int r = r0; r < r1; r++) {
        y[c * rows + r] = x[r * columns + c];
      }
    }
  }

  private static boolean movesFirstToBack(List<Integer> permutation) {
    int n = permutation.size();
    return n > 1
        && permutation.getLast() == 0
        && IntStream.range(0, n - 1).allMatch(i -> permutation.get(i) == i + 1);
  }
}
