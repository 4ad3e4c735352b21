package io.github.xnor4j.cli;

import io.github.xnor4j.backend.Availability;
import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Backends;
import java.util.List;
import java.util.concurrent.Callable;
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
    header = "Lists the backends, and for each that cannot run here why, and what to do about it.",
    footer = {
      "",
      "The selected one, marked by *, is what --backend auto takes.",
      "",
      "Examples:",
      "  xnor backends",
      "  xnor backends --json                       one JSON object a line, for scripts",
      "  xnor train --backend reference             train with a certain one",
    })
final class BackendsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a line: name, available, selected, detail, reason, remedy.")
  private boolean json;

  BackendsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<BackendProvider> providers = Backends.all();
    String selected =
        providers.stream()
            .filter(provider -> provider.probe().isAvailable())
            .findFirst()
            .map(BackendProvider::name)
            .orElse(null);
    for (BackendProvider provider : providers) {
      if (json) {
        printJson(provider, provider.name().equals(selected));
      } else {
        printText(provider, provider.name().equals(selected));
      }
    }
    return ExitCode.OK;
  }

  private void printJson(BackendProvider provider, boolean selected) {
    Availability availability = provider.probe();
    JsonLines.Line line =
        new JsonLines(terminal.out())
            .line()
            .put("name", provider.name())
            .put("available", availability.isAvailable())
            .put("selected", selected);
    switch (availability) {
      case Availability.Available(String detail) ->
          line.put("detail", detail).put("reason", null).put("remedy", null);
      case Availability.Unavailable(String reason, String remedy) ->
          line.put("detail", null).put("reason", reason).put("remedy", remedy);
    }
    line.print();
  }

  private void printText(BackendProvider provider, boolean selected) {
    String head = "%s %-12s ".formatted(selected ? "*" : " ", provider.name());
    switch (provider.probe()) {
      case Availability.Available(String detail) ->
          terminal.out().println(head + "available      " + detail);
      case Availability.Unavailable(String reason, String remedy) -> {
        terminal.out().println(head + "not available  " + reason);
        terminal.out().println(" ".repeat(head.length()) + "remedy:        " + remedy);
      }
    }
  }
}
