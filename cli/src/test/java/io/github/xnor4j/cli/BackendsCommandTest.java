package io.github.xnor4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Device;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** How backends and their devices are listed. */
class BackendsCommandTest {
  private static final List<Device> DEVICES =
      List.of(
          new Device("0:0", "Big One", "OpenCL", "GPU", 16L << 30, true),
          new Device("1:0", "Small", "PTX", "GPU", 1536L << 20, false));

  /** A backend with devices; null if none can be seen. */
  private record Fake(String name, List<Device> devices) implements BackendProvider {
    @Override
    public int priority() {
      return 1;
    }

    @Override
    public Availability probe() {
      return new Availability.Available("tests");
    }

    @Override
    public List<Device> devices() {
      if (devices == null) {
        throw new BackendUnavailableException(
            name, new Availability.Unavailable("no device is seen", "install a driver"));
      }
      return devices;
    }

    @Override
    public Session open(SessionOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  /** A backend that auto does not take. */
  private static final class Snail implements BackendProvider {
    @Override
    public String name() {
      return "snail";
    }

    @Override
    public int priority() {
      return 2;
    }

    @Override
    public Availability probe() {
      return new Availability.Slow("no compiler", "take another JVM");
    }

    @Override
    public Session open(SessionOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  private static String list(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<BackendProvider> backends =
        List.of(
            new Snail(),
            new Fake("plain", List.of()),
            new Fake("gpu", DEVICES),
            new Fake("blind", null));
    BackendsCommand command =
        new BackendsCommand(new Terminal(stream, stream, false, false), () -> backends);
    assertEquals(ExitCode.OK, new CommandLine(command).execute(args));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void asText() {
    assertEquals(
        """
          snail        slow here      no compiler
                       remedy:        take another JVM
        * plain        available      tests
          gpu          available      tests
                       0:0  Big One  OpenCL  GPU  16.0 GiB
                       1:0  Small  PTX  GPU  1.5 GiB  no float64: forward passes may differ in the last bits
          blind        not available  no device is seen
                       remedy:        install a driver
        """,
        list().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void asJson() {
    assertEquals(
        """
        {"name":"snail","available":false,"selected":false,"detail":null,\
        "reason":"no compiler","remedy":"take another JVM","devices":[]}
        {"name":"plain","available":true,"selected":true,"detail":"tests","reason":null,\
        "remedy":null,"devices":[]}
        {"name":"gpu","available":true,"selected":false,"detail":"tests","reason":null,\
        "remedy":null,"devices":[\
        {"id":"0:0","name":"Big One","language":"OpenCL","kind":"GPU",\
        "memoryBytes":17179869184,"float64":true},\
        {"id":"1:0","name":"Small","language":"PTX","kind":"GPU",\
        "memoryBytes":1610612736,"float64":false}]}
        {"name":"blind","available":false,"selected":false,"detail":null,\
        "reason":"no device is seen","remedy":"install a driver","devices":[]}
        """,
        list("--json").replace(System.lineSeparator(), "\n"));
  }
}
