package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Kernel;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Which method a kernel is. All have the same arguments: the parameters and the arenas. */
final class Kernels {
  private Kernels() {}

  /** The method. */
  static Task5<KernelContext, IntArray, FloatArray, IntArray, DoubleArray> of(Kernel kernel) {
    return switch (kernel) {
      case ELEMENTS -> ElementKernels::elements;
      case CONV -> ProductKernels::forward;
      case CONV_INPUT_GRADIENT -> ProductKernels::inputGradient;
      case CONV_FILTER_GRADIENT -> ProductKernels::filterGradient;
      case MAT_MUL -> ProductKernels::matrices;
      case BINARY_FILTER -> ProductKernels::packFilter;
      case MOVE -> MoveKernels::moveParts;
      case PATCHES -> PatchKernels::gatherPatches;
      case PATCHES_GRADIENT -> PatchKernels::scatterPatches;
      case POOL -> WindowKernels::pool;
      case POOL_GRADIENT -> WindowKernels::poolGradient;
      case REDUCE -> ReduceKernels::reduceTerms;
      case REDUCE_CHUNKS -> ReduceKernels::reduceChunks;
      case NORM_PARTIALS -> NormKernels::normPartials;
      case NORM_STATISTICS -> NormKernels::normStatistics;
      case NORM_GRADIENT -> NormKernels::normGradient;
      case SOFTMAX -> RowKernels::softmaxRow;
      case CROSS_ENTROPY -> RowKernels::crossEntropyRow;
      case CROSS_ENTROPY_GRADIENT -> RowKernels::crossEntropyGradientRow;
      case ARG_MAX -> RowKernels::largestOfRow;
      case RANDOM -> RandomKernels::drawBlock;
      case TILES -> TileKernels::floats;
      case SUM_PARTS -> TileKernels::sumParts;
      case BIT_TILES -> BitKernels::bits;
      case TAP_SUMS -> BitKernels::sumTaps;
      case BIT_PADDING -> BitKernels::padBits;
    };
  }
}
