package io.github.xnor4j.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.reference.ReferenceProvider;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a device is chosen, and what is said when it is not there. */
class DeviceTest {
  private static final List<Device> DEVICES =
      List.of(device("0:0", "Vega 10"), device("0:1", "pthread-znver3"), device("1:0", "Vega 0:1"));

  private static Device device(String id, String name) {
    return new Device(id, name, "OpenCL", "GPU", 1 << 30, true);
  }

  private static String refusal(String wanted) {
    return assertThrows(
            BackendUnavailableException.class, () -> Device.choose("gpu", DEVICES, wanted))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    ", 0:0", // the default
    "0:0, 0:0",
    "0:1, 0:1", // an id before a part of another's name
    "1:0, 1:0",
    "ZNVER, 0:1",
    "vega 1, 0:0",
    "pthread-znver3, 0:1"
  })
  void idOrPartOfTheName(String wanted, String id) {
    assertEquals(id, Device.choose("gpu", DEVICES, wanted).id());
  }

  @Test
  void refusalsListTheDevices() {
    String list = ", expected one of: 0:0 (Vega 10), 0:1 (pthread-znver3), 1:0 (Vega 0:1)";
    assertEquals("backend 'gpu' has no device '2:0'" + list, refusal("2:0"));
    assertEquals("backend 'gpu' has no device ''" + list, refusal(""));
    assertEquals("backend 'gpu' has more than one device 'vega'" + list, refusal("vega"));
  }

  @Test
  void aBackendWithoutDevicesRefusesOne() {
    BackendProvider provider = new ReferenceProvider();
    assertEquals(List.of(), provider.devices());
    SessionOptions options = new SessionOptions(1).device("0:0");
    String message =
        assertThrows(BackendUnavailableException.class, () -> provider.open(options)).getMessage();
    assertTrue(message.contains("'reference' has no devices"), message);
    assertTrue(message.contains("'0:0'"), message);
    provider.open(options.device(null)).close();
  }

  @Test
  void theOtherOptionsKeepTheDevice() {
    SessionOptions options = new SessionOptions(2).device("0:1").profile(true).grouped(false);
    assertEquals(new SessionOptions(2, true, false, "0:1"), options);
  }

  @Test
  void reasonAndRemedyComeAlone() {
    Availability.Unavailable why = new Availability.Unavailable("no driver", "install one");
    BackendUnavailableException e = new BackendUnavailableException("gpu", why);
    assertEquals("backend 'gpu' is not available: no driver; remedy: install one", e.getMessage());
    assertEquals(Optional.of(why), e.why());
    assertEquals(Optional.empty(), new BackendUnavailableException("unknown").why());
  }
}
