package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.group.Group;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** Convolutions, their gradients and matrix products. */
final class ProductLowering {
  private final Planner planner;
  private final TileLowering tiles;

  ProductLowering(Planner planner) {
    this.planner = planner;
    this.tiles = new TileLowering(planner);
  }

  // ---- binary filters

  /** Packs signs for the shape in which each filter is read; the signs themselves are not made. */
  void binaryFilter(Group.BinaryFilter group) {
    List<Value> filters = planner.groups().results(group);
    if (!filters.stream().allMatch(group::isFilter)) {
      planner.each(group);
      return;
    }
    Node node = group.nodes().getFirst();
    for (Value filter : filters) {
      Shape shape = filter.shape();
      int count = shape.dim(0);
      Task task = new Task(Kernel.BINARY_FILTER, Planner.label(node));
      task.read(planner.of(group.latent())).write(planner.define(filter));
      task.put(shape.rows() / count, Layout.last(shape), count);
      planner.add(task.threads((long) shape.rows() * Layout.rowWords(shape), ProductCode.GROUP));
    }
  }

  // ---- convolutions

  void conv(Node node, Op.Conv op) {
    boolean integers = isInteger(node) || node.output().type().grid() != null;
    if (!TileLowering.takes(node, op.groups())) {
      Task task = new Task(Kernel.CONV, Planner.label(node));
      convolution(planner, task, node, op, planner.define(node.output()), integers);
      add(task, node);
    } else if (op.x().dtype() == DType.BIT && op.filter().dtype() == DType.BIT) {
      tiles.bits(node, op);
    } else {
      tiles.conv(node, op, integers);
    }
  }

  /** What a kernel reads of a convolution. */
  static void convolution(
      Planner planner, Task task, Node node, Op.Conv op, Buffer to, boolean integers) {
    operand(planner, task, op.x(), integers);
    operand(planner, task, op.filter(), integers);
    result(planner, task, node, to, divisor(node), op.padValue());
    geometry(task, op.x().shape(), op.window(), op.filter().shape().dim(0), op.groups());
  }

  void convInputGradient(Node node, Op.ConvInputGradient op) {
    if (TileLowering.takes(node, op.groups())) {
      tiles.inputGradient(node, op);
      return;
    }
    Task task = new Task(Kernel.CONV_INPUT_GRADIENT, Planner.label(node));
    operand(planner, task, op.g(), isInteger(node));
    operand(planner, task, op.filter(), isInteger(node));
    result(planner, task, node, planner.define(node.output()), 1, 0);
    geometry(task, op.input(), op.window(), op.filter().shape().dim(0), op.groups());
    add(task, node);
  }

  void convFilterGradient(Node node, Op.ConvFilterGradient op) {
    Grid grid = op.x().type().grid();
    int divisor = grid == null ? 1 : grid.denominator();
    if (TileLowering.takes(node, op.groups())) {
      tiles.filterGradient(node, op, divisor);
      return;
    }
    Task task = new Task(Kernel.CONV_FILTER_GRADIENT, Planner.label(node));
    operand(planner, task, op.x(), true);
    operand(planner, task, op.g(), isInteger(node));
    result(planner, task, node, planner.define(node.output()), divisor, op.padValue());
    geometry(task, op.x().shape(), op.window(), op.filter().dim(0), op.groups());
    add(task, node);
  }

  private static void geometry(Task task, Shape x, Window window, int filters, int groups) {
    task.put(x.dim(1), x.dim(2), x.dim(3));
    extent(task, window.outputs(x));
    extent(task, window.size());
    extent(task, window.stride());
    extent(task, window.dilation());
    extent(task, window.before());
    task.put(x.dim(0), x.dim(4), filters, groups);
  }

  private static void extent(Task task, Extent extent) {
    task.put(extent.depth(), extent.height(), extent.width());
  }

  // ---- matrices

  void matMul(Node node, Op.MatMul op) {
    boolean integers = isInteger(node) || node.output().type().grid() != null;
    Shape a = op.a().shape();
    int matrices = a.elements() / a.dim(-1) / a.dim(-2);
    if (matrices == 1 && TileLowering.takes(node, 1)) {
      tiles.matMul(node, op, integers);
      return;
    }
    Task task = new Task(Kernel.MAT_MUL, Planner.label(node));
    operand(planner, task, op.a(), integers);
    operand(planner, task, op.b(), integers);
    result(planner, task, node, planner.define(node.output()), divisor(node), 0);
    task.put(a.dim(-2), op.depth(), op.b().shape().dim(-1));
    add(task, node);
  }

  // ---- what all have in common

  private static boolean isInteger(Node product) {
    return product.output().dtype() == DType.I32;
  }

  /** What the sum of integers is divided by, where the result is on a grid. */
  static int divisor(Node product) {
    Grid grid = product.output().type().grid();
    return grid == null ? 1 : grid.denominator();
  }

  static void operand(Planner planner, Task task, Value value, boolean asIntegers) {
    if (asIntegers) {
      OperandCode.readIntegers(task, value, planner.of(value));
    } else {
      OperandCode.read(task, value, planner.of(value));
    }
  }

  private static void result(
      Planner planner, Task task, Node node, Buffer to, int divisor, float pad) {
    OperandCode.write(task, node.output(), to);
    task.put(node.output().shape().elements(), isInteger(node) ? 1 : 0, divisor);
    task.read(planner.scalar(pad));
  }

  private void add(Task task, Node node) {
    planner.add(task.threads(node.output().shape().elements(), ProductCode.GROUP));
  }
}
