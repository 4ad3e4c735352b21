package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans made without a backend: of kernels that compute nothing but note that they were called. */
final class Plans {
  private final Heap heap = new Heap();
  private final List<String> calls = new ArrayList<>();
  private final List<Work> works = new ArrayList<>();
  private final Map<Variable, Buffer> variables = new IdentityHashMap<>();
  private final Plan plan;

  private Plans(Groups groups, Predicate<Work> refused) {
    plan = new Planner(groups, new Noting(refused), 1, null, this::storage).plan();
  }

  /** With all groups. */
  static Plans grouped(Program program) {
    return refusing(program, work -> false);
  }

  /** With all groups, by a backend that computes no product together with a pool. */
  static Plans withoutPooling(Program program) {
    return refusing(program, Plans::isPooled);
  }

  /** With all groups, by a backend that refuses some work. */
  static Plans refusing(Program program, Predicate<Work> refused) {
    return new Plans(Grouper.group(program), refused);
  }

  private static boolean isPooled(Work work) {
    return switch (work) {
      case Work.Convolution product -> product.pooling() != null;
      case Work.InputGradient product -> product.pooling() != null;
      case Work.FilterGradient product -> product.pooling() != null;
      default -> false;
    };
  }

  /** Op by op. */
  static Plans single(Program program) {
    return new Plans(Groups.single(program), work -> false);
  }

  /** A backend whose kernels note that they ran. */
  private final class Noting implements CpuBackend {
    private final Predicate<Work> refused;
    private final Map<Work.Filter, Noted> filters = new HashMap<>();

    Noting(Predicate<Work> refused) {
      this.refused = refused;
    }

    @Override
    public Storage storage() {
      return heap;
    }

    @Override
    public KernelFactory factory(int members) {
      return this::prepare;
    }

    private Kernel prepare(Work work) {
      if (refused.test(work)) {
        return null;
      }
      Kernel kernel =
          switch (work) {
            case Work.Convolution product -> convolution(product);
            case Work.InputGradient product -> inputGradient(product);
            case Work.FilterGradient product -> filterGradient(product);
            case Work.Elements elements -> elements(elements);
            case Work.MaxPool pool ->
                new Noted("max-pool", pool.x()).noting(divided("max-pool", pool.divisor()));
            case Work.MaxPoolGradient gradient ->
                new Noted("max-pool gradient", gradient.g(), gradient.argmax());
            case Work.AveragePool pool -> new Noted("average", pool.x().buffer());
            case Work.AveragePoolGradient gradient -> new Noted("average gradient", gradient.g());
            case Work.MatMul product ->
                rows(product.domain(), product.a().buffer(), product.b().buffer());
            case Work.IntegerProduct product ->
                new Noted("integers", product.a().buffer(), product.b().buffer());
            case Work.Patches patches -> rows(patches.domain(), patches.x());
            case Work.PatchesGradient gradient -> rows(gradient.domain(), gradient.g());
            case Work.ToInteger integer ->
                new Noted("", integer.x(), integer.scale())
                    .finishedBy(new Noted("count").asTasks());
            case Work.Largest largest ->
                new Noted("largest", largest.x()).finishedBy(new Noted("finish").asTasks());
            case Work.ToFloat floats -> new Noted("", floats.x(), floats.scale());
            case Work.Threshold threshold ->
                rows(threshold.domain(), threshold.x(), threshold.threshold());
            case Work.Random random -> new Noted("", random.seed(), random.step());
            case Work.Repack repack -> rows(repack.domain(), repack.x());
            case Work.Blocks blocks ->
                rows(
                    blocks.domain(),
                    blocks.blocks().stream().map(Work.Block::x).toArray(Buffer[]::new));
            case Work.Along along -> rows(along.domain(), along.x());
            case Work.Statistics statistics ->
                new Noted("sums", statistics.x()).finishedBy(new Noted("finish").asTasks());
            case Work.NormFactor factor ->
                new Noted("", factor.scale(), factor.variance()).asTasks();
            case Work.NormGradientTerms terms ->
                new Noted("", terms.dMean(), terms.dVariance()).asTasks();
            case Work.SelectIntegers select ->
                new Noted("", select.a(), select.b(), select.ifTrue(), select.ifFalse()).asTasks();
            case Work.Scale scale -> new Noted("", scale.x()).noting("scale");
            case Work.RowFunction function ->
                new Noted("", function.operands().toArray(Buffer[]::new));
            case Work.ArgMax argMax -> new Noted("", argMax.x());
            case Work.Fill fill -> new Noted("", fill.x()).asTasks();
            case Work.Transpose transpose -> new Noted("", transpose.x()).asTasks();
          };
      if (kernel != null) {
        works.add(work);
      }
      return kernel;
    }

    private Noted elements(Work.Elements work) {
      ElementProgram program = work.program();
      Stream<String> steps = program.steps().stream().map(step -> step.code().name());
      Stream<String> results = program.results().stream().map(result -> result.form().name());
      String text =
          Stream.of(steps, Stream.of("gives"), results)
              .flatMap(words -> words)
              .collect(Collectors.joining(" "));
      Noted noted = new Noted("", work.operands().toArray(Buffer[]::new)).noting(text);
      if (program.hasSums()) {
        noted.finishedBy(new Noted("finish").asTasks());
      }
      return noted;
    }

    private Noted rows(Domain domain, Buffer... reads) {
      Noted noted = new Noted("", reads);
      return domain == null ? noted.asTasks() : noted;
    }

    private boolean refuses(Work.Geometry geometry, Work.Pooling pooling) {
      return pooling != null
          && (geometry.groups() > 1 || !pooling.window().size().equals(pooling.window().stride()));
    }

    private Noted filter(Work.Filter filter) {
      return filters.computeIfAbsent(
          filter, key -> new Noted("pack filter", key.buffer()).asTasks());
    }

    private Kernel convolution(Work.Convolution product) {
      if (refuses(product.geometry(), product.pooling())) {
        return null;
      }
      boolean bits = product.x().buffer().dtype() == DType.BIT && product.filter().isBits();
      String name =
          (bits ? "popcount" : "fma") + (product.pooling() == null ? "" : " and max-pool");
      return new Noted(name, product.x().buffer())
          .noting(divided(name, product.divisor()))
          .behind(filter(product.filter()));
    }

    private Kernel inputGradient(Work.InputGradient product) {
      if (refuses(product.geometry(), product.pooling())) {
        return null;
      }
      String name = product.filter().isBits() ? "lookup" : "fma";
      return gradient(name, product.g(), product.pooling()).behind(filter(product.filter()));
    }

    private Kernel filterGradient(Work.FilterGradient product) {
      if (refuses(product.geometry(), product.pooling())) {
        return null;
      }
      Buffer x = product.x().buffer();
      String name = x.dtype() == DType.BIT ? "lookup" : "fma";
      return gradient(name, product.g(), product.pooling())
          .behind(new Noted("transpose for", x).asTasks())
          .finishedBy(new Noted("sum").asTasks());
    }

    private Noted gradient(String name, Buffer g, Work.Pooling pooling) {
      return pooling == null
          ? new Noted(name, g)
          : new Noted("pooled " + name, g, pooling.argmax());
    }

    @Override
    public String describe() {
      return "kernels that note their calls";
    }
  }

  private static String divided(String name, int divisor) {
    return divisor == 1 ? name : name + " / " + divisor;
  }

  /** A kernel that owns 1000 bytes. */
  private final class Noted implements Kernel {
    private final String name;
    private final List<Buffer> reads;
    private final List<Kernel> before = new ArrayList<>();
    private String note;
    private int tasks;
    private Kernel finish;

    Noted(String name, Buffer... reads) {
      this.name = name;
      this.note = name;
      this.reads = List.of(reads);
    }

    Noted asTasks() {
      tasks = 1;
      return this;
    }

    Noted noting(String call) {
      note = call;
      return this;
    }

    Noted behind(Kernel kernel) {
      before.add(kernel);
      return this;
    }

    Noted finishedBy(Kernel kernel) {
      finish = kernel;
      return this;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int tasks() {
      return tasks;
    }

    @Override
    public void run(int part, int first, int count, int member) {
      calls.add(note);
    }

    @Override
    public List<Buffer> reads() {
      return reads;
    }

    @Override
    public List<Kernel> before() {
      return before;
    }

    @Override
    public Kernel finish() {
      return finish;
    }

    @Override
    public long bytes() {
      return 1000;
    }
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

  /** What kernels were prepared for. */
  List<Work> works() {
    return works;
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
    return parts.stream().flatMap(part -> part.pieces().stream()).toList();
  }

  /** Names of the kernels that a run calls, in their order, where no variable has changed. */
  List<String> run() {
    run(plan.fixed());
    calls.clear();
    run(plan.parts());
    return List.copyOf(calls);
  }

  private static void run(List<SchedulePart> parts) {
    for (SchedulePart each : parts) {
      Team.Part part = each.dealt(1);
      for (int task = 0; task < part.tasks(); task++) {
        part.run(task, 0);
      }
    }
  }
}
