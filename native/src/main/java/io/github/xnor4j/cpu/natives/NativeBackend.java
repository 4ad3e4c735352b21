package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.CpuBackend;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.KernelFactory;
import io.github.xnor4j.cpu.plan.Storage;
import io.github.xnor4j.cpu.plan.Work;

/** The native backend of one session, as the planner asks for it. */
final class NativeBackend implements CpuBackend {
  private final NativeStorage storage = new NativeStorage();
  private final Kernels library;

  NativeBackend(Kernels library) {
    this.library = library;
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public KernelFactory factory(int members) {
    Context context = new Context(storage, library, members);
    return work -> prepare(work, context);
  }

  /** What has no kernel here is the reference's. */
  private static Kernel prepare(Work work, Context context) {
    return switch (work) {
      case Work.Convolution product -> Convolutions.prepare(product, context);
      case Work.InputGradient product -> InputGradients.prepare(product, context);
      case Work.FilterGradient product -> FilterGradients.prepare(product, context);
      case Work.Elements elements -> new Elements(elements, context);
      case Work.MaxPool pool -> Pools.maxPool(pool, context);
      case Work.MaxPoolGradient gradient -> Pools.maxPoolGradient(gradient, context);
      case Work.ToInteger integer -> Integers.toInteger(integer, context);
      case Work.ToFloat floats -> Integers.toFloat(floats, context);
      case Work.Statistics statistics -> new Norms.Statistics(statistics, context);
      case Work.NormFactor factor -> Norms.factor(factor);
      case Work.NormGradientTerms terms -> Norms.terms(terms);
      case Work.Largest largest -> new Norms.Largest(largest, context);
      case Work.SelectIntegers select -> Others.selectIntegers(select);
      case Work.Scale scale -> Others.scale(scale, context);
      case Work.RowFunction function -> new Others.Rows(function, context.members());
      case Work.ArgMax argMax -> new Others.ArgMax(argMax, context.members());
      case Work.Fill fill -> Others.fill(fill);
      case Work.Transpose transpose -> Others.transpose(transpose, context);
      case Work.AveragePool pool -> Pools.average(pool, context);
      case Work.AveragePoolGradient gradient -> Pools.averageGradient(gradient, context);
      case Work.MatMul product -> MatrixProducts.prepare(product, context);
      case Work.IntegerProduct product -> IntegerProducts.prepare(product, context);
      case Work.Patches patches -> Moves.patches(patches, context);
      case Work.PatchesGradient gradient -> Moves.patchesGradient(gradient, context);
      case Work.Threshold threshold -> Integers.threshold(threshold, context);
      case Work.Random random -> Integers.random(random, context);
      case Work.Repack repack -> Moves.repack(repack, context);
      case Work.Blocks blocks -> Moves.blocks(blocks, context);
      case Work.Along along -> Moves.along(along, context);
    };
  }

  @Override
  public boolean needsWarmUp() {
    return false;
  }

  @Override
  public String describe() {
    return library.tier().title() + " kernels in C";
  }
}
