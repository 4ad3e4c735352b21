package io.github.xnor4j.train;

import io.github.xnor4j.program.GradientRounding;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * At which scales the gradients of a training are rounded to integers. A variable for each product
 * holds the largest gradient of the step before, times the number of images: the loss is a mean, so
 * that this is the same for a smaller batch. It follows larger gradients at once and smaller ones
 * by half in a step: those of a last batch of a few images may vanish in a batch normalization, and
 * the next step's would all be clamped. The scale is the largest power of two at which a gradient a
 * quarter larger would not be.
 */
final class GradientScales {
  /** What the names of the outputs begin with that tell how many gradients were clamped. */
  static final String CLAMPED = "clamped/";

  private static final String PREFIX = "gradients/";
  private static final float ROOM = 0.8f;
  private static final float KEPT = 0.5f;

  private final Gradients gradients;
  private final Map<String, Variable> largest = new LinkedHashMap<>();

  GradientScales(Gradients gradients) {
    this.gradients = gradients;
  }

  /** Of a step: rounds at the scales of the step before and leaves those for the next. */
  GradientRounding step() {
    return rounding(false);
  }

  /**
   * Of a first look at a batch: rounds each gradient at the scale that is its own, so that what
   * comes of it does not depend on what the variables hold.
   */
  GradientRounding calibration() {
    return rounding(true);
  }

  private GradientRounding rounding(boolean own) {
    if (!gradients.areIntegers()) {
      return GradientRounding.NONE;
    }
    Map<String, Integer> products = new HashMap<>();
    return (trace, product) -> {
      int number = products.merge(product.scope(), 1, Integer::sum);
      String name = product.scope() + (number == 1 ? "" : "_" + (number - 1));
      return round(trace, product, name, own);
    };
  }

  private GradientRounding.Rounded round(
      Trace trace, GradientRounding.Product product, String name, boolean own) {
    Variable variable =
        largest.computeIfAbsent(name, key -> Variable.state(PREFIX + key, Tensor.scalar(1)));
    Value images = images(trace, product.g());
    Value now = trace.mul(largest(trace, product.source()), images);
    Value before = trace.read(variable);
    Value kept = own ? now : trace.max(now, trace.mul(before, trace.constant(KEPT)));
    // nothing is learned from a batch without gradients, or from one that diverges
    Value next = trace.select(Op.Comparison.LESS, trace.constant(0f), now, kept, before);
    trace.assign(variable, next);
    int width = Math.min(gradients.bits(), product.mostBits());
    Value most = trace.mul(trace.constant(ROOM * Op.ToInteger.limit(width)), images);
    Value scale = trace.powerOfTwo(trace.div(most, own ? next : before));
    List<Value> q = trace.add(new Op.ToInteger(product.g(), scale, width));
    trace.output(CLAMPED + name, q.get(1));
    return new GradientRounding.Rounded(q.get(0), scale);
  }

  /** How many images a value has a part for. */
  private static Value images(Trace trace, Value value) {
    List<Integer> perImage = value.type().dims().perImage();
    for (int axis = 0; axis < perImage.size(); axis++) {
      if (perImage.get(axis) > 0) {
        return trace.count(Op.CountKind.NUMBER, value, List.of(axis));
      }
    }
    return trace.constant(1f);
  }

  private static Value largest(Trace trace, Value g) {
    List<Integer> all = IntStream.range(0, g.shape().rank()).boxed().toList();
    Value size = trace.unary(Op.UnaryKind.ABS, g);
    return trace.reshape(trace.value(new Op.Reduce(Op.ReduceKind.MAX, size, all)), Shape.SCALAR);
  }

  /** The variables of all programs traced so far, by product. */
  Map<String, Variable> variables() {
    return Collections.unmodifiableMap(largest);
  }

  /** A program that assigns these variables and does nothing else of what a step does. */
  Program onlyScales(Program step) {
    return step.rewrite(
            (trace, node, operands) ->
                node.op() instanceof Op.Assign assign && !largest.containsValue(assign.variable())
                    ? List.of()
                    : null)
        .withOutputs(name -> false);
  }
}
