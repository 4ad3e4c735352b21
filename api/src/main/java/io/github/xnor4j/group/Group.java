package io.github.xnor4j.group;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import java.util.List;

/**
 * Ops of a program that may be computed together. A group can be run as one: nothing that one of
 * its ops reads follows from another's result by way of an op outside. Changes of shape move no
 * element and so belong to the group that makes what they change.
 *
 * <p>Two values are told apart from others because only part of them is ever read. A max-pool's
 * gradient reads of what was pooled only which element won; a mask's reader reads of |x| only
 * whether it passed a limit.
 */
public sealed interface Group {
  /** The ops it stands for, in the program's order. */
  List<Node> nodes();

  /** A word for the kind, for printed groups. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /**
   * One op that is in no other group.
   *
   * @param nodes the op's
   */
  record Single(List<Node> nodes) implements Group {
    /** Of a node. */
    public Single(Node node) {
      this(List.of(node));
    }

    /** The op. */
    public Node node() {
      return nodes.getFirst();
    }
  }

  /**
   * Bytes scaled to floats on a grid: whoever multiplies with integers can read the bytes.
   *
   * @param scale the scaling
   */
  record Pixels(List<Node> nodes, Op.Scale scale) implements Group {}

  /**
   * A filter [O, ...] that is the sign of latent weights [..., O]: its panels can be made of these.
   *
   * @param latent F32, output channels last
   */
  record BinaryFilter(List<Node> nodes, Value latent) implements Group {
    /** Whether a value of the group is the transposed sign, not the sign in front of that. */
    public boolean isFilter(Value value) {
      return nodes.stream().skip(1).anyMatch(node -> node.output() == value);
    }
  }

  /**
   * A convolution or one of its gradients, with what follows it alone.
   *
   * @param product the convolution
   * @param pool the only max-pool that reads the result, which nothing else reads but gradients of
   *     that pool; else null
   * @param statistics batch norm's of the result; else null
   */
  record Product(List<Node> nodes, Node product, Node pool, Node statistics) implements Group {
    /**
     * Whether a value is what the pool reads. Other values of the group are not: the product before
     * a change of shape, or the pool's own result, which another group may pool again.
     */
    public boolean isPooled(Value value) {
      return pool != null && pool.op().inputs().contains(value);
    }
  }

  /**
   * The gradient of a max-pool: zeros but for the winner of each window.
   *
   * @param gradient the op
   */
  record Unpooling(List<Node> nodes, Op.PoolGradient gradient) implements Group {}

  /**
   * Batch norm's application, the signs of its result and the masks of those signs' gradients.
   *
   * @param norm the application
   * @param masks of its result
   */
  record Normalization(List<Node> nodes, Node norm, List<Mask> masks) implements Group {}

  /**
   * The gradient of batch norm, and where the batch's own statistics were applied that of these,
   * added to it: dx = k * g + 2 (x - mean) * dVariance / N + dMean / N. The batch need not be in
   * front of x.
   *
   * @param applied gradient of the application
   * @param statistics gradient of the statistics; else null
   * @param sum of both; else null
   */
  record NormalizationGradient(List<Node> nodes, Node applied, Node statistics, Node sum)
      implements Group {}

  /**
   * A maximal run of element-wise ops of one extent, as a straight-line program over numbered
   * registers: first the operands, then one for each instruction.
   *
   * @param operands what is read, by register
   * @param instructions in order
   * @param results what is read by others
   */
  record Elements(
      List<Node> nodes,
      List<Operand> operands,
      List<Instruction> instructions,
      List<Result> results)
      implements Group {}

  /** How an operand or a result meets the elements. */
  enum Form {
    /** An element for each element. */
    DENSE,
    /** One element for each index of the last axis, the same for all rows. */
    ROW,
    /** One for all. */
    SCALAR,
    /** +-1, a bit for each element. */
    BITS,
    /** A bit for each element: whether |x| is at most a limit. See {@link Mask}. */
    MASK,
    /** One for each index of the last axis: sums over all rows. */
    SUMS,
    /** The sum of all elements. */
    TOTAL
  }

  /**
   * What a run of element-wise ops reads.
   *
   * @param value made outside of it
   * @param form how it meets the elements
   */
  record Operand(Value value, Form form) {}

  /**
   * A step of a run.
   *
   * @param op what is computed of each element
   * @param sources registers of the operands
   * @param target register of the result
   */
  record Instruction(Op op, List<Integer> sources, int target) {}

  /**
   * What a run gives.
   *
   * @param value read outside of it
   * @param form what of it is wanted
   * @param register what it is made of
   */
  record Result(Value value, Form form, int register) {}
}
