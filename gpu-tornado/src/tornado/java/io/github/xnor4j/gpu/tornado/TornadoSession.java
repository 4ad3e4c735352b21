package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.gpu.plan.GpuPlan;
import io.github.xnor4j.gpu.plan.Planner;
import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** A session on a device of TornadoVM. */
final class TornadoSession implements Session {
  private final TornadoDevice device;
  private final SessionOptions options;
  private final DeviceVariables variables;
  private final Map<Key, ProgramGraph> graphs = new HashMap<>();

  TornadoSession(TornadoDevice device, SessionOptions options) {
    this.device = device;
    this.options = options;
    this.variables = new DeviceVariables();
  }

  @Override
  public String backend() {
    return "gpu-tornado";
  }

  @Override
  public boolean keepsSumOrder() {
    return true;
  }

  /** A program that was compiled before, word for word, is not compiled again. */
  @Override
  public Executable compile(Program program) {
    Key key = new Key(program.toString(), List.copyOf(program.variables()));
    ProgramGraph graph = graphs.get(key);
    if (graph == null) {
      graph = graph(program);
      graphs.put(key, graph);
    }
    return new TornadoExecutable(program, graph);
  }

  /**
   * What makes a graph: the text of a program, in which constants are told by their content, and
   * its variables, which the text tells by their names only.
   */
  private record Key(String text, List<Variable> variables) {}

  private ProgramGraph graph(Program program) {
    Groups groups = options.grouped() ? Grouper.group(program) : Groups.single(program);
    GpuPlan plan = Planner.plan(groups);
    plan.reads().forEach(state -> variables.add(state.variable()));
    plan.assignments().forEach(state -> variables.add(state.variable()));
    requireMemory(plan.bytes() + variables.bytes());
    return new ProgramGraph(plan, variables, device, options.profile());
  }

  private void requireMemory(long bytes) {
    long there = device.getMaxGlobalMemory();
    if (bytes > there) {
      throw new BackendUnavailableException(
          String.format(
              Locale.ROOT,
              "the program takes %,d bytes of device memory, %s has %,d: a smaller batch takes"
                  + " less",
              bytes,
              device.getPhysicalDevice().getDeviceName(),
              there));
    }
  }

  @Override
  public Tensor read(Variable variable) {
    variables.add(variable);
    return variables.read(variable);
  }

  @Override
  public void write(Variable variable, Tensor value) {
    if (value.dtype() != variable.dtype() || !value.shape().equals(variable.shape())) {
      throw new IllegalArgumentException(
          "value is " + value.describe() + ", expected that of variable " + variable);
    }
    variables.add(variable);
    variables.write(variable, value);
  }

  @Override
  public void close() {
    graphs.values().forEach(ProgramGraph::close);
    graphs.clear();
    variables.close();
  }
}
