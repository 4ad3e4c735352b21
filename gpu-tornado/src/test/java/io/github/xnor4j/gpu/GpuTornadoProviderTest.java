package io.github.xnor4j.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Device;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.reference.ReferenceProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The provider on runtimes of its tests: devices, and what becomes of failures at the start. */
class GpuTornadoProviderTest {
  private static final Set<String> MODULES = Set.of("tornado.runtime", "tornado.drivers.opencl");
  private static final Situation STARTED =
      new Situation(null, Path.of("nowhere"), true, MODULES, true);
  private static final Situation BARE =
      new Situation(null, Path.of("nowhere"), false, Set.of(), true);
  private static final SessionOptions OPTIONS = new SessionOptions(1);

  private static final GpuDevice CPU =
      new GpuDevice(0, 0, "pthread-znver3", "OpenCL", "CPU", 4L << 30, true);
  private static final GpuDevice GPU =
      new GpuDevice(0, 1, "Arc A770", "OpenCL", "GPU", 16L << 30, false);

  /** Sees some devices and remembers which it was opened on. */
  private static final class Fake implements GpuRuntime {
    final List<GpuDevice> opened = new ArrayList<>();
    final Session session = new ReferenceProvider().open(OPTIONS);

    @Override
    public List<GpuDevice> devices() {
      return List.of(CPU, GPU);
    }

    @Override
    public Session open(SessionOptions options, GpuDevice device) {
      opened.add(device);
      return session;
    }
  }

  /** Sees no device. */
  private static final class Blind implements GpuRuntime {
    @Override
    public List<GpuDevice> devices() {
      return List.of();
    }

    @Override
    public Session open(SessionOptions options, GpuDevice device) {
      throw new AssertionError("opened on " + device);
    }
  }

  private static GpuTornadoProvider failing(Throwable failure) {
    return new GpuTornadoProvider(
        STARTED,
        () -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (Exception) failure;
        });
  }

  private static String refusal(BackendProvider provider) {
    String message =
        assertThrows(BackendUnavailableException.class, provider::devices).getMessage();
    assertEquals(
        message,
        assertThrows(BackendUnavailableException.class, () -> provider.open(OPTIONS)).getMessage());
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void isFoundAndComesBehindTheFastestCpuBackend() {
    BackendProvider provider =
        Backends.all().stream().filter(GpuTornadoProvider.class::isInstance).findFirst().get();
    assertEquals("gpu-tornado", provider.name());
    assertTrue(provider.priority() < 100 && provider.priority() > 0, "" + provider.priority());
    provider.probe(); // whatever this machine has
  }

  @Test
  void probingLoadsNothing() {
    Callable<GpuRuntime> never =
        () -> {
          throw new AssertionError("loaded");
        };
    assertTrue(new GpuTornadoProvider(STARTED, never).probe().isAvailable());
  }

  @Test
  void devicesAreThoseOfTheRuntime() {
    assertEquals(
        List.of(
            new Device("0:0", "pthread-znver3", "OpenCL", "CPU", 4L << 30, true),
            new Device("0:1", "Arc A770", "OpenCL", "GPU", 16L << 30, false)),
        new GpuTornadoProvider(STARTED, Fake::new).devices());
  }

  @Test
  void sessionsAreOpenedOnTheDeviceAskedFor() {
    Fake fake = new Fake();
    GpuTornadoProvider provider = new GpuTornadoProvider(STARTED, () -> fake);
    assertSame(fake.session, provider.open(OPTIONS));
    provider.open(OPTIONS.device("0:1"));
    provider.open(OPTIONS.device("arc"));
    provider.open(OPTIONS.device("PTHREAD"));
    assertEquals(List.of(CPU, GPU, GPU, CPU), fake.opened);
    assertEquals(
        "backend 'gpu-tornado' has no device '3:0', expected one of: 0:0 (pthread-znver3),"
            + " 0:1 (Arc A770)",
        assertThrows(BackendUnavailableException.class, () -> provider.open(OPTIONS.device("3:0")))
            .getMessage());
  }

  @Test
  void aRuntimeIsLoadedOnce() {
    int[] loaded = {0};
    GpuTornadoProvider provider =
        new GpuTornadoProvider(
            STARTED,
            () -> {
              loaded[0]++;
              return new Fake();
            });
    provider.devices();
    provider.open(OPTIONS);
    provider.open(OPTIONS);
    assertEquals(1, loaded[0]);
  }

  @Test
  void withoutRuntimeTheProbesReasonIsGiven() {
    String message = refusal(new GpuTornadoProvider(BARE, Fake::new));
    assertTrue(
        message.startsWith(
            "backend 'gpu-tornado' is not available: no TornadoVM SDK is installed; remedy:"
                + " sdk install tornadovm "),
        message);
  }

  @Test
  void aDriverWithoutDevice() {
    assertEquals(
        "backend 'gpu-tornado' is not available: TornadoVM finds no device; remedy: "
            + STARTED.deviceRemedy(),
        refusal(new GpuTornadoProvider(STARTED, Blind::new)));
  }

  @Test
  void whatTornadoThrowsIsSaidInOneLine() {
    String head = "backend 'gpu-tornado' is not available: TornadoVM does not start: ";
    String tail = "; remedy: " + STARTED.deviceRemedy();
    Throwable colored =
        new ExceptionInInitializerError(
            new IllegalStateException(
                "outer",
                new RuntimeException("\033[31m[WARNING] No OpenCL platforms found.\033[0m\nat x")));
    assertEquals(head + "No OpenCL platforms found" + tail, refusal(failing(colored)));
    assertEquals(
        head + "no tornado-opencl in java.library.path" + tail,
        refusal(failing(new UnsatisfiedLinkError("no tornado-opencl in java.library.path"))));
    assertEquals(
        head + "java.lang.NullPointerException" + tail,
        refusal(failing(new RuntimeException("outer", new NullPointerException()))));
    assertEquals(
        head + "some.Class" + tail, refusal(failing(new ClassNotFoundException("some.Class"))));
    assertThrows(OutOfMemoryError.class, () -> failing(new OutOfMemoryError()).devices());
  }

  @Test
  void propertiesAreSetUnlessTheUserHas() {
    Properties properties = new Properties();
    properties.setProperty("tornado.enable.fma", "True");
    GpuTornadoProvider.setNeeded(properties);
    assertEquals("True", properties.getProperty("tornado.enable.fma"));
    assertEquals("False", properties.getProperty("tornado.recover.bailout"));
    assertTrue(Integer.parseInt(properties.getProperty("tornado.tvm.maxbytecodesize")) >= 1 << 20);
    assertEquals(7, properties.size());
  }
}
