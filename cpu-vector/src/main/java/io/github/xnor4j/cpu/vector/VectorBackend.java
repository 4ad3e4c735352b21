package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.CpuBackend;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.KernelFactory;
import io.github.xnor4j.cpu.plan.Storage;
import io.github.xnor4j.cpu.plan.Work;

/** The cpu-vector backend, as the planner asks for it. */
final class VectorBackend implements CpuBackend {
  private final Storage storage = new HeapStorage();

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public KernelFactory factory(int members) {
    Filters filters = new Filters();
    FilterLookups lookups = new FilterLookups(members);
    return work -> prepare(work, filters, lookups, members);
  }

  private static Kernel prepare(Work work, Filters filters, FilterLookups lookups, int members) {
    return switch (work) {
      case Work.Convolution product when product.geometry().groups() > 1 ->
          GroupedProducts.prepare(product, filters, members);
      case Work.InputGradient product when product.geometry().groups() > 1 ->
          GroupedProducts.prepare(product, filters, members);
      case Work.FilterGradient product when product.geometry().groups() > 1 ->
          GroupedProducts.prepare(product, members);
      case Work.Convolution product -> Convolutions.prepare(product, filters, members);
      case Work.InputGradient product -> InputGradients.prepare(product, filters, members);
      case Work.FilterGradient product -> FilterGradients.prepare(product, lookups, members);
      case Work.Elements elements -> Elements.of(elements, members);
      case Work.MaxPool pool -> new Pools.Forward(pool);
      case Work.MaxPoolGradient gradient -> new Pools.Gradient(gradient);
      case Work.AveragePool pool -> new AveragePools.Forward(pool, members);
      case Work.AveragePoolGradient gradient -> new AveragePools.Gradient(gradient);
      case Work.MatMul product -> MatrixProducts.prepare(product, members);
      case Work.IntegerProduct product -> IntegerProducts.prepare(product, members);
      case Work.Patches patches -> new Parts.Patches(patches);
      case Work.PatchesGradient gradient -> new Parts.PatchesGradient(gradient);
      case Work.ToInteger integer -> new Integers.FromFloats(integer);
      case Work.ToFloat floats -> new Integers.ToFloats(floats);
      case Work.Threshold threshold -> new Integers.Threshold(threshold);
      case Work.Random random -> new Integers.Random(random, members);
      case Work.Repack repack -> new Repack(repack);
      case Work.Blocks blocks -> new Parts.Blocks(blocks);
      case Work.Along along -> new Parts.Along(along);
      case Work.Statistics statistics ->
          statistics.denominator() == 0
              ? new Norms.Statistics(statistics)
              : new Norms.GridStatistics(statistics);
      case Work.NormFactor factor -> Norms.factor(factor);
      case Work.NormGradientTerms terms -> Norms.terms(terms);
      case Work.SelectIntegers select -> Sweeps.selectIntegers(select);
      case Work.Largest largest -> new Largest(largest);
      case Work.Scale scale -> new Sweeps.Scale(scale);
      case Work.RowFunction function -> new Rows.Functions(function, members);
      case Work.ArgMax argMax -> new Rows.ArgMax(argMax);
      case Work.Fill fill -> Rows.fill(fill);
      case Work.Transpose transpose -> new Rows.Transpose(transpose);
    };
  }

  @Override
  public String describe() {
    return Lanes.BITS + "-bit vectors";
  }
}
