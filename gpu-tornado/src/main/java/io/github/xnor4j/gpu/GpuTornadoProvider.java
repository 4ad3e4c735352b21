package io.github.xnor4j.gpu;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Device;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Provides the backend on TornadoVM. The JVM must have been started with the SDK's argument file;
 * {@link #probe} tells what else is missing.
 *
 * <p>Before it loads TornadoVM it sets the system properties of TornadoVM that the backend's graphs
 * need, unless they are set.
 */
public final class GpuTornadoProvider implements BackendProvider {
  private static final String NAME = "gpu-tornado";
  private static final String RUNTIME = "io.github.xnor4j.gpu.tornado.TornadoRuntime";

  private static final Map<String, String> NEEDED =
      Map.of(
          // square roots and the like to full precision, not the device's own of a few bits less
          "tornado.enable.nativeFunctions",
          "False",
          "tornado.enable.mathOptimizations",
          "False",
          // bytes of a graph's own code: with the default of 4096 some twenty tasks are too many
          "tornado.tvm.maxbytecodesize",
          "1048576",
          // ints that TornadoVM clears for each task in each run, and never gives back: 32768 of
          // them
          // took longer than the kernels. A task waits for the few that made its arrays.
          "tornado.max.events",
          "1024",
          // TornadoVM's own limit of 4 GB; sessions compare with what the device has
          "tornado.device.memory",
          "1024GB",
          // a * b + c is rounded twice everywhere else; contracted, it would have other bits
          "tornado.enable.fma",
          "False",
          // a kernel that cannot be compiled would be run as plain Java, which gives wrong numbers
          "tornado.recover.bailout",
          "False");

  /** Colours and the like, which TornadoVM puts into its messages. */
  private static final Pattern DECORATION =
      Pattern.compile("\\x1b\\[[0-9;]*m|\\[(ERROR|WARNING|INFO)\\] *");

  private final Situation situation;
  private final Callable<GpuRuntime> loader;
  private GpuRuntime runtime;

  /** For {@link java.util.ServiceLoader}. */
  public GpuTornadoProvider() {
    this(Situation.here(), GpuTornadoProvider::load);
  }

  GpuTornadoProvider(Situation situation, Callable<GpuRuntime> loader) {
    this.situation = situation;
    this.loader = loader;
  }

  private static GpuRuntime load() throws ReflectiveOperationException {
    setNeeded(System.getProperties());
    return (GpuRuntime) Class.forName(RUNTIME).getDeclaredConstructor().newInstance();
  }

  static void setNeeded(Properties properties) {
    NEEDED.forEach(properties::putIfAbsent);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Below {@code cpu-vector}: nobody has shown yet on which GPUs, if any, it is the faster one. */
  @Override
  public int priority() {
    return 50;
  }

  @Override
  public Availability probe() {
    return situation.availability();
  }

  @Override
  public List<Device> devices() {
    return start().stream().map(GpuTornadoProvider::describe).toList();
  }

  private static Device describe(GpuDevice device) {
    return new Device(
        device.id(),
        device.name(),
        device.language(),
        device.kind(),
        device.memory(),
        device.hasDoubles());
  }

  @Override
  public Session open(SessionOptions options) {
    List<GpuDevice> devices = start();
    String id =
        Device.choose(
                NAME, devices.stream().map(GpuTornadoProvider::describe).toList(), options.device())
            .id();
    GpuDevice device =
        devices.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    return runtime.open(options, device);
  }

  /** Starts TornadoVM and gives the devices that it sees, at least one. */
  private synchronized List<GpuDevice> start() {
    if (probe() instanceof Availability.Unavailable no) {
      throw new BackendUnavailableException(NAME, no);
    }
    List<GpuDevice> devices;
    try {
      if (runtime == null) {
        runtime = loader.call();
      }
      devices = runtime.devices();
    } catch (VirtualMachineError e) { // out of memory, above all: nothing that a driver would mend
      throw e;
    } catch (Throwable e) { // TornadoVM throws exceptions, errors of its own and linkage errors
      throw unavailable("TornadoVM does not start: " + reason(e));
    }
    if (devices.isEmpty()) {
      throw unavailable("TornadoVM finds no device");
    }
    return devices;
  }

  private BackendUnavailableException unavailable(String reason) {
    return new BackendUnavailableException(
        NAME, new Availability.Unavailable(reason, situation.deviceRemedy()));
  }

  /** In one line what is behind a failure. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = Objects.requireNonNullElse(root.getMessage(), "");
    return DECORATION
        .matcher(message)
        .replaceAll("")
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse(root.getClass().getName())
        .replaceAll("[.\\s]+$", "");
  }
}
