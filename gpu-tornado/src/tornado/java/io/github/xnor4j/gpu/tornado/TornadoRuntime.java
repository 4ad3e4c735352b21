package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.gpu.GpuDevice;
import io.github.xnor4j.gpu.GpuRuntime;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** TornadoVM, as it runs in this JVM. */
public final class TornadoRuntime implements GpuRuntime {
  /** Starts nothing. */
  public TornadoRuntime() {}

  @Override
  public List<GpuDevice> devices() {
    var runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<GpuDevice> devices = new ArrayList<>();
    for (int driver = 0; driver < runtime.getNumBackends(); driver++) {
      TornadoBackend backend = runtime.getBackend(driver);
      for (int index = 0; index < backend.getNumDevices(); index++) {
        devices.add(describe(driver, index, backend, backend.getDevice(index)));
      }
    }
    return devices;
  }

  private static GpuDevice describe(
      int driver, int index, TornadoBackend backend, TornadoDevice device) {
    return new GpuDevice(
        driver,
        index,
        device.getPhysicalDevice().getDeviceName().strip(),
        language(backend),
        device.getDeviceType().name(),
        device.getMaxGlobalMemory(),
        device.getDeviceContext().isFP64Supported());
  }

  private static String language(TornadoBackend backend) {
    return switch (backend.getBackendType()) {
      case OPENCL -> "OpenCL";
      case SPIRV -> "SPIR-V";
      case METAL -> "Metal";
      default -> backend.getBackendType().name();
    };
  }

  @Override
  public Session open(SessionOptions options, GpuDevice device) {
    TornadoDevice found =
        TornadoRuntimeProvider.getTornadoRuntime()
            .getBackend(device.driver())
            .getDevice(device.index());
    return new TornadoSession(found, options);
  }
}
