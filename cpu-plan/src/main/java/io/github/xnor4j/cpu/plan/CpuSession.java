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

  @Override
  public String arithmetic() {
    return backend + ", " + cpu.describe();
  }

  @Override
  public boolean keepsSumOrder() {
    return true;
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
    StageTimes times = profile ? new StageTimes(team.size()) : null;
    Groups groups = grouped ? Grouper.group(program) : Groups.single(program);
    Plan plan = new Planner(groups, cpu, team.size(), times, this::storage).plan();
    return new CpuExecutable(program, plan, times);
  }

  @Override
  public Tensor read(Variable variable) {
    Tensor tensor = Tensor.zeros(variable.dtype(), variable.shape());
    cpu.storage().store(storage(variable), tensor);
    return tensor;
  }

  @Override
  public void write(Variable variable, Tensor value) {
    if (value.dtype() != variable.dtype() || !value.shape().equals(variable.shape())) {
      throw new IllegalArgumentException(
          "value is " + value.describe() + ", expected that of variable " + variable);
    }
    cpu.storage().load(value, storage(variable));
    changes++;
  }

  @Override
  public void close() {
    team.close();
    variables.clear();
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
      load(inputs);
      runFixed();
      long end = System.nanoTime() + WARM_UP_NANOS;
      for (SchedulePart part : plan.parts()) {
        for (int i = 0; i < WARM_UP_ROUNDS && System.nanoTime() < end; i++) {
          part.sample();
        }
      }
    }

    private void runFixed() {
      if (fixedAt != changes) {
        team.run(fixed);
        fixedAt = changes;
      }
    }

    private void load(Tensor[] inputs) {
      List<Plan.Slot> in = plan.inputs();
      for (int i = 0; i < inputs.length; i++) {
        cpu.storage().load(inputs[i], in.get(i).buffer());
      }
    }

    private void compute(Tensor[] inputs, Tensor[] outputs) {
      load(inputs);
      runFixed();
      team.run(parts);
      List<Plan.Slot> out = plan.outputs();
      for (int i = 0; i < outputs.length; i++) {
        cpu.storage().store(out.get(i).buffer(), outputs[i]);
      }
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
