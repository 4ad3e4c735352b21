package io.github.xnor4j.gpu;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import java.util.List;

/**
 * What the part of this module that names TornadoVM does for the part that does not. The class that
 * implements it is found by its name, {@code io.github.xnor4j.gpu.tornado.TornadoRuntime}, which is
 * there if the module was built where an SDK was.
 */
public interface GpuRuntime {
  /**
   * The devices that TornadoVM sees, its default first. Starts the runtime.
   *
   * @throws RuntimeException or a LinkageError, if it cannot be started
   */
  List<GpuDevice> devices();

  /**
   * Opens a session.
   *
   * @param device one of {@link #devices}
   */
  Session open(SessionOptions options, GpuDevice device);
}
