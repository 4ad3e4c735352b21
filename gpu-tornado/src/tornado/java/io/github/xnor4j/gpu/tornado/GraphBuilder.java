package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.CopyCode;
import io.github.xnor4j.gpu.plan.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A task graph in the making. Each task gets its grid in the same call: one without would run a
 * single work item, in silence.
 */
final class GraphBuilder {
  private final String name;
  private final TaskGraph graph;
  private final GridScheduler scheduler;
  private final KernelContext context = new KernelContext();
  private final List<Listed> tasks;
  private final int first; // number of tasks in the graphs before it

  /**
   * An empty graph.
   *
   * @param name unique in its execution plan
   * @param scheduler the plan's
   */
  GraphBuilder(String name, GridScheduler scheduler) {
    this(name, scheduler, new ArrayList<>());
  }

  /** A graph behind others, whose tasks are listed before its own. */
  GraphBuilder(String name, GridScheduler scheduler, List<Listed> tasks) {
    this.tasks = tasks;
    this.first = tasks.size();
    this.name = name;
    this.graph = new TaskGraph(name);
    this.scheduler = scheduler;
  }

  /** The graph, for what else it needs. */
  TaskGraph graph() {
    return graph;
  }

  /**
   * A task.
   *
   * @param name in the graph
   * @param line what a plan prints of it
   */
  record Listed(String name, String line) {}

  /** All tasks, in order. */
  List<Listed> tasks() {
    return tasks;
  }

  /** Number of tasks of this graph alone. */
  int size() {
    return tasks.size() - first;
  }

  private void grid(String task, int threads, int group) {
    WorkerGrid1D grid = new WorkerGrid1D(threads);
    grid.setLocalWork(group, 1, 1);
    scheduler.addWorkerGrid(name + "." + task, grid);
  }

  private void list(String task, String kernel, int threads, int group, String label) {
    String line =
        String.format(
            Locale.ROOT, "%-12s %-24s %10d / %-4d %s", task, kernel, threads, group, label);
    tasks.add(new Listed(task, line.stripTrailing()));
  }

  private IntArray parameters(int[] values) {
    IntArray array = IntArray.fromArray(values);
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, array);
    return array;
  }

  /** Adds a task that takes variables to their arrays by themselves. */
  void keep(FloatArray floats, IntArray words) {
    graph.task("keep", CopyKernels::keepVariables, context, floats, words);
    gridOfKeep();
  }

  /** Tells the scheduler of another plan of that task. */
  void gridOfKeep() {
    grid("keep", DeviceVariables.LEAST, DeviceVariables.LEAST);
  }

  /** Adds the task that makes the host's small changes of variables. */
  void patch(FloatArray fromFloats, IntArray fromWords, FloatArray floats, IntArray words) {
    graph.task("patch", CopyKernels::patchVariables, context, fromFloats, fromWords, floats, words);
    grid("patch", Patches.MOST, Patches.MOST);
    list("patch", "patchVariables", Patches.MOST, Patches.MOST, "variables that the host changed");
  }

  /** Adds a copy, if there is anything to copy. */
  void copy(
      String task,
      CopyCode code,
      FloatArray fromFloats,
      IntArray fromWords,
      FloatArray toFloats,
      IntArray toWords) {
    if (!code.isEmpty()) {
      graph.task(
          task,
          CopyKernels::copySegments,
          context,
          parameters(code.parameters()),
          fromFloats,
          fromWords,
          toFloats,
          toWords);
      grid(task, code.threads(), CopyCode.GROUP);
      list(task, "copySegments", code.threads(), CopyCode.GROUP, "");
    }
  }

  /** Adds a launch of the plan. */
  void launch(Launch launch, FloatArray floats, IntArray words, DoubleArray doubles) {
    String task = "t" + tasks.size();
    graph.task(
        task,
        Kernels.of(launch.kernel()),
        context,
        parameters(launch.parameters()),
        floats,
        words,
        doubles);
    grid(task, launch.threads(), launch.group());
    list(task, launch.kernel().name(), launch.threads(), launch.group(), launch.label());
  }
}
