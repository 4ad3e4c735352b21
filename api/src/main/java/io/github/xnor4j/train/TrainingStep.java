package io.github.xnor4j.train;

import io.github.xnor4j.data.Batches;
import io.github.xnor4j.nn.Traced;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.GradientRounding;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** The compiled training step for one size of batch. */
final class TrainingStep {
  /** Name of the input that takes the classes; the colon keeps it apart from layers' names. */
  static final String LABELS = "labels:";

  private final Compiled compiled;
  private final Totalling totalling;
  private final Clamping clamping;
  private final int[] checks;
  private final Tensor images;
  private final Tensor labels;

  /**
   * Compiles a step.
   *
   * @param program what {@link #program} gave for the size
   */
  TrainingStep(Trainer trainer, Program program, Batches batches, int batchSize) {
    this.images = batches.newImages(batchSize);
    this.labels = batches.newLabels(batchSize);
    this.compiled = new Compiled(trainer.session(), program, images, labels);
    this.totalling = new Totalling(compiled, trainer.setup().metrics(), batchSize);
    this.clamping = new Clamping(compiled, List.copyOf(trainer.scales().variables().keySet()));
    this.checks =
        IntStream.range(0, compiled.outputNames.size())
            .filter(i -> compiled.outputNames.get(i).startsWith(Trace.CHECK_PREFIX))
            .toArray();
  }

  /** Both programs of a run: that of a full batch, and that of the last, which may be smaller. */
  static List<Program> programs(Trainer trainer, Batches batches) {
    int size = batches.sizeOf(0);
    int lastSize = batches.sizeOf(batches.count() - 1);
    Program program = program(trainer, size);
    return List.of(program, lastSize == size ? program : program(trainer, lastSize));
  }

  /** The program: forward, loss, gradients, update of the trainable weights. */
  static Program program(Trainer trainer, int batchSize) {
    return program(trainer, batchSize, trainer.scales().step());
  }

  /** Looks at the first batch and sets the scales of gradients; nothing else changes. */
  static void calibrate(Trainer trainer, Batches batches) {
    int size = batches.sizeOf(0);
    GradientScales scales = trainer.scales();
    Program program = scales.onlyScales(program(trainer, size, scales.calibration()));
    Tensor images = batches.newImages(size);
    Tensor labels = batches.newLabels(size);
    batches.epoch(trainer.setup().seed(), 0).fill(0, images, labels);
    new Compiled(trainer.session(), program, images, labels).run();
  }

  private static Program program(Trainer trainer, int batchSize, GradientRounding rounding) {
    Trainer.Setup setup = trainer.setup();
    Trace trace = new Trace();
    Traced model = setup.model().trace(trace, batchSize, true);
    Value labels = trace.batchInput(LABELS, DType.I32, Shape.of(batchSize));
    Value perExample =
        trace.scope("loss", () -> setup.loss().perExample(trace, model.output(), labels));
    Value loss = trace.scope("loss", () -> trace.mean(perExample));
    List<Value> weights =
        Trainer.trainable(setup.model()).stream().map(Weight::variable).map(trace::read).toList();
    List<Value> gradients = Differentiator.gradients(trace, loss, weights, rounding);
    trainer.update().trace(trace, gradients);
    Totalling.declare(trace, perExample, setup.metrics(), model.output(), labels);
    return trace.build();
  }

  int batchSize() {
    return labels.shape().dim(0);
  }

  String plan() {
    return compiled.executable.plan();
  }

  /** Has the backend prepare for many steps on batches such as this. */
  void warmUp(Batches.Epoch epoch, int batch) {
    epoch.fill(batch, images, labels);
    compiled.executable.warmUp(compiled.inputs);
  }

  /** Runs the step on a batch and reads its sums; allocates nothing. */
  void run(Batches.Epoch epoch, int batch, Totals totals) {
    epoch.fill(batch, images, labels);
    compiled.run();
    totalling.read(totals);
    clamping.read(totals);
  }

  /**
   * Checks what the last run gave.
   *
   * @param epoch from 1
   * @param step from 1
   * @throws DivergenceException naming the first layer of which a check is not finite
   */
  void requireFinite(Totals totals, int epoch, int step) {
    for (int check : checks) {
      float value = compiled.outputs[check].floats()[0];
      if (!Float.isFinite(value)) {
        String layer = compiled.outputNames.get(check).substring(Trace.CHECK_PREFIX.length());
        throw new DivergenceException(layer, epoch, step, value);
      }
    }
    if (!Double.isFinite(totals.loss)) {
      throw new DivergenceException("loss", epoch, step, (float) totals.loss);
    }
  }
}
