package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.ElementProgram.Code;
import io.github.xnor4j.group.Group.Form;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage of element-wise work in the making: its program, what that reads and what it gives. Over
 * the batch it joins the tiles of the stages around it; over a parameter it runs in tiles of
 * elements, so that the intermediate values of an optimizer's update stay in registers and what it
 * reads and writes in the L1 cache.
 */
final class Sweep {
  private final Planner planner;
  private final Value swept;
  private final int elements;
  private final int last;
  private final ElementProgram.Builder builder = new ElementProgram.Builder();
  private final List<Buffer> operands = new ArrayList<>();
  private final List<Buffer> results = new ArrayList<>();
  private final List<Value> values = new ArrayList<>(); // of results
  private boolean acrossBatch; // something has an element for each image, but no row
  private Work.NormSums norm;
  private List<Value> ofNorm = List.of();

  /** A sweep over all elements of a value. */
  Sweep(Planner planner, Value swept) {
    this.planner = planner;
    this.swept = swept;
    Shape shape = swept.shape();
    this.elements = shape.elements();
    this.last = shape.rank() == 0 ? 1 : Math.max(1, shape.dim(-1));
  }

  /** Reads a value; plans what makes it. */
  int read(Value value, Form form) {
    acrossBatch |= form == Form.ROW && planner.isBatched(value);
    return read(planner.need(value), form);
  }

  /** Reads what lies somewhere. */
  int read(Buffer place, Form form) {
    operands.add(place);
    return builder.operand(form);
  }

  int step(Code code, int... sources) {
    return builder.step(code, sources);
  }

  /** Gives a value, or as MASK what of it is asked. */
  void give(Value value, Form form, int... registers) {
    boolean bits = form == Form.BITS || form == Form.MASK;
    results.add(new Buffer(bits ? DType.BIT : DType.F32, value.shape()));
    values.add(value);
    builder.result(form, registers);
  }

  /**
   * Gives the results of batch norm's gradient that are sums.
   *
   * @param values these, as the sums' results
   */
  void giveNormSums(List<Value> values, Work.NormSums sums, int g, int x, int mean) {
    norm = sums;
    ofNorm = values;
    builder.result(Form.SUMS, g).result(Form.SUMS, g, x, mean);
  }

  private Domain domain(ElementProgram program) {
    boolean rows = program.hasColumns() || program.hasWords();
    // where the batch is the last axis, a row is all of it
    boolean cut = !rows || swept.shape().rank() > 1 && !acrossBatch;
    if (cut && planner.isBatched(swept)) {
      return planner.batchDomain();
    }
    // one order of additions, whoever else is swept along
    if (!cut || program.results().stream().anyMatch(r -> isSum(r.form()))) {
      return new Domain(elements, Math.max(1, elements), false);
    }
    Domain flat = planner.flatDomain(elements);
    int tile = rows ? last * Math.max(1, flat.tile() / last) : flat.tile();
    return new Domain(elements, tile, false);
  }

  private static boolean isSum(Form form) {
    return form == Form.SUMS || form == Form.TOTAL;
  }

  /** Plans the stage and declares where its results lie. */
  void add(String label) {
    ElementProgram program = builder.build();
    boolean rows = program.hasColumns() || program.hasWords();
    Work.Elements work =
        new Work.Elements(
            program,
            List.copyOf(operands),
            List.copyOf(results),
            elements,
            rows ? last : 1,
            domain(program),
            norm);
    Planner.Runs ready = planner.runWithParts(work.domain(), label, planner.require(work));
    for (int k = 0; k < results.size(); k++) {
      boolean sum = isSum(program.results().get(k).form());
      planner.define(values.get(k), results.get(k), sum ? ready.end() : ready.parts());
    }
    for (int k = 0; k < ofNorm.size(); k++) {
      planner.define(ofNorm.get(k), norm.results().get(k), ready.end());
    }
  }
}
