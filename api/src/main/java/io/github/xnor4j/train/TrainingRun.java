package io.github.xnor4j.train;

import io.github.xnor4j.data.Batches;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One call of {@link Trainer#fit}. */
final class TrainingRun {
  // fewer steps are done before a backend's preparations have paid
  private static final int WORTH_WARMING = 500;
  private static final Logger LOG = System.getLogger(TrainingRun.class.getName());

  private final Trainer trainer;
  private final Trainer.Setup setup;
  private final Batches batches;
  private final int epochs;
  private final Callback[] callbacks;
  private final RunState state;
  private final CheckpointStore store;
  private final Identity identity;
  private final TrainingStep full;
  private final TrainingStep last;
  private final StepReport report;
  private final TrainingWarnings warnings;
  private boolean failing;

  TrainingRun(Trainer trainer, Batches batches, int epochs, List<Callback> callbacks)
      throws IOException {
    this.trainer = trainer;
    this.setup = trainer.setup();
    this.batches = batches;
    this.epochs = epochs;
    this.callbacks = callbacks.toArray(Callback[]::new);
    DataWarnings.log(setup.model(), batches);
    int size = batches.sizeOf(0);
    int lastSize = batches.sizeOf(batches.count() - 1);
    List<Program> programs = TrainingStep.programs(trainer, batches);
    this.identity = Identity.of(trainer, batches, programs);
    this.report =
        new StepReport(setup.metrics().stream().map(Metric::name).toList(), scales().size());
    this.state = new RunState(report.running());
    this.state.arithmetic.add(Arithmetic.of(trainer.session(), programs));
    this.warnings = new TrainingWarnings(trainer, batches.dataset());
    this.store = setup.checkpoints() == null ? null : new CheckpointStore(setup.checkpoints());
    resume();
    if (trainer.totalSteps() == 0 && !scales().isEmpty()) {
      TrainingStep.calibrate(trainer, batches);
    }
    this.full = step(programs.getFirst(), size);
    trainer.newestStep(full);
    this.last = lastSize == size ? full : step(programs.getLast(), lastSize);
  }

  private TrainingStep step(Program program, int batchSize) {
    return new TrainingStep(trainer, program, batches, batchSize);
  }

  private Map<String, Variable> scales() {
    return trainer.scales().variables();
  }

  private void resume() throws IOException {
    CheckpointStore.Found found =
        store == null || !setup.checkpoints().resume() ? null : store.newest();
    if (found != null) {
      new Checkpoint(trainer, identity).restore(found, state, callbacks);
      trainer.savedSteps(trainer.totalSteps());
    }
  }

  History run() {
    trainer.provenance(provenance());
    trainer.trainedOn(batches.dataset().description());
    warmUp();
    while (state.epoch < epochs && !trainer.isStopRequested()) {
      runEpoch();
      trainer.provenance(provenance());
    }
    return new History(state.history, state.epoch < epochs);
  }

  private void warmUp() {
    long steps = (long) (epochs - state.epoch) * batches.count() - state.step;
    if (steps >= WORTH_WARMING) {
      full.warmUp(batches.epoch(setup.seed(), state.epoch), 0);
    }
  }

  private void runEpoch() {
    Batches.Epoch order = batches.epoch(setup.seed(), state.epoch);
    long start = System.nanoTime();
    double before = state.seconds;
    while (state.step < batches.count()) {
      runStep(order);
      state.seconds = before + (System.nanoTime() - start) / 1e9;
      tellStep();
      if (state.step < batches.count() && trainer.isStopRequested()) {
        warnings.after(report, false);
        save();
        return;
      }
      if (state.step < batches.count() && isCheckpointDue()) {
        save();
      }
    }
    finishEpoch();
  }

  private void runStep(Batches.Epoch order) {
    TrainingStep step = state.step == batches.count() - 1 ? last : full;
    trainer.update().prepare(trainer.session(), trainer.totalSteps());
    step.run(order, state.step, report.batch());
    step.requireFinite(report.batch(), state.epoch + 1, state.step + 1);
    report.running().add(report.batch());
    state.step++;
    trainer.totalSteps(trainer.totalSteps() + 1);
  }

  private void tellStep() {
    report.epoch = state.epoch + 1;
    report.epochs = epochs;
    report.step = state.step;
    report.steps = batches.count();
    report.totalSteps = trainer.totalSteps();
    report.seconds = state.seconds;
    for (int i = 0; i < callbacks.length; i++) { // no iterator: a step allocates nothing
      callbacks[i].onStep(report);
    }
  }

  private boolean isCheckpointDue() {
    int every = store == null ? 0 : setup.checkpoints().everySteps();
    return every > 0 && state.step % every == 0;
  }

  private void finishEpoch() {
    EpochReport done =
        new EpochReport(
            state.epoch + 1,
            epochs,
            state.seconds,
            report.runningLoss(),
            metrics(),
            report.imagesPerSecond());
    warnings.after(report, state.epoch + 1 == epochs);
    state.beginNextEpoch(done);
    for (Callback callback : callbacks) {
      callback.onEpoch(done);
    }
    save();
  }

  private Map<String, Double> metrics() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (Metric metric : setup.metrics()) {
      means.put(metric.name(), report.runningMetric(metric.name()));
    }
    return means;
  }

  /**
   * Writes a checkpoint, if there is a folder for them. One that cannot be written does not end a
   * training: the disk may have room again at the next one.
   */
  private void save() {
    if (store == null) {
      return;
    }
    long steps = trainer.totalSteps();
    try {
      store.write(steps, new Checkpoint(trainer, identity).content(state, callbacks));
      trainer.savedSteps(steps);
      if (failing) {
        LOG.log(Level.INFO, "checkpoints are written again, after step {0}", Long.toString(steps));
      }
      failing = false;
    } catch (IOException e) {
      if (!failing) { // else the log would be full of it
        LOG.log(
            Level.WARNING,
            "no checkpoint after step {0}, the training goes on and tries again: {1}",
            Long.toString(steps),
            e.getMessage());
      }
      failing = true;
    }
  }

  private Map<String, String> provenance() {
    Map<String, String> known = new LinkedHashMap<>(identity.provenance());
    if (setup.optimizer() instanceof Adam adam) {
      known.put(Provenance.LEARNING_RATE, Float.toString(adam.rate().at(0)));
    }
    known.put(Provenance.ARITHMETIC, String.join(" and ", state.arithmetic));
    known.put(Provenance.PLANNED_EPOCHS, Integer.toString(epochs));
    known.put("epochs", Integer.toString(state.epoch));
    known.put(Provenance.STEPS, Long.toString(trainer.totalSteps()));
    return known;
  }

  /** Where a run is, apart from the variables. */
  static final class RunState {
    final List<EpochReport> history = new ArrayList<>();
    final Totals running;

    /** Of all machines that it ran on. */
    final Set<String> arithmetic = new LinkedHashSet<>();

    int epoch;
    int step;
    double seconds;

    RunState(Totals running) {
      this.running = running;
    }

    void beginNextEpoch(EpochReport done) {
      history.add(done);
      running.clear();
      epoch++;
      step = 0;
      seconds = 0;
    }
  }
}
