package io.github.xnor4j.gpu.tornado;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonStreamParser;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;

/** What TornadoVM's profiler tells of a program's runs: means. */
final class GraphTimes {
  // TornadoVM tells tasks apart in a log only, to which each run adds: all of it would have to be
  // copied after each
  private static final int SAMPLES = 32;

  private final Map<String, Long> ofTasks = new HashMap<>();
  private int sampled;
  private final Map<Integer, Integer> read = new HashMap<>(); // characters of each graph's log
  private long runs;
  private long wall;
  private long kernels;
  private long copies;
  private long bytesIn;
  private long bytesOut;

  /** Ends a run, all of whose graphs were added. */
  void endRun(long nanos) {
    runs++;
    wall += nanos;
    sampled = Math.min(sampled + 1, SAMPLES);
  }

  /**
   * Adds a graph's part in a run.
   *
   * @param graph its number
   */
  void add(int graph, TornadoProfilerResult result) {
    kernels += result.getDeviceKernelTime();
    copies += result.getDataTransfersTime();
    bytesIn += result.getTotalBytesCopyIn();
    bytesOut += result.getTotalBytesCopyOut();
    if (sampled < SAMPLES) {
      String log = result.getProfileLog();
      JsonStreamParser told = new JsonStreamParser(log.substring(read.getOrDefault(graph, 0)));
      JsonElement last = told.next();
      while (told.hasNext()) {
        last = told.next(); // before it are runs that nobody asked about: the warm-up
      }
      for (JsonElement tasks : last.getAsJsonObject().asMap().values()) {
        tasks.getAsJsonObject().asMap().forEach(this::addTask);
      }
      read.put(graph, log.length());
    }
  }

  private void addTask(String task, JsonElement told) {
    if (told instanceof JsonObject object && object.has("TASK_KERNEL_TIME")) {
      String name = task.substring(task.indexOf('.') + 1);
      ofTasks.merge(name, object.get("TASK_KERNEL_TIME").getAsLong(), Long::sum);
    }
  }

  /** Microseconds of a task's kernel, in the first runs. */
  double micros(String task) {
    return sampled == 0 ? 0 : ofTasks.getOrDefault(task, 0L) / 1e3 / sampled;
  }

  String describe() {
    if (runs == 0) {
      return "profile: no run";
    }
    return String.format(
        Locale.ROOT,
        "profile: %d runs of %.3f ms (kernels %.3f ms, copies %.3f ms); copied in %,d bytes a run,"
            + " out %,d",
        runs,
        wall / 1e6 / runs,
        kernels / 1e6 / runs,
        copies / 1e6 / runs,
        bytesIn / runs,
        bytesOut / runs);
  }
}
