package io.github.xnor4j.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command without a subcommand: help and version. */
@Command(
    name = "xnor",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Trains and runs binarized neural networks: weights and activations of one bit.",
    commandListHeading = "%nCommands:%n",
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  xnor train                                 train the MNIST tutorial's network, 6 epochs",
      "  xnor train --out mnist.safetensors         the same, and keep the model",
      "  xnor predict mnist.safetensors digit.png   say which digit a picture shows",
      "  xnor COMMAND --help                        all options of a command, and examples",
      "",
      "Exit codes: 0 done; 1 a fault of xnor4j, of verify: other bits; 2 bad input; 130"
          + " interrupted.",
    })
final class XnorCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "More log lines, and stack traces of errors (also by XNOR_DEBUG=1).")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Shows the version.")
  private boolean version;

  XnorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(terminal.out());
    return ExitCode.OK;
  }
}
