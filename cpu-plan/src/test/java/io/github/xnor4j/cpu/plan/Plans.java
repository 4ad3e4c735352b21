package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Plans made without a backend: of kernels that compute nothing but note that they were called. */
final class Plans {
  private final List<String> calls = new ArrayList<>();
  private final Map<Variable, Buffer> variables = new IdentityHashMap<>();
  private final Plan plan;

  private Plans(Groups groups, boolean lookups) {
    CpuKernels kernels =
        (CpuKernels)
            Proxy.newProxyInstance(
                CpuKernels.class.getClassLoader(),
                new Class<?>[] {CpuKernels.class},
                (proxy, method, arguments) -> call(method, arguments, lookups));
    plan = new Planner(groups, kernels, 1, null, this::storage).plan();
  }

  /** With all groups, by kernels that have lookups behind a max-pool. */
  static Plans grouped(Program program) {
    return new Plans(Grouper.group(program), true);
  }

  /** With all groups, by kernels that have no lookups behind a max-pool. */
  static Plans withoutLookups(Program program) {
    return new Plans(Grouper.group(program), false);
  }

  /** Op by op. */
  static Plans single(Program program) {
    return new Plans(Groups.single(program), true);
  }

  private Object call(Method method, Object[] arguments, boolean lookups) {
    return switch (method.getName()) {
      case "hasPooledLookups" -> lookups;
      case "pooledIndexSize" -> (int) arguments[0] * (int) arguments[1];
      case "describe" -> "kernels that note their calls";
      case "binary", "unary", "select" -> note(method.getName() + " " + arguments[0]);
      default -> note(method.getName());
    };
  }

  private Object note(String call) {
    calls.add(call);
    return null; // no other kernel gives anything
  }

  private Buffer storage(Variable variable) {
    return variables.computeIfAbsent(
        variable,
        key -> {
          Buffer buffer = new Buffer(key.dtype(), key.shape());
          buffer.allocate();
          buffer.load(key.initial());
          return buffer;
        });
  }

  Plan plan() {
    return plan;
  }

  /** Stages and chains of all parts, those of the fixed schedule first. */
  List<String> stages() {
    List<String> stages = new ArrayList<>(stages(plan.fixed()));
    stages.addAll(stages(plan.parts()));
    return stages;
  }

  /** Stages and chains of some parts. */
  static List<String> stages(List<SchedulePart> parts) {
    return parts.stream()
        .flatMap(part -> Arrays.stream(part.toString().split("\n")))
        .map(String::strip)
        .toList();
  }

  /** Names of the kernels that a run calls, in their order, where no variable has changed. */
  List<String> run() {
    run(plan.fixed());
    calls.clear();
    run(plan.parts());
    return List.copyOf(calls);
  }

  private static void run(List<SchedulePart> parts) {
    for (SchedulePart part : parts) {
      for (int task = 0; task < part.tasks(); task++) {
        part.run(task, 0);
      }
    }
  }
}
