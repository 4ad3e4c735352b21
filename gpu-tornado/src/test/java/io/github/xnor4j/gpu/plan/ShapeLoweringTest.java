package io.github.xnor4j.gpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What changes of shape and reductions are lowered to. */
final class ShapeLoweringTest {
  private static List<Launch> plan(DType dtype, Shape shape, Function<Value, Op> make) {
    Trace trace = new Trace();
    Value x = trace.input("x", dtype, shape);
    trace.output("y", trace.add(make.apply(x)).getFirst());
    return Planner.plan(Groups.single(trace.build())).launches();
  }

  private static int[] extents(Launch launch) {
    int rank = launch.parameters()[MoveCode.RANK];
    return Arrays.copyOfRange(launch.parameters(), MoveCode.EXTENTS, MoveCode.EXTENTS + rank);
  }

  @Test
  void noElementMovesInReshape() {
    assertTrue(plan(DType.F32, Shape.of(6, 4), x -> new Op.Reshape(x, Shape.of(8, 3))).isEmpty());
    assertTrue(plan(DType.BIT, Shape.of(6, 64), x -> new Op.Reshape(x, Shape.of(384))).isEmpty());
    assertTrue(
        plan(DType.BIT, Shape.of(6, 5), x -> new Op.Reshape(x, Shape.of(2, 3, 5))).isEmpty());
  }

  @Test
  void bitsMoveToOtherRows() {
    Launch launch =
        plan(DType.BIT, Shape.of(2, 48), x -> new Op.Reshape(x, Shape.of(96))).getFirst();
    assertEquals(Kernel.MOVE, launch.kernel());
    assertEquals(3, launch.parameters()[MoveCode.ITEMS]);
  }

  @Test
  void axesThatStayTogetherAreOne() {
    Shape shape = Shape.of(2, 3, 4, 5);
    Launch filter =
        plan(DType.F32, shape, x -> new Op.Transpose(x, List.of(3, 0, 1, 2))).getFirst();
    assertArrayEquals(new int[] {5, 24}, extents(filter));
    Launch same = plan(DType.U8, shape, x -> new Op.Transpose(x, List.of(0, 1, 2, 3))).getFirst();
    assertArrayEquals(new int[] {120}, extents(same));
    Launch slice =
        plan(DType.F32, shape, x -> new Op.Slice(x, List.of(1, 1, 0, 0), Shape.of(1, 2, 4, 5)))
            .getFirst();
    assertArrayEquals(new int[] {1, 40}, extents(slice));
  }

  /** A source that does not reach over all of an axis keeps it apart from the one before. */
  @Test
  void axesOfPartsStayApart() {
    Launch pad =
        plan(
                DType.F32,
                Shape.of(2, 3, 4),
                x -> new Op.Pad(x, List.of(0, 1, 0), List.of(0, 1, 0), 7))
            .getFirst();
    assertArrayEquals(new int[] {2, 20}, extents(pad));
  }

  @Test
  void largeReductionsTakeTwoLaunches() {
    Shape shape = Shape.of(64, 1000);
    List<Launch> all =
        plan(DType.F32, shape, x -> new Op.Reduce(Op.ReduceKind.MAX, x, List.of(0, 1)));
    assertEquals(
        List.of(Kernel.REDUCE, Kernel.REDUCE_CHUNKS), all.stream().map(Launch::kernel).toList());
    List<Launch> few =
        plan(DType.F32, Shape.of(9, 5), x -> new Op.Reduce(Op.ReduceKind.MAX, x, List.of(0)));
    assertEquals(List.of(Kernel.REDUCE), few.stream().map(Launch::kernel).toList());
    List<Launch> ordered =
        plan(DType.F32, shape, x -> new Op.Reduce(Op.ReduceKind.SUM, x, List.of(0, 1)));
    assertEquals(1, ordered.size(), "the sum of what has no batch is one tile");
  }

  /** Neighbouring axes that are reduced alike are one. */
  @Test
  void axesOfReductions() {
    Launch launch =
        plan(
                DType.F32,
                Shape.of(2, 3, 4, 5),
                x -> new Op.Reduce(Op.ReduceKind.SUM, x, List.of(0, 1, 2)))
            .getFirst();
    assertEquals(1, launch.parameters()[ReduceCode.KEPT]);
    assertEquals(1, launch.parameters()[ReduceCode.REDUCED]);
    int[] axes = Arrays.copyOfRange(launch.parameters(), ReduceCode.AXES, ReduceCode.AXES + 4);
    assertArrayEquals(new int[] {5, 1, 24, 5}, axes);
  }
}
