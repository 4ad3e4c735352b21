package io.github.xnor4j.program;

/**
 * How gradients are rounded to integers in front of the products that take them, so that sums of
 * these products are exact: asked by {@link Differentiator} once for each product of the forward
 * pass of which an operand stands for integers.
 */
@FunctionalInterface
public interface GradientRounding {
  /** Leaves all gradients as they are. */
  GradientRounding NONE = (trace, product) -> null;

  /**
   * A gradient that is about to meet a product's operands.
   *
   * @param scope of the product, the name of its layer
   * @param g the gradient of the product's result, F32
   * @param source the numbers that g is made of: g itself, or where g comes out of a max-pool of
   *     disjoint windows, what went into its gradient; the rest of g is zeros
   * @param mostBits 2 to 16: with integers of more bits a sum could pass 31 bits
   */
  record Product(String scope, Value g, Value source, int mostBits) {}

  /**
   * A gradient as integers.
   *
   * @param q I16 of the shape of g, q = g * scale rounded
   * @param scale F32 scalar, a power of two
   */
  record Rounded(Value q, Value scale) {}

  /**
   * Traces the integers of a gradient, in the scope of its product.
   *
   * @return null if this gradient stays as it is
   */
  Rounded round(Trace trace, Product product);
}
