package io.github.xnor4j.cli;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.Recipe;
import io.github.xnor4j.train.StepReport;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the backends on this machine. */
@Command(
    name = "bench",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    header = "Measures every backend on this machine, in under a minute.",
    description =
        "Trains the network of the MNIST tutorial for some seconds and classifies images with it."
            + " Times are medians after a warm-up. The benchmarks with JMH and those against other"
            + " software are in the folder benchmarks of the sources.",
    footer = {
      "",
      "Examples:",
      "  xnor bench                                   every backend that runs here",
      "  xnor bench --backend cpu-vector --profile    where a training step's time goes",
    })
final class BenchCommand implements Callable<Integer> {
  private static final int BATCH = 64;
  private static final int MANY = 1000;
  private static final int BAR = 40;

  private final Terminal terminal;

  @Mixin private BackendOptions backend;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "6",
      description =
          "Seconds to train with each backend, half of them as warm-up. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Mixin private GradientsOption gradients;

  @Option(
      names = "--profile",
      description = "Prints the time of each part of the training step, where a backend tells it.")
  private boolean profile;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a backend and nothing else: backend, threads, stepMicros,"
              + " trainImagesPerSecond, epochSeconds, predictOneMicros, predictImagesPerSecond.")
  private boolean json;

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What came of one backend; times in seconds. */
  private record Result(String backend, double step, double one, double many) {
    double trainImagesPerSecond() {
      return BATCH / step;
    }

    double predictImagesPerSecond() {
      return MANY / many;
    }
  }

  @Override
  public Integer call() throws IOException {
    BadInputException.requireAtLeast("--seconds", seconds, 1);
    List<BackendProvider> providers = providers();
    SessionOptions options = backend.session().profile(profile);
    Recipe recipe = gradients.in(Recipe.tutorial());
    Dataset images = Mnist.train();
    if (!json) {
      terminal.out().println(environment(options.threads()));
    }
    List<Result> results = new ArrayList<>();
    for (BackendProvider provider : providers) {
      Result result;
      try {
        result = measure(provider, options, recipe, images);
      } catch (BackendUnavailableException e) {
        // a driver without device shows only now; of many backends the others are measured still
        if (!backend.isAuto()) {
          throw e;
        }
        terminal.err().println("xnor: left out: " + e.getMessage());
        continue;
      }
      results.add(result);
      if (json) {
        print(result, options.threads(), images.size());
      }
    }
    if (results.isEmpty()) {
      throw new BadInputException("no backend could be measured");
    }
    if (!json) {
      printTable(results, images.size());
    }
    return ExitCode.OK;
  }

  private List<BackendProvider> providers() {
    return backend.isAuto()
        ? Backends.all().stream().filter(provider -> provider.probe().isAvailable()).toList()
        : List.of(backend.provider());
  }

  private static String environment(int threads) {
    return Text.format(
        "%s %s on %s, %d of %d processors",
        System.getProperty("java.vm.name"),
        System.getProperty("java.runtime.version"),
        System.getProperty("os.arch"),
        threads,
        Runtime.getRuntime().availableProcessors());
  }

  private Result measure(
      BackendProvider provider, SessionOptions options, Recipe recipe, Dataset images)
      throws IOException {
    Batches batches = images.batches(BATCH);
    try (Trainer trainer = recipe.setup(Networks.mnistTutorial(), 1).on(provider, options)) {
      StepTimer warmUp = new StepTimer(trainer, seconds / 2.0);
      trainer.fit(batches, 1000, warmUp);
      StepTimer timer = new StepTimer(trainer, seconds / 2.0);
      trainer.fit(batches, 1000, timer);
      if (profile) {
        terminal.out().println(trainer.plan(batches));
      }
      double one = predictSeconds(trainer, blank(images, 1));
      double many = predictSeconds(trainer, blank(images, MANY));
      return new Result(trainer.backend(), timer.median(), one, many);
    }
  }

  private static Tensor blank(Dataset images, int count) {
    Shape shape = images.images().shape().with(0, count);
    Tensor some = Tensor.zeros(DType.U8, shape);
    System.arraycopy(images.images().bytes(), 0, some.bytes(), 0, shape.elements());
    return some;
  }

  /** Median time of a prediction, for up to a second after a second of warm-up. */
  private static double predictSeconds(Trainer trainer, Tensor images) {
    double[] times = new double[100_000];
    int n = 0;
    long end = System.nanoTime() + 2_000_000_000L;
    long warm = end - 1_000_000_000L;
    long now = System.nanoTime();
    while (n < times.length && (now < end || n == 0)) {
      trainer.predict(images);
      long then = System.nanoTime();
      if (now >= warm || then >= end) {
        times[n++] = (then - now) / 1e9;
      }
      now = then;
    }
    return median(times, n);
  }

  private static double median(double[] times, int n) {
    double[] sorted = Arrays.copyOf(times, n);
    Arrays.sort(sorted);
    return sorted[n / 2];
  }

  /** Times steps and stops a training when its time is over. */
  private static final class StepTimer implements Callback {
    private final Trainer trainer;
    private final long end;
    private double[] times = new double[1024];
    private int n;
    private long last;

    StepTimer(Trainer trainer, double seconds) {
      this.trainer = trainer;
      this.end = System.nanoTime() + (long) (seconds * 1e9);
      this.last = System.nanoTime();
    }

    @Override
    public void onStep(StepReport report) {
      if (n == times.length) {
        times = Arrays.copyOf(times, 2 * n);
      }
      long now = System.nanoTime();
      times[n++] = (now - last) / 1e9;
      last = now;
      if (now > end) {
        trainer.requestStop();
      }
    }

    double median() {
      return BenchCommand.median(times, n);
    }
  }

  private void print(Result result, int threads, int images) {
    new JsonLines(terminal.out())
        .line()
        .put("backend", result.backend())
        .put("threads", threads)
        .put("stepMicros", result.step() * 1e6)
        .put("trainImagesPerSecond", result.trainImagesPerSecond())
        .put("epochSeconds", images / result.trainImagesPerSecond())
        .put("predictOneMicros", result.one() * 1e6)
        .put("predictImagesPerSecond", result.predictImagesPerSecond())
        .print();
  }

  private void printTable(List<Result> results, int images) {
    terminal.out().println();
    terminal
        .out()
        .println(
            Text.format(
                "%-12s %14s %12s %14s %14s",
                "backend", "step of 64", "epoch", "one image", "1000 images"));
    for (Result r : results) {
      terminal
          .out()
          .println(
              Text.format(
                  "%-12s %11.2f ms %10.2f s %11.1f us %11.2f ms",
                  r.backend(),
                  r.step() * 1e3,
                  images / r.trainImagesPerSecond(),
                  r.one() * 1e6,
                  r.many() * 1e3));
    }
    printBars(
        "training, images a second",
        results,
        results.stream().mapToDouble(Result::trainImagesPerSecond).toArray());
    printBars(
        "inference, images a second",
        results,
        results.stream().mapToDouble(Result::predictImagesPerSecond).toArray());
  }

  private void printBars(String title, List<Result> results, double[] values) {
    double most = Arrays.stream(values).max().orElse(1);
    terminal.out().println();
    terminal.out().println(title);
    for (int i = 0; i < values.length; i++) {
      int length = (int) Math.max(1, Math.round(BAR * values[i] / most));
      terminal
          .out()
          .println(
              Text.format(
                  "  %-12s %-" + BAR + "s %,12.0f",
                  results.get(i).backend(),
                  "#".repeat(length),
                  values[i]));
    }
  }
}
