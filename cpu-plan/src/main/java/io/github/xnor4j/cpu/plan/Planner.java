package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.reference.SumOrder;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Lowers a program: from its outputs and assignments backwards, each value that is needed becomes
 * stages and a buffer. Ops that a stage takes over (a sign and a transpose in front of a product,
 * the two halves of batch norm's gradient) are never asked for and so never computed by themselves.
 */
final class Planner {
  // Eight images fill the eight rows of a lookup table in a dense layer, and stay in the L2 cache.
  private static final int BATCH_TILE = SumOrder.TILE;
  // The ten or so arrays of an optimizer's update then fit the L1 cache together.
  private static final int FLAT_TILE = 1024;

  private final Groups groups;
  private final Program program;
  private final Storage storage;
  private final KernelFactory factory;
  private final Function<Variable, Buffer> variables;
  private final Schedule schedule = new Schedule(false);
  private final Schedule fixed = new Schedule(true);
  private final Ready start; // when variables are there
  private final Map<Value, Buffer> located = new IdentityHashMap<>();
  private final Map<Buffer, Ready> places = new IdentityHashMap<>(); // of all buffers
  private final Map<Buffer, Port> inputs = new LinkedHashMap<>();
  private final Set<Buffer> waiting = new HashSet<>(); // inputs that nobody has read yet
  private final List<Buffer> sources = new ArrayList<>(); // that no kernel gives
  private final List<Kernel> kernels = new ArrayList<>();
  private final Map<Kernel, Ready> pieces = new IdentityHashMap<>();
  private final Memories memories;
  private final StageTimes times;
  private final int batch;
  private final ConvLowering convolutions;
  private final PoolLowering pools;
  private final BatchNormLowering norms;
  private final ElementLowering elements;
  private final RowLowering rows;
  private final ProductLowering products;
  private final IntegerLowering integers;
  private final PartLowering parts;

  Planner(
      Groups groups,
      CpuBackend backend,
      int members,
      StageTimes times,
      Function<Variable, Buffer> variables) {
    this.groups = groups;
    this.program = groups.program();
    this.storage = backend.storage();
    this.factory = backend.factory(members);
    this.memories = new Memories(storage, members);
    this.times = times;
    this.variables = variables;
    this.batch = program.batch().orElse(0);
    // a program that assigns variables changes them in every run, so nothing is gained by a
    // schedule of its own, and fewer stages share a part
    boolean assigns = program.nodes().stream().anyMatch(node -> node.op() instanceof Op.Assign);
    this.start = assigns ? Ready.START : Ready.FIXED;
    this.pools = new PoolLowering(this);
    this.convolutions = new ConvLowering(this, pools);
    this.norms = new BatchNormLowering(this);
    this.elements = new ElementLowering(this);
    this.rows = new RowLowering(this);
    this.products = new ProductLowering(this);
    this.integers = new IntegerLowering(this);
    this.parts = new PartLowering(this);
  }

  /** Plans everything that the program's outputs and assignments need. */
  Plan plan() {
    program.inputs().forEach(this::input);
    List<Port> outputs = new ArrayList<>();
    program.outputs().forEach((name, value) -> outputs.add(output(name, need(value))));
    List<Plan.Assignment> assignments = new ArrayList<>();
    Set<Buffer> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : program.nodes()) {
      if (node.op() instanceof Op.Assign assign) {
        assignments.add(assignment(assign, taken));
      }
    }
    memories.allocate();
    return new Plan(
        List.copyOf(inputs.values()),
        outputs,
        assignments,
        fixed.parts(memories::piece),
        schedule.parts(memories::piece),
        memory());
  }

  /** Inputs over the batch are planned when somebody reads them. */
  private void input(String name, Value value) {
    Buffer buffer = bufferFor(value);
    Port port = Port.input(name, buffer, storage);
    inputs.put(buffer, port);
    alias(value, buffer);
    if (isBatched(value) && buffer.units() == batch) {
      waiting.add(buffer);
    } else {
      wholeInput(buffer);
    }
  }

  private void wholeInput(Buffer buffer) {
    places.put(source(buffer), Ready.START);
    inputs.get(buffer).copyWhole();
  }

  private Port output(String name, Buffer buffer) {
    Port port = Port.output(name, buffer, storage);
    Ready ready = places.get(buffer);
    if (waiting.contains(buffer) || batchDomain().equals(ready.domain())) {
      run(batchDomain(), name, port.tiles());
    } else {
      pin(buffer);
      port.copyWhole();
    }
    return port;
  }

  private Plan.Assignment assignment(Op.Assign assign, Set<Buffer> taken) {
    Buffer value = need(assign.value());
    Buffer from = pin(value);
    if (waiting.remove(from)) {
      wholeInput(from); // no kernel reads it
    }
    Buffer to = variables.apply(assign.variable());
    boolean own = memories.isMade(from) && taken.add(from);
    Buffer staging = own ? from : source(new Buffer(from.dtype(), from.shape()));
    staging.allocate(storage);
    return new Plan.Assignment(from, staging, to);
  }

  private Plan.Memory memory() {
    long whole = sources.stream().mapToLong(buffer -> buffer.bytes(storage)).sum();
    long owned = kernels.stream().mapToLong(Kernel::bytes).sum();
    return new Plan.Memory(whole + memories.whole(), memories.tiles(), owned);
  }

  // ---- what lowerings use

  ElementLowering elements() {
    return elements;
  }

  ConvLowering convolutions() {
    return convolutions;
  }

  PoolLowering pools() {
    return pools;
  }

  IntegerLowering integers() {
    return integers;
  }

  /** Which ops may be computed together. */
  Groups groups() {
    return groups;
  }

  /** What gives a value. */
  Node producer(Value value) {
    return program.producer(value);
  }

  /** The scaling of bytes that a value is, or null. */
  Op.Scale scaling(Value value) {
    return groups.of(value) instanceof Group.Pixels pixels ? pixels.scale() : null;
  }

  /** Whether the leading axis is the batch, along which stages are cut into tiles. */
  boolean isBatched(Value value) {
    return value.type().isBatched();
  }

  /** Whether the leading axis is the batch and there is another axis behind it. */
  boolean isBatchOfRows(Value value) {
    return isBatched(value) && value.shape().rank() > 1;
  }

  /** The domain of stages over the batch. */
  Domain batchDomain() {
    return new Domain(batch, BATCH_TILE, true);
  }

  /** The domain of element-wise stages over a parameter. */
  Domain flatDomain(int elements) {
    return new Domain(elements, FLAT_TILE, false);
  }

  /** A kernel for some work; null if the backend has none. */
  Kernel prepare(Work work) {
    return factory.prepare(work);
  }

  /** A kernel for work that a backend must have if it has what the work belongs to. */
  Kernel require(Work work) {
    Kernel kernel = prepare(work);
    if (kernel == null) {
      throw new IllegalStateException("the backend has no kernel for " + work);
    }
    return kernel;
  }

  /**
   * Adds a kernel with what runs before it and what finishes it.
   *
   * @param domain over whose tiles it runs, unless it has tasks
   * @return when its results are there
   */
  Ready run(Domain domain, String label, Kernel kernel) {
    return runWithParts(domain, label, kernel).end();
  }

  /**
   * When a kernel's results are there.
   *
   * @param parts those that its tiles or tasks write
   * @param end those that are made of what these leave
   */
  record Runs(Ready parts, Ready end) {}

  /** Adds a kernel as {@link #run} does; some of its results are there before it is finished. */
  Runs runWithParts(Domain domain, String label, Kernel kernel) {
    return run(domain, label, kernel, null);
  }

  /**
   * Adds a kernel that gives a node's only value.
   *
   * @param result where it lies
   */
  void run(Node node, Domain domain, Kernel kernel, Buffer result) {
    define(node.output(), result, run(domain, label(node), kernel));
  }

  private Runs run(Domain domain, String label, Kernel kernel, Ready behind) {
    List<Ready> edges = new ArrayList<>();
    if (behind != null) {
      edges.add(behind);
    }
    for (Kernel piece : kernel.before()) {
      edges.add(piece(label, piece));
    }
    List<Buffer> first = kernel.reads().stream().filter(waiting::remove).toList();
    boolean chained = kernel.tasks() == 0 && batchDomain().equals(domain);
    if (!chained) {
      first.forEach(this::wholeInput);
    }
    for (Buffer read : kernel.reads()) {
      if (!chained || !first.contains(read)) {
        edges.add(Objects.requireNonNull(places.get(read), "nobody gives what a kernel reads"));
      }
    }
    if (chained) {
      first.forEach(read -> edges.add(load(inputs.get(read), edges)));
    }
    Ready ready = add(domain, label, kernel, edges);
    for (Buffer read : kernel.reads()) {
      memories.read(read, ready);
    }
    Kernel finish = kernel.finish();
    return new Runs(ready, finish == null ? ready : run(null, label, finish, ready).end());
  }

  /** Has an input copied in the chain of the kernel that reads it first and waits for so much. */
  private Ready load(Port port, List<Ready> edges) {
    List<Ready> behind = new ArrayList<>(edges);
    behind.add(Ready.START); // even where all edges follow from variables alone
    Ready ready = add(batchDomain(), port.name(), port.tiles(), behind);
    made(port.buffer(), ready);
    return ready;
  }

  /** What several kernels may need runs once, under the label of the first. */
  private Ready piece(String label, Kernel piece) {
    Ready known = pieces.get(piece);
    if (known == null) {
      known = run(null, label, piece);
      pieces.put(piece, known);
    }
    return known;
  }

  private Ready add(Domain domain, String label, Kernel kernel, List<Ready> edges) {
    kernels.add(kernel);
    boolean follows = start.fixed() && edges.stream().allMatch(Ready::fixed);
    String name = kernel.name().isEmpty() ? label : kernel.name() + " " + label;
    Stage.Body body = kernel::run;
    Stage.Body counted = times == null ? body : times.timed(name, body);
    Stage stage = new Stage(name, kernel.tasks(), counted);
    Ready ready = (follows ? fixed : schedule).add(stage, domain, edges);
    memories.added(ready);
    return ready;
  }

  /** Declares where a value lies that a stage gives. */
  void define(Value value, Buffer buffer, Ready ready) {
    alias(value, made(buffer, ready));
  }

  /** Declares a buffer that is no value of the program but is allocated like one. */
  Buffer made(Buffer buffer, Ready ready) {
    memories.made(buffer, ready);
    places.put(buffer, ready);
    return buffer;
  }

  /** One float. */
  Buffer constant(float value) {
    Buffer buffer = source(new Buffer(DType.F32, Shape.SCALAR));
    storage.load(Tensor.scalar(value), buffer);
    places.put(buffer, start);
    return buffer;
  }

  /** Declares that a value lies where another does. */
  void alias(Value value, Buffer place) {
    located.put(value, place);
  }

  /** Declares a value that no kernel gives. */
  private void given(Value value, Buffer place, Ready ready) {
    places.put(place, ready);
    alias(value, place);
  }

  /** A buffer of a value's type. */
  static Buffer bufferFor(Value value) {
    return new Buffer(value.dtype(), value.shape());
  }

  /** A buffer that must hold all of its value. */
  Buffer pin(Buffer buffer) {
    memories.pin(buffer);
    return buffer;
  }

  /** Whether it is planned where a value lies. */
  boolean has(Value value) {
    return located.containsKey(value);
  }

  /** Where a value lies; plans its computation if nothing did yet. */
  Buffer need(Value value) {
    Buffer place = located.get(value);
    if (place == null) {
      lower(program.producer(value), value);
      place = located.get(value);
      if (place == null) {
        throw new IllegalStateException("no stage gives " + value);
      }
    }
    return place;
  }

  /** Plans a node, of whose results one is needed. */
  private void lower(Node node, Value needed) {
    switch (node.op()) {
      case Op.Input op -> throw new IllegalStateException("inputs are planned first");
      case Op.Read op -> given(node.output(), variables.apply(op.variable()), start);
      case Op.Constant op -> constant(op.value(), node);
      case Op.Count op -> constant(Tensor.scalar(op.value()), node);
      case Op.Assign op -> throw new IllegalStateException("an assignment gives no value");
      case Op.Conv op -> convolutions.forward(node, op);
      case Op.ConvInputGradient op -> convolutions.inputGradient(node, op);
      case Op.ConvFilterGradient op -> convolutions.filterGradient(node, op);
      case Op.MatMul op -> products.matMul(node, op);
      case Op.Patches op -> products.patches(node, op);
      case Op.PatchesGradient op -> products.patchesGradient(node, op);
      case Op.ToInteger op -> integers.toInteger(node, op, needed);
      case Op.ToFloat op -> integers.toFloat(node, op);
      case Op.Threshold op -> integers.threshold(node, op);
      case Op.Random op -> integers.random(node, op);
      case Op.Pad op -> parts.pad(node, op);
      case Op.Slice op -> parts.slice(node, op);
      case Op.Concatenate op -> parts.concatenate(node, op);
      case Op.Pool op -> pools.forward(node, op);
      case Op.PoolGradient op -> pools.gradient(node, op);
      case Op.BatchNormStatistics op -> norms.statistics(node, op);
      case Op.BatchNormStatisticsGradient op -> norms.statisticsGradient(node, op);
      case Op.BatchNorm op -> norms.apply(node, op);
      case Op.BatchNormGradient op -> norms.gradient(node, op);
      case Op.Unary op -> elementwise(node);
      case Op.Binary op -> elementwise(node);
      case Op.Select op -> elementwise(node);
      case Op.Sign op -> elementwise(node);
      case Op.Unpack op -> elementwise(node);
      case Op.Reduce op -> elementwise(node);
      case Op.Scale op -> elements.scale(node, op);
      case Op.Reshape op -> reshape(node, op);
      case Op.Transpose op -> parts.transpose(node, op);
      case Op.Broadcast op -> parts.broadcast(node, op);
      case Op.ArgMax op -> rows.argMax(node, op);
      case Op.Softmax op -> rows.function(node);
      case Op.SoftmaxCrossEntropy op -> rows.function(node);
      case Op.SoftmaxCrossEntropyGradient op -> rows.function(node);
    }
  }

  /** An op of a run, of a group of batch norm's, or by itself. */
  private void elementwise(Node node) {
    switch (groups.of(node)) {
      case Group.Elements run -> elements.run(run);
      case Group.Normalization group when norms.gives(group, node.output()) -> norms.apply(group);
      case Group.NormalizationGradient group when norms.isSwept(group) -> norms.gradient(group);
      default -> elements.alone(node);
    }
  }

  private void reshape(Node node, Op.Reshape op) {
    if (groups.of(node) instanceof Group.Elements run && !elements.isPlanned(run)) {
      elements.run(run);
    }
    if (!has(node.output())) {
      rows.reshape(node, op);
    }
  }

  private void source(Node node, Buffer buffer, Ready ready) {
    given(node.output(), source(buffer), ready);
  }

  /** A buffer that no kernel gives. */
  private Buffer source(Buffer buffer) {
    buffer.allocate(storage);
    sources.add(buffer);
    return buffer;
  }

  private void constant(Tensor value, Node node) {
    Buffer buffer = bufferFor(node.output());
    source(node, buffer, start);
    storage.load(value, buffer);
  }

  /** The reference's kernel, as one task. */
  void fallback(Node node) {
    List<Buffer> operands = node.op().inputs().stream().map(this::need).toList();
    List<Buffer> results = node.outputs().stream().map(Planner::bufferFor).toList();
    define(node, null, new ReferenceKernel(node, operands, results, storage), results);
  }

  /**
   * Offers a node's work to the backend; it is the reference's if there is no kernel.
   *
   * @param work what to do, given where the node's results lie
   */
  void offer(Node node, Domain domain, Function<List<Buffer>, Work> work) {
    List<Buffer> results = node.outputs().stream().map(Planner::bufferFor).toList();
    Kernel kernel = prepare(work.apply(results));
    if (kernel == null) {
      fallback(node);
    } else {
      define(node, domain, kernel, results);
    }
  }

  private void define(Node node, Domain domain, Kernel kernel, List<Buffer> results) {
    Ready ready = run(domain, label(node), kernel);
    for (int i = 0; i < results.size(); i++) {
      define(node.outputs().get(i), results.get(i), ready);
    }
  }

  /** Scope of a node, for the printed plan; its name, if it has none. */
  static String layer(Node node) {
    return node.scope().isEmpty() ? node.op().name() : node.scope();
  }

  /** Name and scope of a node, for the printed plan. */
  static String label(Node node) {
    return node.scope().isEmpty() ? node.op().name() : node.scope() + "." + node.op().name();
  }

  /** Whether all of these values are F32. */
  static boolean areFloats(List<Value> values) {
    return values.stream().allMatch(value -> value.dtype() == DType.F32);
  }
}
