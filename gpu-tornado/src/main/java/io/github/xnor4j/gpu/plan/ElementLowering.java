package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Mask;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Element-wise ops, alone and in runs. */
final class ElementLowering {
  private final Planner planner;

  ElementLowering(Planner planner) {
    this.planner = planner;
  }

  // ---- runs

  /** A run as one program; as one for each step, if that takes more registers than there are. */
  void run(Group.Elements run) {
    Shape shape = swept(run);
    ElementProgram code = begin(run.nodes().getFirst(), shape);
    Map<Integer, Integer> registers = new HashMap<>();
    for (Group.Instruction step : run.instructions()) {
      int[] sources = registers(run, step, registers, code);
      registers.put(step.target(), function(code, step.op(), sources));
    }
    List<Runnable> sums = new ArrayList<>();
    for (Group.Result result : run.results()) {
      store(code, result, register(run, result.register(), registers, code), shape, sums);
    }
    if (code.fits()) {
      planner.add(code);
      sums.forEach(Runnable::run);
    } else {
      runByStep(run, shape);
    }
  }

  private void runByStep(Group.Elements run, Shape shape) {
    Map<Integer, Buffer> places = new HashMap<>();
    for (Group.Instruction step : run.instructions()) {
      ElementProgram code = begin(run.nodes().getFirst(), shape);
      int[] sources = registers(run, step, loaded(step.sources(), code, places), code);
      Buffer place = planner.buffer(DType.F32, shape);
      code.store(place, DType.F32, function(code, step.op(), sources));
      places.put(step.target(), place);
      planner.add(code);
    }
    for (Group.Result result : run.results()) {
      ElementProgram code = begin(run.nodes().getFirst(), shape);
      List<Runnable> sums = new ArrayList<>();
      int register =
          register(run, result.register(), loaded(List.of(result.register()), code, places), code);
      store(code, result, register, shape, sums);
      planner.add(code);
      sums.forEach(Runnable::run);
    }
  }

  /** Registers of those of some results of earlier steps that there are. */
  private static Map<Integer, Integer> loaded(
      List<Integer> numbers, ElementProgram code, Map<Integer, Buffer> places) {
    Map<Integer, Integer> registers = new HashMap<>();
    for (int number : numbers) {
      if (places.containsKey(number)) {
        registers.computeIfAbsent(number, n -> code.load(places.get(n), DType.F32));
      }
    }
    return registers;
  }

  private int[] registers(
      Group.Elements run,
      Group.Instruction step,
      Map<Integer, Integer> registers,
      ElementProgram code) {
    return step.sources().stream().mapToInt(r -> register(run, r, registers, code)).toArray();
  }

  /** The shape that a run sweeps: that of whatever is not summed. */
  private static Shape swept(Group.Elements run) {
    Node first = run.nodes().getFirst();
    return first.op() instanceof Op.Reduce reduce ? reduce.x().shape() : first.output().shape();
  }

  private int register(
      Group.Elements run, int number, Map<Integer, Integer> registers, ElementProgram code) {
    // an operand is loaded where it is first read, so that registers are not held before
    return registers.computeIfAbsent(
        number,
        n -> {
          Group.Operand operand = run.operands().get(n);
          Buffer from = planner.of(operand.value());
          DType dtype = operand.value().dtype();
          return switch (operand.form()) {
            case DENSE, BITS -> code.load(from, dtype);
            case ROW -> code.loadRow(from, dtype);
            case SCALAR -> code.loadScalar(from, dtype);
            case MASK -> code.loadMask(from);
            case SUMS, TOTAL -> throw new IllegalStateException("an operand is no sum");
          };
        });
  }

  private void store(
      ElementProgram code, Group.Result result, int register, Shape shape, List<Runnable> sums) {
    Value value = result.value();
    switch (result.form()) {
      case DENSE, BITS -> code.store(planner.define(value), value.dtype(), register);
      case MASK -> storeMask(code, planner.groups().mask(value), register);
      case SUMS, TOTAL -> {
        Buffer terms = planner.buffer(DType.F32, shape);
        code.store(terms, DType.F32, register);
        int c = result.form() == Group.Form.TOTAL ? 1 : Layout.last(shape);
        Op.Reduce op = (Op.Reduce) planner.groups().program().producer(value).op();
        sums.add(() -> planner.reductions().columns(code.label(), terms, op, c, value));
      }
      case ROW, SCALAR -> throw new IllegalStateException("a result has no form " + result.form());
    }
  }

  /** A mask of its own. */
  void mask(Node node, Mask mask) {
    ElementProgram code = begin(node, mask.size().shape());
    int x = code.load(planner.of(mask.x()), DType.F32);
    storeMask(code, mask, code.apply(ElementCode.ABS, x));
    planner.add(code);
  }

  /** Stores whether |x| passes the limit in place of |x|. */
  void storeMask(ElementProgram code, Mask mask, int register) {
    Buffer bits = planner.buffer(DType.BIT, mask.size().shape());
    planner.alias(mask.size(), bits);
    code.storeMask(bits, register, code.loadScalar(planner.scalar(mask.limit()), DType.F32));
  }

  /** A program that sweeps a shape. */
  ElementProgram begin(Node node, Shape shape) {
    return new ElementProgram(Planner.label(node), shape.rows(), Layout.last(shape));
  }

  // ---- ops

  /** The step of an op whose operands are in registers. */
  private static int function(ElementProgram code, Op op, int[] r) {
    return switch (op) {
      case Op.Unary o -> code.apply(unary(o.kind()), r);
      case Op.Binary o -> code.apply(binary(o.kind()), r);
      case Op.Select o -> code.apply(select(o.comparison()), r);
      case Op.Sign o -> code.apply(ElementCode.SIGN, r);
      case Op.Unpack o -> r[0];
      case Op.Threshold o -> code.apply(ElementCode.THRESHOLD, r);
      case Op.Scale o ->
          code.applyWith(ElementCode.SCALE, r, o.multiplier(), o.offset(), o.divisor());
      case Op.ToFloat o -> code.applyWith(ElementCode.TO_FLOAT, r, o.denominator());
      default -> throw new IllegalStateException(op.name() + " is no element-wise op");
    };
  }

  private static int unary(Op.UnaryKind kind) {
    return switch (kind) {
      case NEGATE -> ElementCode.NEGATE;
      case ABS -> ElementCode.ABS;
      case SQUARE -> ElementCode.SQUARE;
      case SQRT -> ElementCode.SQRT;
      case EXP -> ElementCode.EXP;
      case LOG -> ElementCode.LOG;
      case TANH -> ElementCode.TANH;
      case RINT -> ElementCode.RINT;
    };
  }

  private static int binary(Op.BinaryKind kind) {
    return switch (kind) {
      case ADD -> ElementCode.ADD;
      case SUB -> ElementCode.SUB;
      case MUL -> ElementCode.MUL;
      case DIV -> ElementCode.DIV;
      case MIN -> ElementCode.MIN;
      case MAX -> ElementCode.MAX;
      case POW -> ElementCode.POW;
    };
  }

  private static int select(Op.Comparison comparison) {
    return switch (comparison) {
      case LESS -> ElementCode.SELECT_LESS;
      case LESS_EQUAL -> ElementCode.SELECT_LESS_EQUAL;
      case EQUAL -> ElementCode.SELECT_EQUAL;
    };
  }

  /** An op of its own: operands are broadcast to its result's shape. */
  void single(Node node) {
    Value result = node.output();
    ElementProgram code = begin(node, result.shape());
    int[] operands =
        node.op().inputs().stream()
            .mapToInt(operand -> operand(code, operand, result.shape()))
            .toArray();
    int register = function(code, node.op(), operands);
    code.store(planner.define(result), result.dtype(), register);
    planner.add(code);
  }

  private int operand(ElementProgram code, Value operand, Shape shape) {
    Buffer from = planner.of(operand);
    Shape own = operand.shape();
    DType dtype = operand.dtype();
    if (own.equals(shape)) {
      return code.load(from, dtype);
    }
    if (own.elements() == 1 && dtype != DType.BIT && dtype != DType.U8) {
      return code.loadScalar(from, dtype);
    }
    boolean row = own.elements() == Layout.last(own) && Layout.last(own) == Layout.last(shape);
    if (row && dtype != DType.BIT && dtype != DType.U8) {
      return code.loadRow(from, dtype);
    }
    return code.load(planner.shapes().broadcast(operand, shape), dtype);
  }

  /** The integers, and how many were clamped. */
  void toInteger(Node node, Op.ToInteger op) {
    Shape shape = op.x().shape();
    ElementProgram code = begin(node, shape);
    int[] sources = {
      code.load(planner.of(op.x()), DType.F32), code.loadScalar(planner.of(op.scale()), DType.F32)
    };
    int integer = code.applyWith(ElementCode.TO_INTEGER, sources, op.limit());
    code.store(planner.define(node.outputs().get(0)), DType.I16, integer);
    int clamped = code.applyWith(ElementCode.IS_CLAMPED, sources, op.limit());
    Buffer flags = planner.buffer(DType.I32, shape);
    code.store(flags, DType.I32, clamped);
    planner.add(code);
    planner.reductions().count(code.label(), flags, shape, node.outputs().get(1));
  }
}
