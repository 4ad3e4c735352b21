package io.github.xnor4j.cli;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Device;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what could compute here. */
@Command(
    name = "backends",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    header = {
      "Lists the backends and their devices, and for each that cannot run here why, and what to do"
          + " about it."
    },
    footer = {
      "",
      "The selected one, marked by *, is what --backend auto takes. One that is slow",
      "here runs if it is named.",
      "",
      "Examples:",
      "  xnor backends",
      "  xnor backends --json                       one JSON object a line, for scripts",
      "  xnor train --backend reference             train with a certain one",
      "  xnor train --backend gpu-tornado --device 0:1    and on one of its devices",
    })
final class BackendsCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Supplier<List<BackendProvider>> backends;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a line: name, available, selected, detail, reason, remedy,"
              + " devices (an array: id, name, language, kind, memoryBytes, float64).")
  private boolean json;

  BackendsCommand(Terminal terminal) {
    this(terminal, Backends::all);
  }

  BackendsCommand(Terminal terminal, Supplier<List<BackendProvider>> backends) {
    this.terminal = terminal;
    this.backends = backends;
  }

  @Override
  public Integer call() {
    List<BackendProvider> providers = backends.get();
    String selected =
        providers.stream()
            .filter(provider -> provider.probe().isAvailable())
            .findFirst()
            .map(BackendProvider::name)
            .orElse(null);
    for (BackendProvider provider : providers) {
      Row row = Row.of(provider, provider.name().equals(selected));
      if (json) {
        printJson(row);
      } else {
        printText(row);
      }
    }
    return ExitCode.OK;
  }

  /** What is told of a backend. A driver without device shows only when devices are listed. */
  private record Row(
      String name, boolean selected, Availability availability, List<Device> devices) {
    static Row of(BackendProvider provider, boolean selected) {
      Availability availability = provider.probe();
      List<Device> devices = List.of();
      if (availability.isAvailable()) {
        try {
          devices = provider.devices();
        } catch (BackendUnavailableException e) {
          availability =
              e.why().orElseGet(() -> new Availability.Unavailable(e.getMessage(), "none known"));
        }
      }
      return new Row(provider.name(), selected, availability, devices);
    }
  }

  private void printJson(Row row) {
    JsonLines lines = new JsonLines(terminal.out());
    JsonLines.Line line =
        lines
            .line()
            .put("name", row.name())
            .put("available", row.availability().isAvailable())
            .put("selected", row.selected());
    switch (row.availability()) {
      case Availability.Available(String detail) ->
          line.put("detail", detail).put("reason", null).put("remedy", null);
      case Availability.Unavailable(String reason, String remedy) ->
          line.put("detail", null).put("reason", reason).put("remedy", remedy);
      case Availability.Slow(String reason, String remedy) ->
          line.put("detail", null).put("reason", reason).put("remedy", remedy);
    }
    line.putArray(
            "devices",
            row.devices().stream()
                .map(
                    device ->
                        lines
                            .line()
                            .put("id", device.id())
                            .put("name", device.name())
                            .put("language", device.language())
                            .put("kind", device.kind())
                            .put("memoryBytes", device.memory())
                            .put("float64", device.hasDoubles()))
                .toList())
        .print();
  }

  private void printText(Row row) {
    String head = "%s %-12s ".formatted(row.selected() ? "*" : " ", row.name());
    switch (row.availability()) {
      case Availability.Available(String detail) ->
          terminal.out().println(head + "available      " + detail);
      case Availability.Unavailable(String reason, String remedy) ->
          printWhyNot(head, "not available", reason, remedy);
      case Availability.Slow(String reason, String remedy) ->
          printWhyNot(head, "slow here", reason, remedy);
    }
    for (Device device : row.devices()) {
      terminal.out().println(" ".repeat(head.length()) + describe(device));
    }
  }

  private void printWhyNot(String head, String what, String reason, String remedy) {
    terminal.out().println(head + "%-14s ".formatted(what) + reason);
    terminal.out().println(" ".repeat(head.length()) + "remedy:        " + remedy);
  }

  private static String describe(Device device) {
    return Text.format(
        "%s  %s  %s  %s  %.1f GiB%s",
        device.id(),
        device.name(),
        device.language(),
        device.kind(),
        device.memory() / (double) (1 << 30),
        device.hasDoubles() ? "" : "  no float64: forward passes may differ in the last bits");
  }
}
