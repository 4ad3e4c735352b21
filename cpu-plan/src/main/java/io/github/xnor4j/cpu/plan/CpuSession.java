package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A session of a CPU backend: a team of threads, and the memory and kernels of a backend. */
public final class CpuSession implements Session {
  // C2 compiles a method that was called 5000 times or, with its loops, turned 15000 times; a tile
  // of most products is hundreds of turns
  private static final int WARM_UP_ROUNDS = 100;
  private static final long WARM_UP_NANOS = 5_000_000_000L;

  private final String backend;
  private final CpuBackend cpu;
  private final Team team;
  private final boolean profile;
  private final boolean grouped;
  private final Map<Variable, Buffer> variables = new IdentityHashMap<>();
  private long changes; // of variables
  private boolean closed;

  /** Opens a session; starts its threads. */
  public CpuSession(String backend, CpuBackend cpu, SessionOptions options) {
    this.backend = backend;
    this.cpu = cpu;
    this.team = new Team(options.threads());
    this.profile = options.profile();
    this.grouped = options.grouped();
  }

  @Override
  public String backend() {
    return backend;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  private Buffer storage(Variable variable) {
    Buffer known = variables.get(variable);
    if (known == null) {
      known = new Buffer(variable.dtype(), variable.shape());
      known.allocate(cpu.storage());
      cpu.storage().load(variable.initial(), known);
      variables.put(variable, known);
    }
    return known;
  }

  @Override
  public Executable compile(Program program) {
    checkOpen();
    StageTimes times = profile ? new StageTimes(team.size()) : null;
    Groups groups = grouped ? Grouper.group(program) : Groups.single(program);
    Plan plan = new Planner(groups, cpu, team.size(), times, this::storage).plan();
    return new CpuExecutable(program, plan, times);
  }

  @Override
  public Tensor read(Variable variable) {
    checkOpen();
    Tensor tensor = Tensor.zeros(variable.dtype(), variable.shape());
    cpu.storage().store(storage(variable), tensor);
    return tensor;
  }

  @Override
  public void write(Variable variable, Tensor value) {
    checkOpen();
    if (value.dtype() != variable.dtype() || !value.shape().equals(variable.shape())) {
      throw new IllegalArgumentException(
          "value is " + value.describe() + ", expected that of variable " + variable);
    }
    cpu.storage().load(value, storage(variable));
    changes++;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      team.close();
      variables.clear();
      cpu.storage().close();
    }
  }

  private final class CpuExecutable implements Executable {
    private final Program program;
    private final Plan plan;
    private final Team.Part[] fixed;
    private final Team.Part[] parts;
    private final StageTimes times;
    private long fixedAt = -1; // changes of variables when the fixed parts last ran

    CpuExecutable(Program program, Plan plan, StageTimes times) {
      this.program = program;
      this.plan = plan;
      this.fixed = dealt(plan.fixed());
      this.parts = dealt(plan.parts());
      this.times = times;
    }

    private Team.Part[] dealt(List<SchedulePart> list) {
      return list.stream().map(part -> part.dealt(team.size())).toArray(Team.Part[]::new);
    }

    @Override
    public Program program() {
      return program;
    }

    @Override
    public void run(Tensor[] inputs, Tensor[] outputs) {
      checkOpen();
      if (times == null) {
        compute(inputs, outputs);
        return;
      }
      long start = System.nanoTime();
      compute(inputs, outputs);
      times.add(System.nanoTime() - start);
    }

    /**
     * Samples each part alone until C2 has had time for its kernels. Behind one another in a step,
     * kernels that run interpreted keep the compiler busy with the Vector API's fallbacks, and a
     * profile may be incomplete when its turn comes: such a kernel boxes its vectors for good.
     */
    @Override
    public void warmUp(Tensor[] inputs) {
      checkOpen();
      if (!cpu.needsWarmUp()) {
        return;
      }
      open(plan.inputs(), inputs);
      runFixed();
      long end = System.nanoTime() + WARM_UP_NANOS;
      for (SchedulePart part : plan.parts()) {
        for (int i = 0; i < WARM_UP_ROUNDS && System.nanoTime() < end; i++) {
          part.sample();
        }
      }
      close(plan.inputs());
    }

    private void runFixed() {
      if (fixedAt != changes) {
        team.run(fixed);
        fixedAt = changes;
      }
    }

    private static void open(List<Port> ports, Tensor[] tensors) {
      for (int i = 0; i < tensors.length; i++) {
        ports.get(i).open(tensors[i]);
      }
    }

    private static void close(List<Port> ports) {
      for (int i = 0; i < ports.size(); i++) {
        ports.get(i).close();
      }
    }

    private void compute(Tensor[] inputs, Tensor[] outputs) {
      open(plan.inputs(), inputs);
      open(plan.outputs(), outputs);
      runFixed();
      team.run(parts);
      close(plan.inputs());
      close(plan.outputs());
      List<Plan.Assignment> assignments = plan.assignments();
      for (int i = 0; i < assignments.size(); i++) {
        assignments.get(i).stage(cpu.storage());
      }
      for (int i = 0; i < assignments.size(); i++) {
        assignments.get(i).commit();
      }
      if (!assignments.isEmpty()) {
        changes++;
      }
    }

    @Override
    public String plan() {
      return "backend "
          + backend
          + ", "
          + cpu.describe()
          + ", "
          + team.size()
          + " threads\n"
          + plan.describe()
          + (times == null ? "" : times.describe());
    }
  }
}
