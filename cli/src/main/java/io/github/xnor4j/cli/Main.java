package io.github.xnor4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** The command {@code xnor}. */
public final class Main {
  private static final int HELP_WIDTH = 100;
  private static final int OPTIONS_WIDTH = 26;

  private Main() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(), args));
  }

  /** Runs the command and returns its exit code. */
  static int run(Terminal terminal, String... args) {
    Failures failures = new Failures(terminal);
    XnorCommand xnor = new XnorCommand(terminal);
    CommandLine commands =
        new CommandLine(xnor)
            .addSubcommand(new TrainCommand(terminal))
            .addSubcommand(new EvaluateCommand(terminal))
            .addSubcommand(new PredictCommand(terminal))
            .addSubcommand(new VerifyCommand(terminal))
            .addSubcommand(new SummaryCommand(terminal))
            .addSubcommand(new BackendsCommand(terminal))
            .addSubcommand(new BenchCommand(terminal))
            .setUsageHelpWidth(HELP_WIDTH)
            .setUsageHelpLongOptionsMaxWidth(OPTIONS_WIDTH)
            .setOut(Terminal.writer(terminal.out()))
            .setErr(Terminal.writer(terminal.err()))
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(terminal.interactive() ? Ansi.AUTO : Ansi.OFF))
            .setParameterExceptionHandler((e, arguments) -> failures.reportUsage(e))
            .setExecutionExceptionHandler((e, command, parsed) -> failures.report(e, xnor.verbose))
            .setExecutionStrategy(parsed -> execute(terminal, xnor, parsed));
    try {
      return commands.execute(args);
    } catch (Error e) { // what picocli does not catch: memory, above all
      return failures.report(e, xnor.verbose);
    }
  }

  private static int execute(Terminal terminal, XnorCommand xnor, ParseResult parsed) {
    Logs.sendTo(terminal.err(), xnor.verbose);
    return new CommandLine.RunLast().execute(parsed);
  }
}
