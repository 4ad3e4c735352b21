package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a program into launches: group by group, each by the lowering that knows its kernels.
 * Element-wise programs wait until somebody reads what they give, so that those that do not wait
 * for each other, such as the updates of all variables, are one launch.
 */
public final class Planner {
  private final Groups groups;
  private final Program program;
  private final Map<Value, Buffer> places = new IdentityHashMap<>();
  private final List<Task> tasks = new ArrayList<>();
  private final List<ElementProgram> waiting = new ArrayList<>();
  private final Set<Buffer> promised = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<GpuPlan.Content> constants = new ArrayList<>();
  private final Map<Integer, Buffer> scalars = new HashMap<>(); // by the bits of the float
  private final ElementLowering elements = new ElementLowering(this);
  private final NormLowering norms = new NormLowering(this);
  private final ProductLowering products = new ProductLowering(this);
  private final PoolLowering pools = new PoolLowering(this);
  private final ShapeLowering shapes = new ShapeLowering(this);
  private final ReduceLowering reductions = new ReduceLowering(this);
  private final RowLowering rows = new RowLowering(this);

  Planner(Groups groups) {
    this.groups = groups;
    this.program = groups.program();
  }

  /** Plans a program by its groups. */
  public static GpuPlan plan(Groups groups) {
    return new Planner(groups).plan();
  }

  GpuPlan plan() {
    List<GpuPlan.Slot> inputs = new ArrayList<>();
    program
        .inputs()
        .forEach((name, value) -> inputs.add(new GpuPlan.Slot(name, value.type(), define(value))));
    List<GpuPlan.State> reads = new ArrayList<>();
    for (Node node : program.nodes()) {
      if (node.op() instanceof Op.Read op) {
        reads.add(new GpuPlan.State(op.variable(), define(node.output())));
      }
    }
    groups.list().forEach(this::lower);
    flush();
    List<GpuPlan.Slot> outputs = new ArrayList<>();
    program
        .outputs()
        .forEach((name, value) -> outputs.add(new GpuPlan.Slot(name, value.type(), of(value))));
    List<GpuPlan.State> assignments = new ArrayList<>();
    for (Node node : program.nodes()) {
      if (node.op() instanceof Op.Assign op) {
        assignments.add(new GpuPlan.State(op.variable(), of(op.value())));
      }
    }
    Placement placement = new Placement(tasks);
    constants.forEach(constant -> placement.keep(constant.buffer()));
    inputs.forEach(slot -> placement.given(slot.buffer()));
    reads.forEach(state -> placement.given(state.buffer()));
    outputs.forEach(slot -> placement.wanted(slot.buffer()));
    assignments.forEach(state -> placement.wanted(state.buffer()));
    Map<Arena, Integer> lengths = placement.place();
    return new GpuPlan(
        tasks.stream().map(Task::launch).toList(),
        inputs,
        outputs,
        reads,
        assignments,
        constants,
        lengths);
  }

  /** All tasks, with what they read and write. */
  List<Task> tasks() {
    return tasks;
  }

  // ---- groups and ops

  private void lower(Group group) {
    switch (group) {
      case Group.Elements run -> elements.run(run);
      case Group.Normalization normalization -> norms.normalization(normalization);
      case Group.NormalizationGradient gradient -> norms.gradient(gradient);
      case Group.BinaryFilter filter -> products.binaryFilter(filter);
      case Group.Product product -> each(product);
      case Group.Pixels pixels -> each(pixels);
      case Group.Unpooling unpooling -> each(unpooling);
      case Group.Single single -> each(single);
    }
  }

  /** Lowers the ops of a group one by one. */
  void each(Group group) {
    group.nodes().forEach(this::lower);
  }

  /** Lowers an op by itself. */
  void lower(Node node) {
    switch (node.op()) {
      case Op.Input op -> {}
      case Op.Read op -> {}
      case Op.Assign op -> {}
      case Op.Constant op -> places.put(node.output(), constant(op.value()));
      case Op.Count op -> places.put(node.output(), scalar(op.value()));
      case Op.Conv op -> products.conv(node, op);
      case Op.ConvInputGradient op -> products.convInputGradient(node, op);
      case Op.ConvFilterGradient op -> products.convFilterGradient(node, op);
      case Op.MatMul op -> products.matMul(node, op);
      case Op.Patches op -> shapes.patches(node, op);
      case Op.PatchesGradient op -> shapes.patchesGradient(node, op);
      case Op.ToInteger op -> elements.toInteger(node, op);
      case Op.ToFloat op -> elements.single(node);
      case Op.Threshold op -> elements.single(node);
      case Op.Random op -> rows.random(node, op);
      case Op.Pad op -> shapes.pad(node, op);
      case Op.Slice op -> shapes.slice(node, op);
      case Op.Concatenate op -> shapes.concatenate(node, op);
      case Op.Pool op -> pools.forward(node, op);
      case Op.PoolGradient op -> pools.gradient(node, op);
      case Op.BatchNormStatistics op -> norms.statistics(node, op);
      case Op.BatchNormStatisticsGradient op -> norms.statisticsGradient(node, op);
      case Op.BatchNorm op -> norms.apply(node, op);
      case Op.BatchNormGradient op -> norms.gradient(node, op);
      case Op.Unary op -> elements.single(node);
      case Op.Binary op -> elements.single(node);
      case Op.Select op -> elements.single(node);
      case Op.Scale op -> elements.single(node);
      case Op.Sign op -> elements.single(node);
      case Op.Unpack op -> elements.single(node);
      case Op.Reduce op -> reductions.reduce(node, op);
      case Op.ArgMax op -> rows.argMax(node, op);
      case Op.Reshape op -> shapes.reshape(node, op);
      case Op.Transpose op -> shapes.transpose(node, op);
      case Op.Broadcast op -> shapes.broadcast(node, op);
      case Op.Softmax op -> rows.softmax(node, op);
      case Op.SoftmaxCrossEntropy op -> rows.crossEntropy(node, op);
      case Op.SoftmaxCrossEntropyGradient op -> rows.crossEntropyGradient(node, op);
    }
  }

  // ---- what lowerings use

  /** The groups. */
  Groups groups() {
    return groups;
  }

  /** The lowering of element-wise ops. */
  ElementLowering elements() {
    return elements;
  }

  /** The lowering of changes of shape. */
  ShapeLowering shapes() {
    return shapes;
  }

  /** The lowering of sums. */
  ReduceLowering reductions() {
    return reductions;
  }

  /** Where a value lies. */
  Buffer of(Value value) {
    Buffer place = places.get(value);
    if (place == null) {
      throw new IllegalStateException("no launch gives " + value);
    }
    return place;
  }

  /** Gives a value a place of its own. */
  Buffer define(Value value) {
    Buffer place = buffer(value);
    places.put(value, place);
    return place;
  }

  /** Says that a value lies at a place. */
  void alias(Value value, Buffer place) {
    places.put(value, place);
  }

  /** A place as a value needs it. */
  Buffer buffer(Value value) {
    return new Buffer(Layout.arena(value.dtype()), Layout.length(value.type()));
  }

  /** A place for values of a dtype and shape. */
  Buffer buffer(DType dtype, Shape shape) {
    return new Buffer(Layout.arena(dtype), Layout.length(dtype, shape));
  }

  /** A place in an arena. */
  Buffer buffer(Arena arena, int length) {
    return new Buffer(arena, length);
  }

  /** A constant's place. */
  Buffer constant(Tensor value) {
    Buffer place = buffer(value.dtype(), value.shape());
    constants.add(new GpuPlan.Content(value, place));
    return place;
  }

  /** A constant scalar's place: an attribute of an op that is a float. */
  Buffer scalar(float value) {
    return scalars.computeIfAbsent(
        Float.floatToRawIntBits(value), bits -> constant(Tensor.scalar(value)));
  }

  /** Adds a task, behind the element-wise programs that give what it reads. */
  void add(Task task) {
    if (task.reads().stream().anyMatch(promised::contains)) {
      flush();
    }
    tasks.add(task);
  }

  /** Adds an element-wise program. */
  void add(ElementProgram part) {
    if (part.reads().stream().anyMatch(promised::contains)) {
      flush();
    }
    waiting.add(part);
    promised.addAll(part.writes());
  }

  private void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    Set<String> labels = new LinkedHashSet<>();
    waiting.forEach(part -> labels.add(part.label()));
    Task task = new Task(Kernel.ELEMENTS, String.join(", ", labels));
    task.put(waiting.size());
    int table = task.size();
    waiting.forEach(part -> task.put(0, 0));
    long items = 0;
    for (int i = 0; i < waiting.size(); i++) {
      task.set(table + 2 * i, Math.toIntExact(items));
      task.set(table + 2 * i + 1, task.size());
      waiting.get(i).emit(task);
      items += Math.ceilDiv(waiting.get(i).items(), ElementCode.GROUP) * ElementCode.GROUP;
    }
    task.threads(items, ElementCode.GROUP);
    waiting.clear();
    promised.clear();
    tasks.add(task);
  }

  /** Name and scope of a node, for the printed plan. */
  static String label(Node node) {
    return node.scope().isEmpty() ? node.op().name() : node.scope() + "." + node.op().name();
  }
}
