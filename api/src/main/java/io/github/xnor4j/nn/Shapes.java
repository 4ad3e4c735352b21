package io.github.xnor4j.nn;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Shapes with and without the batch axis. */
final class Shapes {
  private Shapes() {}

  static Shape withBatch(int batch, Shape shape) {
    int[] dims = new int[shape.rank() + 1];
    dims[0] = batch;
    System.arraycopy(shape.dims(), 0, dims, 1, shape.rank());
    return Shape.of(dims);
  }

  static Shape withoutBatch(Value value) {
    int[] dims = value.shape().dims();
    return Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
  }

  /** Images [N, H, W, C] as the volumes [N, 1, H, W, C] that products and pools take. */
  static Value withDepth(Trace trace, Value images) {
    Shape s = images.shape();
    return trace.reshape(images, Shape.of(s.dim(0), 1, s.dim(1), s.dim(2), s.dim(3)));
  }

  /** Volumes of depth 1 as images. */
  static Value withoutDepth(Trace trace, Value volumes) {
    Shape s = volumes.shape();
    return trace.reshape(volumes, Shape.of(s.dim(0), s.dim(2), s.dim(3), s.dim(4)));
  }

  /** The extents behind null for the batch axis. */
  static List<Integer> kerasShape(Shape shape) {
    List<Integer> dims = new ArrayList<>();
    dims.add(null);
    Arrays.stream(shape.dims()).forEach(dims::add);
    return dims;
  }
}
