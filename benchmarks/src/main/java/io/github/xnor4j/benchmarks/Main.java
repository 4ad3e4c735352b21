package io.github.xnor4j.benchmarks;

import io.github.xnor4j.benchmarks.Work.Ceiling;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * JMH with its own options; prints the machine first and, behind JMH's table, the multiply-adds a
 * second of each product and their share of a ceiling of the same run: the larger of {@link
 * CeilingBenchmark} and, where a C compiler is found, the same loops in C.
 */
public final class Main {
  private Main() {}

  /** Options as of {@code org.openjdk.jmh.Main}. */
  public static void main(String[] args)
      throws CommandLineOptionException, RunnerException, IOException {
    CommandLineOptions options = new CommandLineOptions(args);
    if (options.shouldHelp() || options.shouldList() || options.shouldListWithParams()) {
      org.openjdk.jmh.Main.main(args);
      return;
    }
    System.out.println(Environment.describe());
    ChainedOptionsBuilder all = new OptionsBuilder().parent(options);
    options.getIncludes().forEach(all::include);
    if (!options.getIncludes().isEmpty()) {
      all.include("\\.CeilingBenchmark\\.");
    }
    Map<Ceiling, Double> inC = CeilingsInC.measure();
    Collection<RunResult> results = new Runner(all.build()).run();
    System.out.println();
    System.out.println(Environment.describe());
    print(results, inC);
  }

  private static void print(Collection<RunResult> results, Map<Ceiling, Double> inC) {
    Map<Ceiling, Double> ceilings = new EnumMap<>(inC);
    for (RunResult result : results) {
      if (result.getParams().getBenchmark().contains(".CeilingBenchmark.")) {
        ceilings.merge(Work.of(result.getParams()).ceiling(), rate(result), Math::max);
      }
    }
    ceilings.computeIfPresent(
        Ceiling.LOOKUP, (key, rate) -> Math.max(rate, ceilings.getOrDefault(Ceiling.FMA, 0.0)));
    ceilings.forEach(
        (ceiling, rate) ->
            System.out.printf(
                Locale.ROOT,
                "ceiling of one thread, %-8s %8.1f GMAC/s%s%n",
                ceiling.name().toLowerCase(Locale.ROOT),
                rate,
                inC.containsKey(ceiling) && inC.get(ceiling).equals(rate) ? " (C)" : ""));
    for (RunResult result : results) {
      Work work = Work.of(result.getParams());
      if (work != null) {
        double share = rate(result) / (ceilings.get(work.ceiling()) * work.threads());
        System.out.printf(
            Locale.ROOT,
            "%-76s %8.1f GMAC/s %5.1f %%%n",
            name(result.getParams()),
            rate(result),
            100 * share);
      }
    }
  }

  /** Giga multiply-adds a second. */
  private static double rate(RunResult result) {
    double score = result.getPrimaryResult().getScore();
    double nanos = result.getParams().getTimeUnit().toNanos(1);
    return Work.of(result.getParams()).products() / (score * nanos);
  }

  private static String name(BenchmarkParams params) {
    String name = params.getBenchmark();
    String parameters =
        params.getParamsKeys().stream()
            .map(key -> key + "=" + params.getParam(key))
            .collect(Collectors.joining(" "));
    return name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1) + " " + parameters;
  }
}
