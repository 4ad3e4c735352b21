package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.gpu.GpuDevice;
import io.github.xnor4j.gpu.GpuRuntime;
import java.util.List;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;

/** TornadoVM. */
public final class TornadoRuntime implements GpuRuntime {
  @Override
  public List<GpuDevice> devices() {
    return List.of();
  }

  @Override
  public Session open(SessionOptions options, GpuDevice device) {
    return new TornadoSession(
        TornadoExecutionPlan.getDevice(device.driver(), device.index()), options);
  }
}
