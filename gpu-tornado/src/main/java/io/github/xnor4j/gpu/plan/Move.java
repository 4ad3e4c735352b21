package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A launch in the making that puts together a value of parts of others, see {@link MoveCode}. */
final class Move {
  private final String label;
  private final DType dtype;
  private final Shape shape;
  private final Buffer result;
  private final List<Source> sources = new ArrayList<>();
  private Buffer fillPlace; // of F32
  private int fill;

  /** A part: which element is first seen, and an axis for each of the result's. */
  private record Source(Value value, Buffer from, int first, List<Axis> axes) {}

  /** Where a source begins on an axis, how far it reaches, elements of its operand to a step. */
  private record Axis(int start, int extent, int stride) {
    boolean isWhole(int whole) {
      return start == 0 && extent == whole;
    }
  }

  Move(String label, DType dtype, Shape shape, Buffer result) {
    this.label = label;
    this.dtype = dtype;
    this.shape = shape;
    this.result = result;
  }

  /** Elements to a step on each axis of a value in row-major order. */
  static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    for (int axis = shape.rank() - 1, stride = 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape.dim(axis);
    }
    return strides;
  }

  /** Says what lies where no source does. */
  Move fill(Planner planner, float value) {
    if (dtype == DType.F32) {
      fillPlace = planner.scalar(value);
    } else {
      fill = dtype == DType.BIT ? (value < 0 ? 1 : 0) : (int) value;
    }
    return this;
  }

  /** Adds a source that reaches over all of the result. */
  Move add(Value value, Buffer from, int first, int[] strides) {
    return add(value, from, first, new int[shape.rank()], shape.dims(), strides);
  }

  /** Adds a source that begins somewhere and has these extents. */
  Move add(Value value, Buffer from, int first, int[] start, int[] extents, int[] strides) {
    List<Axis> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      axes.add(new Axis(start[axis], extents[axis], strides[axis]));
    }
    sources.add(new Source(value, from, first, axes));
    return this;
  }

  /** The launch. */
  Task task() {
    List<Integer> extents = new ArrayList<>(Arrays.stream(shape.dims()).boxed().toList());
    merge(extents);
    Task task = new Task(Kernel.MOVE, label);
    task.put(OperandCode.dtype(dtype)).write(result);
    int items = Layout.length(dtype, shape);
    task.put(Layout.last(shape), Layout.rowWords(shape), 0);
    task.put(items, shape.elements(), extents.size(), sources.size());
    if (fillPlace == null) {
      task.put(fill);
    } else {
      task.read(fillPlace);
    }
    extents.forEach(task::put);
    for (Source source : sources) {
      OperandCode.read(task, source.value, source.from);
      task.put(source.first);
      source.axes.forEach(axis -> task.put(axis.start, axis.extent, axis.stride));
    }
    return task.threads(items, MoveCode.GROUP);
  }

  /** Makes one axis of neighbours that all sources walk through as one. */
  private void merge(List<Integer> extents) {
    for (int outer = extents.size() - 2; outer >= 0; outer--) {
      int a = outer;
      int whole = extents.get(a + 1);
      if (sources.stream().allMatch(source -> isOne(source, a, whole))) {
        extents.set(a, extents.get(a) * whole);
        extents.remove(a + 1);
        for (Source source : sources) {
          Axis axis = source.axes.get(a);
          int stride = source.axes.remove(a + 1).stride;
          source.axes.set(a, new Axis(axis.start * whole, axis.extent * whole, stride));
        }
      }
    }
  }

  private static boolean isOne(Source source, int a, int whole) {
    Axis inner = source.axes.get(a + 1);
    return inner.isWhole(whole) && source.axes.get(a).stride == inner.stride * whole;
  }
}
