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
  private final Heap heap = new Heap();
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
    plan = new Planner(groups, new Noting(kernels), 1, null, this::storage).plan();
  }

  /** A backend whose kernels note that they ran. */
  private final class Noting implements CpuBackend {
    private final CpuKernels kernels;

    Noting(CpuKernels kernels) {
      this.kernels = kernels;
    }

    @Override
    public Storage storage() {
      return heap;
    }

    @Override
    public KernelFactory factory(int members) {
      return work ->
          switch (work) {
            case Work.MaxPool pool -> new Noted(divided("max-pool", pool.divisor()), pool.x());
            case Work.MaxPoolGradient gradient ->
                new Noted("max-pool gradient", gradient.g(), gradient.argmax());
          };
    }

    @Override
    public CpuKernels kernels() {
      return kernels;
    }

    @Override
    public String describe() {
      return "kernels that note their calls";
    }
  }

  private static String divided(String name, int divisor) {
    return divisor == 1 ? name : name + " / " + divisor;
  }

  private final class Noted implements Kernel {
    private final String name;
    private final List<Buffer> reads;

    Noted(String name, Buffer... reads) {
      this.name = name;
      this.reads = List.of(reads);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int tasks() {
      return 0;
    }

    @Override
    public void run(int part, int first, int count, int member) {
      calls.add(name);
    }

    @Override
    public List<Buffer> reads() {
      return reads;
    }
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
          buffer.allocate(heap);
          heap.load(key.initial(), buffer);
          return buffer;
        });
  }

  Plan plan() {
    return plan;
  }

  /** The memory of all of it. */
  Storage storage() {
    return heap;
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
