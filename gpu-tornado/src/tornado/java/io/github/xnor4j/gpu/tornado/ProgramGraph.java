package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Arena;
import io.github.xnor4j.gpu.plan.CopyCode;
import io.github.xnor4j.gpu.plan.GpuPlan;
import io.github.xnor4j.gpu.plan.Launch;
import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A program as one task graph: inputs are copied in, variables to their places among the other
 * values, kernels run, new contents go back to the variables, outputs are copied out.
 */
final class ProgramGraph {
  private static final Logger LOG = System.getLogger(ProgramGraph.class.getName());

  // TornadoVM's own flags let the driver's compiler take float arithmetic for real numbers
  private static final String COMPILER_FLAGS = "-w";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final double NOTICED = 1; // seconds of compilation that users wonder about

  // TornadoVM's graphs have room for 1024 nodes, of which a task takes up to seven. A training step
  // of the tutorial on integers has 132, and fits
  private static final int MOST_TASKS = 140;

  private final GpuPlan plan;
  private final boolean hasState; // whether it reads or changes variables
  private final DeviceVariables variables;
  private final TornadoDevice device;
  private final GraphTimes times; // null if nobody asked
  private final int[] inputOffsets;
  private final int[] outputOffsets;
  private final FloatArray inFloats;
  private final IntArray inWords;
  private final FloatArray outFloats;
  private final IntArray outWords;
  private TornadoExecutionPlan execution;
  private int parts; // graphs behind one another, then that of the variables
  private List<GraphBuilder.Listed> tasks;
  private int generation;
  private double compileSeconds;
  private boolean closed;

  ProgramGraph(GpuPlan plan, DeviceVariables variables, TornadoDevice device, boolean profile) {
    this.plan = plan;
    this.hasState = !plan.reads().isEmpty() || !plan.assignments().isEmpty();
    this.variables = variables;
    this.device = device;
    this.times = profile ? new GraphTimes() : null;
    int[] inLengths = {Patches.FLOATS, Patches.WORDS};
    int[] outLengths = new int[2];
    this.inputOffsets = offsets(plan.inputs(), inLengths);
    this.outputOffsets = offsets(plan.outputs(), outLengths);
    this.inFloats = new FloatArray(inLengths[0]);
    this.inWords = new IntArray(inLengths[1]);
    this.outFloats = new FloatArray(Math.max(DeviceVariables.LEAST, outLengths[0]));
    this.outWords = new IntArray(Math.max(DeviceVariables.LEAST, outLengths[1]));
    build();
  }

  /** Where tensors begin, one behind the other; lengths of both arrays grow by them. */
  private static int[] offsets(List<GpuPlan.Slot> slots, int[] lengths) {
    int[] offsets = new int[slots.size()];
    for (int i = 0; i < offsets.length; i++) {
      int arena = Layout.arena(slots.get(i).type().dtype()).ordinal();
      offsets[i] = lengths[arena];
      lengths[arena] = Math.addExact(lengths[arena], Layout.length(slots.get(i).type()));
    }
    return offsets;
  }

  /** Runs it once, as {@link io.github.xnor4j.backend.Executable#run} says. */
  void run(Tensor[] inputs, Tensor[] outputs) {
    if (closed) {
      throw new IllegalStateException("the session is closed, expected an open one");
    }
    for (int i = 0; i < inputs.length; i++) {
      HostCopies.store(inputs[i], host(inputs[i].dtype(), inFloats, inWords), inputOffsets[i]);
    }
    if (hasState) {
      bringVariables();
    }
    if (execution == null) {
      return; // a program that does nothing
    }
    long start = System.nanoTime();
    TornadoExecutionResult result = null;
    for (int part = 0; part < parts; part++) {
      result = choose(part).execute();
      if (times != null) {
        times.add(part, result.getProfilerResult());
      }
    }
    if (times != null) {
      times.endRun(System.nanoTime() - start);
    }
    if (hasState) {
      variables.ran(execution, parts, result, !plan.assignments().isEmpty());
    }
    for (int i = 0; i < outputs.length; i++) {
      HostCopies.load(host(outputs[i].dtype(), outFloats, outWords), outputOffsets[i], outputs[i]);
    }
  }

  private void bringVariables() {
    if (generation != variables.generation()) {
      build(); // a variable has come for which the arrays had no room
    }
    if (!variables.isOnDevice()) {
      variables.toDevice(execution, parts);
    }
    variables.patches().store(inFloats.getSegment(), inWords.getSegment());
  }

  private static MemorySegment host(DType dtype, FloatArray floats, IntArray words) {
    return Layout.arena(dtype) == Arena.FLOATS ? floats.getSegment() : words.getSegment();
  }

  // ---- the graph

  private void build() {
    free();
    long start = System.nanoTime();
    FloatArray f =
        new FloatArray(Math.max(DeviceVariables.LEAST, plan.lengths().get(Arena.FLOATS)));
    IntArray w = new IntArray(Math.max(DeviceVariables.LEAST, plan.lengths().get(Arena.WORDS)));
    DoubleArray d =
        new DoubleArray(Math.max(DeviceVariables.LEAST, plan.lengths().get(Arena.DOUBLES)));
    for (GpuPlan.Content constant : plan.constants()) {
      HostCopies.store(
          constant.value(), host(constant.value().dtype(), f, w), constant.buffer().offset());
    }
    GridScheduler scheduler = new GridScheduler();
    String name = "program" + COUNT.getAndIncrement();
    List<ImmutableTaskGraph> graphs = new ArrayList<>();
    GraphBuilder builder = new GraphBuilder(name, scheduler);
    // only what a task of the graph uses: TornadoVM cannot free an array that it never allocated
    TaskGraph graph = builder.graph().transferToDevice(DataTransferMode.FIRST_EXECUTION, f, w);
    if (!plan.launches().isEmpty()) {
      graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, d);
    }
    if (hasState || !inputs().isEmpty()) {
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, inFloats, inWords);
    }
    if (hasState) {
      // not persisted by this graph: that is a way of asking them back, and it would free them, too
      graph.consumeFromDevice(variables.floats(), variables.words());
      builder.patch(inFloats, inWords, variables.floats(), variables.words());
      builder.copy("variables", reads(), variables.floats(), variables.words(), f, w);
    }
    builder.copy("inputs", inputs(), inFloats, inWords, f, w);
    for (Launch launch : plan.launches()) {
      if (builder.size() >= MOST_TASKS) {
        graphs.add(builder.graph().snapshot());
        builder = new GraphBuilder(name + "part" + graphs.size(), scheduler, builder.tasks());
        graph = builder.graph().consumeFromDevice(f, w, d);
        if (hasState) {
          graph.consumeFromDevice(variables.floats(), variables.words());
        }
      }
      builder.launch(launch, f, w, d);
    }
    if (!outputs().isEmpty()) {
      graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, outFloats, outWords);
      builder.copy("outputs", outputs(), f, w, outFloats, outWords);
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, outFloats, outWords);
    }
    if (hasState) {
      builder.copy("assignments", assignments(), f, w, variables.floats(), variables.words());
    }
    tasks = builder.tasks();
    generation = variables.generation();
    if (tasks.isEmpty()) {
      return;
    }
    graphs.add(builder.graph().snapshot());
    parts = graphs.size();
    if (hasState) {
      graphs.add(variables.upload(scheduler));
    }
    execution = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
    execution.withDevice(device);
    execution.withCompilerFlags(TornadoVMBackendType.OPENCL, COMPILER_FLAGS);
    execution.withGridScheduler(scheduler);
    if (times != null) {
      execution.withProfiler(ProfilerMode.SILENT);
    }
    execution.withGraph(0); // behind the parts lies the graph that brings variables
    if (isReplayed() && parts == 1) {
      execution.withCUDAGraph(); // of the graph chosen
    }
    warmUp();
    compileSeconds = (System.nanoTime() - start) / 1e9;
    LOG.log(compileSeconds < NOTICED ? Level.DEBUG : Level.INFO, this::compiled);
  }

  /**
   * Whether the driver takes all tasks and copies as one CUDA graph: recorded in the first run,
   * from then on one call starts it, where a hundred tasks cost as many. The profiler sees only
   * tasks that are started one by one.
   */
  private boolean isReplayed() {
    return times == null
        && Boolean.parseBoolean(System.getProperty("xnor4j.gpu.cudaGraphs", "true"))
        && device.getTornadoVMBackend() == TornadoVMBackendType.PTX;
  }

  /**
   * Runs the graph once on whatever lies in the arrays, and forgets what it did to variables: now
   * TornadoVM and the driver have compiled all kernels, and the constants are on the device.
   */
  private void warmUp() {
    if (hasState) {
      variables.toDevice(execution, parts);
    }
    for (int part = 0; part < parts; part++) {
      choose(part).execute();
    }
    if (hasState) {
      variables.forget();
    }
  }

  private TornadoExecutionPlan choose(int part) {
    if (parts > 1) {
      execution.withGraph(part);
    }
    return execution;
  }

  /** Frees the device's memory. */
  void close() {
    closed = true;
    free();
  }

  private void free() {
    if (execution != null) {
      for (int part = 0; part < parts; part++) {
        DeviceVariables.free(execution.withGraph(part));
      }
      execution = null;
    }
  }

  private String compiled() {
    return String.format(
        Locale.ROOT,
        "a graph of %d tasks compiled for %s in %.1f s",
        tasks.size(),
        device.getPhysicalDevice().getDeviceName(),
        compileSeconds);
  }

  private CopyCode reads() {
    CopyCode code = new CopyCode();
    for (GpuPlan.State state : plan.reads()) {
      code.add(state.buffer(), variables.offset(state.variable()), state.buffer().offset());
    }
    return code;
  }

  private CopyCode assignments() {
    CopyCode code = new CopyCode();
    for (GpuPlan.State state : plan.assignments()) {
      code.add(state.buffer(), state.buffer().offset(), variables.offset(state.variable()));
    }
    return code;
  }

  private CopyCode inputs() {
    CopyCode code = new CopyCode();
    for (int i = 0; i < inputOffsets.length; i++) {
      GpuPlan.Slot slot = plan.inputs().get(i);
      code.add(slot.buffer(), inputOffsets[i], slot.buffer().offset());
    }
    return code;
  }

  private CopyCode outputs() {
    CopyCode code = new CopyCode();
    for (int i = 0; i < outputOffsets.length; i++) {
      GpuPlan.Slot slot = plan.outputs().get(i);
      code.add(slot.buffer(), slot.buffer().offset(), outputOffsets[i]);
    }
    return code;
  }

  /** Its tasks, memory and, if they are wanted, times. */
  String describe() {
    StringBuilder text = new StringBuilder();
    text.append(compiled()).append('\n');
    text.append("task         kernel                   work items / group\n");
    for (GraphBuilder.Listed task : tasks) {
      text.append(task.line());
      if (times != null) {
        text.append(String.format(Locale.ROOT, " %.1f us", times.micros(task.name())));
      }
      text.append('\n');
    }
    text.append(plan.describe());
    if (times != null) {
      text.append('\n').append(times.describe());
    }
    return text.toString();
  }
}
