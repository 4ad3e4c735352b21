package io.github.xnor4j.benchmarks;

import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What one operation of a benchmark computes.
 *
 * @param products multiply-adds
 * @param ceiling what bounds it, or null
 * @param threads that share it
 */
record Work(double products, Ceiling ceiling, int threads) {
  /** Instructions that bound a product. */
  enum Ceiling {
    /** xor, population count, add. */
    POPCOUNT,
    /** Multiply-add. */
    FMA,
    /** Permutation and addition, or multiply-adds where those are faster. */
    LOOKUP
  }

  /** The work of a benchmark, or null where multiply-adds do not measure it. */
  static Work of(BenchmarkParams benchmark) {
    String[] name = benchmark.getBenchmark().split("\\.");
    return switch (name[name.length - 2] + "." + name[name.length - 1]) {
      case "CeilingBenchmark.popcount" ->
          new Work(CeilingBenchmark.bitProducts(), Ceiling.POPCOUNT, 1);
      case "CeilingBenchmark.fma" -> new Work(CeilingBenchmark.floatProducts(), Ceiling.FMA, 1);
      case "CeilingBenchmark.permuteAndAdd" ->
          new Work(CeilingBenchmark.lookups(), Ceiling.LOOKUP, 1);
      case "GemmBenchmark.bits" ->
          new Work(volume(benchmark.getParam("bits")), Ceiling.POPCOUNT, 1);
      case "GemmBenchmark.floatsByBits" ->
          new Work(volume(benchmark.getParam("floats")), Ceiling.LOOKUP, 1);
      case "ProductBenchmark.forward", "ProductBenchmark.fromFloats" ->
          convolution(benchmark, Ceiling.POPCOUNT);
      case "ProductBenchmark.inputGradient", "ProductBenchmark.filterGradient" ->
          convolution(benchmark, Ceiling.LOOKUP);
      default -> null;
    };
  }

  private static double volume(String sizes) {
    double product = 1;
    for (int size : Common.sizes(sizes)) {
      product *= size;
    }
    return product;
  }

  private static Work convolution(BenchmarkParams benchmark, Ceiling ceiling) {
    int[] shape = Common.sizes(benchmark.getParam("shape"));
    double pixels = (double) shape[0] * shape[0] * Integer.parseInt(benchmark.getParam("batch"));
    int threads = Integer.parseInt(benchmark.getParam("threads"));
    return new Work(pixels * 9 * shape[1] * shape[1], ceiling, threads);
  }
}
