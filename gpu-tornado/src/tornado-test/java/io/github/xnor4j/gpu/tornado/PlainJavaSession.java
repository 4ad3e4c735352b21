package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.gpu.plan.Arena;
import io.github.xnor4j.gpu.plan.Buffer;
import io.github.xnor4j.gpu.plan.GpuPlan;
import io.github.xnor4j.gpu.plan.Launch;
import io.github.xnor4j.gpu.plan.Planner;
import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Runs plans on arrays of the host, kernels as plain Java. Large programs are the device's. */
final class PlainJavaSession implements Session {
  /** Work items of a program that are run here; a thread each. */
  private static final long MOST_ITEMS = 1 << 18;

  private final SessionOptions options;
  private final Map<Variable, Tensor> variables = new IdentityHashMap<>();

  PlainJavaSession(SessionOptions options) {
    this.options = options;
  }

  @Override
  public String backend() {
    return "gpu-tornado";
  }

  @Override
  public boolean keepsSumOrder() {
    return true;
  }

  @Override
  public Executable compile(Program program) {
    Groups groups = options.grouped() ? Grouper.group(program) : Groups.single(program);
    GpuPlan plan = Planner.plan(groups);
    long items = plan.launches().stream().mapToLong(Launch::threads).sum();
    Assumptions.assumeTrue(
        items <= MOST_ITEMS, () -> items + " work items are too many for plain Java");
    return new PlainJavaExecutable(program, plan);
  }

  private Tensor content(Variable variable) {
    return variables.computeIfAbsent(variable, Variable::initial);
  }

  @Override
  public Tensor read(Variable variable) {
    return content(variable).copy();
  }

  @Override
  public void write(Variable variable, Tensor value) {
    content(variable).copyFrom(value);
  }

  @Override
  public void close() {
    variables.clear();
  }

  private final class PlainJavaExecutable implements Executable {
    private final Program program;
    private final GpuPlan plan;
    private final FloatArray f;
    private final IntArray w;
    private final DoubleArray d;

    PlainJavaExecutable(Program program, GpuPlan plan) {
      this.program = program;
      this.plan = plan;
      f = new FloatArray(plan.lengths().get(Arena.FLOATS) + 1);
      w = new IntArray(plan.lengths().get(Arena.WORDS) + 1);
      d = new DoubleArray(plan.lengths().get(Arena.DOUBLES) + 1);
      f.init(Float.NaN); // what nobody writes shows
      w.init(0xAAAAAAAA);
      d.init(Double.NaN);
      plan.constants().forEach(constant -> store(constant.value(), constant.buffer()));
    }

    @Override
    public Program program() {
      return program;
    }

    private MemorySegment segment(Buffer buffer) {
      return buffer.arena() == Arena.FLOATS ? f.getSegment() : w.getSegment();
    }

    private void store(Tensor value, Buffer buffer) {
      HostCopies.store(value, segment(buffer), buffer.offset());
    }

    @Override
    public void run(Tensor[] inputs, Tensor[] outputs) {
      for (int i = 0; i < inputs.length; i++) {
        store(inputs[i], plan.inputs().get(i).buffer());
      }
      plan.reads().forEach(state -> store(content(state.variable()), state.buffer()));
      for (Launch launch : plan.launches()) {
        PlainJavaLaunch.run(launch, f, w, d);
      }
      for (int i = 0; i < outputs.length; i++) {
        Buffer buffer = plan.outputs().get(i).buffer();
        HostCopies.load(segment(buffer), buffer.offset(), outputs[i]);
      }
      for (GpuPlan.State state : plan.assignments()) {
        Buffer buffer = state.buffer();
        HostCopies.load(segment(buffer), buffer.offset(), content(state.variable()));
      }
    }

    @Override
    public String plan() {
      return plan.describe();
    }
  }
}
