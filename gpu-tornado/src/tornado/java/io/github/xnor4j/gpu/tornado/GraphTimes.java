package io.github.xnor4j.gpu.tornado;

import java.util.Locale;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;

/** What TornadoVM's profiler tells of a graph's runs: means. */
final class GraphTimes {
  private long runs;
  private long wall;
  private long kernels;
  private long copies;
  private long bytesIn;
  private long bytesOut;

  /** Adds a run. */
  void add(long nanos, TornadoProfilerResult result) {
    runs++;
    wall += nanos;
    kernels += result.getDeviceKernelTime();
    copies += result.getDataTransfersTime();
    bytesIn += result.getTotalBytesCopyIn();
    bytesOut += result.getTotalBytesCopyOut();
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
