package io.github.xnor4j.cli;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Where a report was made, as facts by name. */
final class Machine {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /**
   * The facts.
   *
   * @param backend that computed it
   */
  static Map<String, String> facts(String backend) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("backend", backend + detail(backend));
    facts.put("processor", processor());
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("system", property("os.name") + " " + property("os.version"));
    facts.put("Java", property("java.vm.name") + " " + Runtime.version());
    facts.put(
        "memory for Java",
        Text.format("%.1f GiB", Runtime.getRuntime().maxMemory() / (double) (1 << 30)));
    facts.put("xnor", Version.number());
    facts.put(
        "made",
        ZonedDateTime.now()
            .format(DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm XXX", Locale.ROOT)));
    return facts;
  }

  /** What it says of itself, such as the width of its vectors. */
  private static String detail(String backend) {
    return Backends.all().stream()
        .filter(provider -> provider.name().equals(backend))
        .map(BackendProvider::probe)
        .map(probe -> probe instanceof Availability.Available it ? ": " + it.detail() : "")
        .findFirst()
        .orElse("");
  }

  private static String property(String name) {
    return System.getProperty(name);
  }

  /** Its name where Linux tells it, else the architecture. */
  private static String processor() {
    String name = "";
    if (Files.isReadable(CPUINFO)) {
      try (Stream<String> lines = Files.lines(CPUINFO)) {
        name =
            lines
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip() + ", ")
                .orElse("");
      } catch (IOException e) {
        name = ""; // a report is no worse without it
      }
    }
    return name + property("os.arch");
  }
}
