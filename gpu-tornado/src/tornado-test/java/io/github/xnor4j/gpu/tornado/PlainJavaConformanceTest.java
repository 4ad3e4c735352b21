package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.testkit.BackendConformance;

/**
 * The same suite with the kernels run as plain Java, work item by work item: minutes for what takes
 * a device's compiler an hour. What fails here is the kernel or its lowering; what fails on the
 * device alone is what TornadoVM makes of it.
 */
final class PlainJavaConformanceTest extends BackendConformance {
  PlainJavaConformanceTest() {
    super("gpu-tornado");
  }

  @Override
  protected Session open(BackendProvider provider, SessionOptions options) {
    if (options.device() != null) {
      return provider.open(options); // who chooses devices
    }
    provider.devices(); // sets the properties that TornadoVM reads when its classes are loaded
    return new PlainJavaSession(options);
  }

  @Override
  protected int[] threads() {
    return new int[] {1, 2};
  }
}
