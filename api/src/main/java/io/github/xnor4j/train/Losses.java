package io.github.xnor4j.train;

import io.github.xnor4j.nn.Model;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The losses, as Keras has them. The target of the sparse one is a class for each example, I32 [N];
 * that of the others is F32 [N, C], and classes stand for vectors with 1 at the class, else 0.
 */
public final class Losses {
  private static final float EPSILON = 1e-7f;

  private static final List<Supplier<Loss>> ALL =
      List.of(
          Losses::sparseCategoricalCrossentropy,
          Losses::sparseCategoricalCrossentropyFromLogits,
          Losses::categoricalCrossentropy,
          Losses::categoricalCrossentropyFromLogits,
          Losses::squaredHinge,
          Losses::hinge,
          Losses::meanSquaredError);

  private Losses() {}

  /**
   * The loss of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Loss named(String name) {
    List<Loss> all = ALL.stream().map(Supplier::get).toList();
    return all.stream()
        .filter(loss -> loss.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "loss '"
                        + name
                        + "' is unknown, expected one of "
                        + all.stream().map(Loss::name).toList()));
  }

  /**
   * -log of the class's probability (keras sparse_categorical_crossentropy on probabilities). If
   * the model ends in a softmax, it is computed from the logits in front of that, as Keras does;
   * else the probabilities p are clipped to [1e-7, 1 - 1e-7] and log(p) is fed to a second softmax,
   * as Keras does too.
   */
  public static Loss sparseCategoricalCrossentropy() {
    return new Crossentropy("sparse_categorical_crossentropy", false);
  }

  /** The same for a model whose output are logits (keras from_logits=True). */
  public static Loss sparseCategoricalCrossentropyFromLogits() {
    return new Crossentropy("sparse_categorical_crossentropy_from_logits", true);
  }

  /** The one of both that suits what a model gives, probabilities or logits. */
  static Loss sparseCategoricalCrossentropyOf(Model model) {
    return givesProbabilities(model)
        ? sparseCategoricalCrossentropy()
        : sparseCategoricalCrossentropyFromLogits();
  }

  /** Whether all numbers that a model gives lie between 0 and 1, as those of a softmax do. */
  static boolean givesProbabilities(Model model) {
    return model.trace(new Trace(), 1, false).outputs().stream()
        .map(output -> output.type().range())
        .allMatch(range -> range.low() >= 0 && range.high() <= 1);
  }

  /**
   * Whether a loss is one of the crossentropies, which have the entropy of the classes as a guess.
   */
  static boolean isCrossentropy(Loss loss) {
    return loss instanceof Crossentropy;
  }

  /**
   * What is wrong with a loss for what a model gives: a crossentropy takes probabilities, or
   * logits.
   *
   * @return null if nothing is known to be wrong
   */
  static String mismatch(Loss loss, Model model) {
    if (!(loss instanceof Crossentropy crossentropy)
        || crossentropy.fromLogits != givesProbabilities(model)) {
      return null;
    }
    return crossentropy.fromLogits
        ? "the model ends in probabilities, which the loss "
            + loss.name()
            + " puts through a second softmax: it learns slowly at best. Expected logits, or the"
            + " loss of probabilities"
        : "the model does not end in a softmax, but the loss "
            + loss.name()
            + " takes what it gives for probabilities: it may learn nothing. Expected a softmax as"
            + " the last layer, or the loss from logits ('xnor train --from-logits')";
  }

  /**
   * -log of the class's probability (keras categorical_crossentropy on probabilities). If the model
   * ends in a softmax, it is computed from the logits in front of that; else it is -log(clip(p /
   * sum p)), clipped to [1e-7, 1 - 1e-7].
   */
  public static Loss categoricalCrossentropy() {
    return new Crossentropy("categorical_crossentropy", false);
  }

  /** The same for a model whose output are logits (keras from_logits=True). */
  public static Loss categoricalCrossentropyFromLogits() {
    return new Crossentropy("categorical_crossentropy_from_logits", true);
  }

  /**
   * Mean over the outputs y of max(0, 1 - t * y)^2; targets t that are all 0 or 1 become -1 or +1.
   */
  public static Loss squaredHinge() {
    return new PerOutput("squared_hinge", (t, y, target) -> square(t, hinge(t, y, target)));
  }

  /**
   * Mean over the outputs y of max(0, 1 - t * y); targets t that are all 0 or 1 become -1 or +1.
   */
  public static Loss hinge() {
    return new PerOutput("hinge", Losses::hinge);
  }

  /** Mean over the outputs y of (y - t)^2. */
  public static Loss meanSquaredError() {
    return new PerOutput("mean_squared_error", (t, y, target) -> square(t, t.sub(y, target)));
  }

  private static Value square(Trace t, Value x) {
    return t.unary(Op.UnaryKind.SQUARE, x);
  }

  private static Value hinge(Trace t, Value y, Value target) {
    Value margin = t.sub(t.constant(1f), t.mul(signed(t, target), y));
    return t.max(margin, t.constant(0f));
  }

  /** 2 t - 1 if all targets are 0 or 1, else t (keras' conversion of binary labels). */
  private static Value signed(Trace t, Value target) {
    Value zero = t.constant(0f);
    Value one = t.constant(1f);
    Value isOne = t.select(Op.Comparison.EQUAL, target, one, one, zero);
    Value isBinary = t.select(Op.Comparison.EQUAL, target, zero, one, isOne);
    Value mapped = t.sub(t.mul(t.constant(2f), target), one);
    return t.select(Op.Comparison.EQUAL, t.mean(isBinary), one, mapped, target);
  }

  private record Crossentropy(String name, boolean fromLogits) implements Loss {
    @Override
    public Value perExample(Trace t, Value output, Value target) {
      Value logits = logits(t, output);
      if (name.startsWith("sparse")) {
        Value from = logits != null ? logits : t.unary(Op.UnaryKind.LOG, clipped(t, output));
        return ofClasses(t, from, target);
      }
      if (logits != null && target.dtype() == DType.I32) {
        return ofClasses(t, logits, target);
      }
      Value logs = logits != null ? logSoftmax(t, logits) : logOfProbabilities(t, output);
      Value picked = t.sum(t.mul(dense(t, output, target), logs), List.of(1));
      return t.unary(Op.UnaryKind.NEGATE, t.reshape(picked, Shape.of(output.shape().dim(0))));
    }

    /** The output itself, what stands in front of its softmax, or null if there is none. */
    private Value logits(Trace t, Value output) {
      if (fromLogits) {
        return output;
      }
      return t.producer(output) instanceof Op.Softmax softmax ? softmax.x() : null;
    }

    private static Value ofClasses(Trace t, Value logits, Value labels) {
      return t.add(new Op.SoftmaxCrossEntropy(logits, labels)).getFirst();
    }

    private static Value clipped(Trace t, Value p) {
      return t.min(t.max(p, t.constant(EPSILON)), t.constant(1f - EPSILON));
    }

    private static Value logOfProbabilities(Trace t, Value p) {
      Value normalized = t.div(p, t.sum(p, List.of(1)));
      return t.unary(Op.UnaryKind.LOG, clipped(t, normalized));
    }

    /** x - max - log(sum exp(x - max)). */
    private static Value logSoftmax(Trace t, Value x) {
      Value max = t.value(new Op.Reduce(Op.ReduceKind.MAX, x, List.of(1)));
      Value shifted = t.sub(x, max);
      Value sum = t.sum(t.unary(Op.UnaryKind.EXP, shifted), List.of(1));
      return t.sub(shifted, t.unary(Op.UnaryKind.LOG, sum));
    }
  }

  /** Traces a number for each output of each example. */
  @FunctionalInterface
  private interface Elementwise {
    Value trace(Trace t, Value y, Value target);
  }

  private record PerOutput(String name, Elementwise function) implements Loss {
    @Override
    public Value perExample(Trace t, Value output, Value target) {
      Value each = function.trace(t, output, dense(t, output, target));
      Value sum = t.reshape(t.sum(each, List.of(1)), Shape.of(output.shape().dim(0)));
      return t.div(sum, t.constant((float) output.shape().dim(1)));
    }
  }

  /**
   * The target itself, or for classes 1 where the column is the row's class, else 0: F32 [N, C].
   */
  private static Value dense(Trace t, Value output, Value target) {
    if (target.dtype() != DType.I32) {
      return target;
    }
    int classes = output.shape().dim(1);
    int[] columns = IntStream.range(0, classes).toArray();
    Value column = t.constant(Tensor.i32(Shape.of(1, classes), columns));
    Value row = t.reshape(target, Shape.of(target.shape().dim(0), 1));
    return t.select(Op.Comparison.EQUAL, row, column, t.constant(1f), t.constant(0f));
  }
}
