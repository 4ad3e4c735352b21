package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.gpu.plan.Arena;
import io.github.xnor4j.gpu.plan.CopyCode;
import io.github.xnor4j.gpu.plan.GpuPlan;
import io.github.xnor4j.gpu.plan.Launch;
import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A program as one task graph: inputs are copied in, variables to their places among the other
 * values, kernels run, new contents go back to the variables, outputs are copied out.
 */
final class TornadoExecutable implements Executable {
  // TornadoVM's default would let the driver's compiler take float arithmetic for real numbers
  private static final String COMPILER_FLAGS = "-w";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int LEAST = 32; // elements of an array

  private final Program program;
  private final GpuPlan plan;
  private final DeviceVariables variables;
  private final TornadoDevice device;
  private final boolean profile;
  private final int[] inputOffsets;
  private final int[] outputOffsets;
  private final FloatArray inFloats;
  private final IntArray inWords;
  private final FloatArray outFloats;
  private final IntArray outWords;
  private TornadoExecutionPlan execution;
  private int generation;

  TornadoExecutable(
      Program program,
      GpuPlan plan,
      DeviceVariables variables,
      TornadoDevice device,
      boolean profile) {
    this.program = program;
    this.plan = plan;
    this.variables = variables;
    this.device = device;
    this.profile = profile;
    int[] inLengths = {Patches.FLOATS, Patches.WORDS};
    int[] outLengths = new int[2];
    this.inputOffsets = offsets(plan.inputs(), inLengths);
    this.outputOffsets = offsets(plan.outputs(), outLengths);
    this.inFloats = new FloatArray(inLengths[0]);
    this.inWords = new IntArray(inLengths[1]);
    this.outFloats = new FloatArray(Math.max(LEAST, outLengths[0]));
    this.outWords = new IntArray(Math.max(LEAST, outLengths[1]));
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

  @Override
  public Program program() {
    return program;
  }

  @Override
  public void run(Tensor[] inputs, Tensor[] outputs) {
    if (execution == null || generation != variables.generation()) {
      build();
    }
    if (!variables.isOnDevice()) {
      variables.toDevice(execution);
    }
    for (int i = 0; i < inputs.length; i++) {
      HostCopies.store(inputs[i], host(inputs[i].dtype(), inFloats, inWords), inputOffsets[i]);
    }
    variables.patches().store(inFloats.getSegment(), inWords.getSegment());
    TornadoExecutionResult result = execution.withGraph(1).execute();
    variables.ran(result, !plan.assignments().isEmpty());
    for (int i = 0; i < outputs.length; i++) {
      HostCopies.load(host(outputs[i].dtype(), outFloats, outWords), outputOffsets[i], outputs[i]);
    }
  }

  private static MemorySegment host(DType dtype, FloatArray floats, IntArray words) {
    return Layout.arena(dtype) == Arena.FLOATS ? floats.getSegment() : words.getSegment();
  }

  // ---- the graph

  private void build() {
    FloatArray f = new FloatArray(Math.max(LEAST, plan.lengths().get(Arena.FLOATS)));
    IntArray w = new IntArray(Math.max(LEAST, plan.lengths().get(Arena.WORDS)));
    DoubleArray d = new DoubleArray(Math.max(LEAST, plan.lengths().get(Arena.DOUBLES)));
    for (GpuPlan.Content constant : plan.constants()) {
      HostCopies.store(
          constant.value(), host(constant.value().dtype(), f, w), constant.buffer().offset());
    }
    FloatArray stateFloats = variables.floats();
    IntArray stateWords = variables.words();
    ImmutableTaskGraph upload = variables.upload();
    GridScheduler scheduler = new GridScheduler();
    variables.schedule(scheduler);

    String name = "program" + COUNT.getAndIncrement();
    KernelContext context = new KernelContext();
    TaskGraph graph = new TaskGraph(name);
    graph.consumeFromDevice(stateFloats, stateWords);
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, f, w, d, outFloats, outWords);
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, inFloats, inWords);
    graph.task(
        "patch", CopyKernels::patchVariables, context, inFloats, inWords, stateFloats, stateWords);
    schedule(scheduler, name + ".patch", Patches.MOST, Patches.MOST);
    copy(
        graph,
        scheduler,
        name,
        "variables",
        states(plan.reads(), true),
        stateFloats,
        stateWords,
        f,
        w);
    copy(graph, scheduler, name, "inputs", inputs(), inFloats, inWords, f, w);
    for (int i = 0; i < plan.launches().size(); i++) {
      Launch launch = plan.launches().get(i);
      IntArray parameters = IntArray.fromArray(launch.parameters());
      graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, parameters);
      graph.task("t" + i, Kernels.of(launch.kernel()), context, parameters, f, w, d);
      schedule(scheduler, name + ".t" + i, launch.threads(), launch.group());
    }
    copy(graph, scheduler, name, "outputs", outputs(), f, w, outFloats, outWords);
    copy(
        graph,
        scheduler,
        name,
        "assignments",
        states(plan.assignments(), false),
        f,
        w,
        stateFloats,
        stateWords);
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, outFloats, outWords);
    graph.transferToHost(DataTransferMode.UNDER_DEMAND, stateFloats, stateWords);
    graph.persistOnDevice(stateFloats, stateWords);
    execution = new TornadoExecutionPlan(upload, graph.snapshot());
    execution.withDevice(device);
    execution.withCompilerFlags(TornadoVMBackendType.OPENCL, COMPILER_FLAGS);
    execution.withGridScheduler(scheduler);
    generation = variables.generation();
    variables.toDevice(execution);
  }

  private static void copy(
      TaskGraph graph,
      GridScheduler scheduler,
      String name,
      String task,
      CopyCode code,
      FloatArray fromFloats,
      IntArray fromWords,
      FloatArray toFloats,
      IntArray toWords) {
    if (code.isEmpty()) {
      return;
    }
    IntArray parameters = IntArray.fromArray(code.parameters());
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, parameters);
    graph.task(
        task,
        CopyKernels::copySegments,
        new KernelContext(),
        parameters,
        fromFloats,
        fromWords,
        toFloats,
        toWords);
    schedule(scheduler, name + "." + task, code.threads(), CopyCode.GROUP);
  }

  private static void schedule(GridScheduler scheduler, String task, int threads, int group) {
    WorkerGrid1D grid = new WorkerGrid1D(threads);
    grid.setLocalWork(group, 1, 1);
    scheduler.addWorkerGrid(task, grid);
  }

  private CopyCode states(List<GpuPlan.State> states, boolean in) {
    CopyCode code = new CopyCode();
    for (GpuPlan.State state : states) {
      int own = variables.offset(state.variable());
      int here = state.buffer().offset();
      code.add(
          Layout.arena(state.variable().dtype()),
          in ? own : here,
          in ? here : own,
          state.buffer().length());
    }
    return code;
  }

  private CopyCode inputs() {
    CopyCode code = new CopyCode();
    for (int i = 0; i < inputOffsets.length; i++) {
      GpuPlan.Slot slot = plan.inputs().get(i);
      code.add(
          slot.buffer().arena(), inputOffsets[i], slot.buffer().offset(), slot.buffer().length());
    }
    return code;
  }

  private CopyCode outputs() {
    CopyCode code = new CopyCode();
    for (int i = 0; i < outputOffsets.length; i++) {
      GpuPlan.Slot slot = plan.outputs().get(i);
      code.add(
          slot.buffer().arena(), slot.buffer().offset(), outputOffsets[i], slot.buffer().length());
    }
    return code;
  }

  @Override
  public String plan() {
    return plan.describe();
  }
}
