package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** Matrix products, and patches, of which a matrix product makes a locally connected layer. */
final class ProductLowering {
  private final Planner planner;

  ProductLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value);
  }

  private Domain imageDomain(Value value) {
    return planner.isBatched(value) ? planner.batchDomain() : null;
  }

  void matMul(Node node, Op.MatMul op) {
    Shape left = op.a().shape();
    Grid grid = node.output().type().grid();
    boolean integers = grid != null || node.output().dtype() == DType.I32;
    // of two axes each image is a row, and all of them meet one matrix
    boolean divided =
        planner.isBatchOfRows(node.output())
            && planner.isBatched(op.a())
            && planner.isBatched(op.b()) == left.rank() > 2;
    Domain domain = divided ? planner.batchDomain() : null;
    planner.offer(
        node,
        domain,
        results ->
            new Work.MatMul(
                planner.convolutions().source(op.a(), integers),
                planner.convolutions().source(op.b(), integers),
                left,
                op.b().shape(),
                grid == null ? 1 : grid.denominator(),
                domain,
                results.getFirst()));
  }

  void patches(Node node, Op.Patches op) {
    Domain domain = imageDomain(op.x());
    planner.offer(
        node,
        domain,
        results ->
            new Work.Patches(
                buffer(op.x()),
                op.x().shape(),
                op.window(),
                op.padValue(),
                domain,
                results.getFirst()));
  }

  void patchesGradient(Node node, Op.PatchesGradient op) {
    boolean divided = planner.isBatched(op.g()) && planner.isBatched(node.output());
    Domain domain = divided ? planner.batchDomain() : null;
    planner.offer(
        node,
        domain,
        results ->
            new Work.PatchesGradient(
                buffer(op.g()), op.dims().shape(), op.window(), domain, results.getFirst()));
  }
}
