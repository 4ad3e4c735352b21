package io.github.xnor4j.gpu.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Device;
import io.github.xnor4j.gpu.GpuTornadoProvider;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** TornadoVM as it is on this machine: a build with an SDK needs a device of its driver, too. */
class DevicesTest {
  private final GpuTornadoProvider provider = new GpuTornadoProvider();

  @Test
  void theBackendIsAvailable() {
    Availability availability = provider.probe();
    assertTrue(availability.isAvailable(), availability.toString());
    assertEquals(provider.name(), Backends.select("gpu-tornado").name());
  }

  @Test
  void thereIsADevice() {
    List<Device> devices = provider.devices();
    assertFalse(devices.isEmpty());
    Set<String> ids = new HashSet<>();
    for (Device device : devices) {
      assertTrue(ids.add(device.id()), "twice: " + device);
      assertTrue(device.id().matches("\\d+:\\d+"), device.toString());
      assertFalse(device.name().isBlank(), device.toString());
      assertTrue(device.memory() > 1 << 20, device.toString());
      assertTrue(
          Set.of("OpenCL", "PTX", "CUDA", "SPIR-V", "Metal").contains(device.language()),
          device.toString());
    }
    assertEquals("0:0", devices.getFirst().id());
    assertEquals(devices, provider.devices());
  }
}
