package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a network for some steps, with batches of two sizes and evaluations between them, on the
 * reference and in every session.
 *
 * <p>Bits, classes and values on a grid are equal. Floats are within 2e-5 of the largest absolute
 * value of their tensor: errors of single ops of a few 1e-7 add up through the layers and through
 * sums over the batch.
 */
final class NetworkRunner {
  private static final double RELATIVE = 2e-5;
  private static final double ABSOLUTE = 1e-6;

  private final List<Session> sessions;

  /**
   * One tensor of a run.
   *
   * @param what it is
   * @param onGrid whether its floats stand for integers
   */
  private record Result(String what, boolean onGrid, Tensor tensor) {}

  NetworkRunner(List<Session> sessions) {
    this.sessions = sessions;
  }

  /** Trains and compares. */
  void train(Network network) {
    List<Result> expected = onReference(network, NetworkRunner::steps);
    List<Result> first = null;
    for (Session session : sessions) {
      List<Result> actual = steps(network, session);
      if (first == null) {
        compare(network, expected, actual);
        first = actual;
      } else {
        compareBits(network, first, actual);
      }
    }
  }

  /** Runs one step of which every value is an output, so that each of them must be right. */
  void expose(Network network) {
    List<Result> expected = onReference(network, NetworkRunner::exposedStep);
    List<Result> first = exposedStep(network, sessions.getFirst());
    compare(network, expected, first);
    compareBits(network, first, exposedStep(network, sessions.getLast()));
  }

  /** Trains in groups and with every op alone: the same integers, and floats within the bound. */
  void ungroup(Network network, Session alone) {
    compare(network, steps(network, sessions.getFirst()), steps(network, alone));
    compare(network, exposedStep(network, sessions.getFirst()), exposedStep(network, alone));
  }

  /**
   * Trains with gradients on integers, and runs a step of which every value is an output: the same
   * bits as on the reference.
   */
  void trainOnIntegers(Network network) {
    List<Result> expected = onReference(network, NetworkRunner::stepsOnIntegers);
    for (Session session : sessions) {
      compareBits(network, expected, stepsOnIntegers(network, session));
    }
  }

  @FunctionalInterface
  private interface Work {
    List<Result> run(Network network, Session session);
  }

  private static List<Result> onReference(Network network, Work work) {
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      return work.run(network, session);
    }
  }

  private static List<Result> steps(Network network, Session session) {
    Map<String, Variable> variables = new LinkedHashMap<>();
    Executable five = session.compile(network.step(variables, 5, false));
    Executable three = session.compile(network.step(variables, 3, false));
    Executable evaluation = session.compile(network.evaluation(variables, 4));
    List<Result> results = new ArrayList<>();
    int round = 0;
    for (Executable executable : List.of(evaluation, five, three, five, evaluation, five)) {
      results.addAll(run(network, executable, round++));
    }
    for (Variable variable : variables.values()) {
      results.add(new Result("variable " + variable.name(), false, session.read(variable)));
    }
    results.addAll(run(network, evaluation, 0));
    return results;
  }

  private static List<Result> stepsOnIntegers(Network network, Session session) {
    Map<String, Variable> variables = new LinkedHashMap<>();
    Program exposed = network.stepOnIntegers(new LinkedHashMap<>(), 43, true);
    List<Result> results = new ArrayList<>(run(network, session.compile(exposed), 0));
    // in the program's order, so that the first difference is where it comes from
    results.sort(Comparator.comparing(result -> !result.what.contains("'value ")));
    Executable many = session.compile(network.stepOnIntegers(variables, 35, false));
    Executable few = session.compile(network.stepOnIntegers(variables, 9, false));
    int round = 0;
    for (Executable executable : List.of(many, few, many)) {
      results.addAll(run(network, executable, round++));
    }
    for (Variable variable : variables.values()) {
      results.add(new Result("variable " + variable.name(), false, session.read(variable)));
    }
    return results;
  }

  private static List<Result> exposedStep(Network network, Session session) {
    Program program = network.step(new LinkedHashMap<>(), 6, true);
    return run(network, session.compile(program), 0);
  }

  private static List<Result> run(Network network, Executable executable, int round) {
    Program program = executable.program();
    Tensor[] outputs = program.newOutputs();
    Arrays.stream(outputs).forEach(OpCaseRunner::fillWithGarbage);
    executable.run(network.inputs(program, round), outputs);
    List<Result> results = new ArrayList<>();
    for (Map.Entry<String, Value> output : program.outputs().entrySet()) {
      String what = "run " + round + ", output '" + output.getKey() + "'";
      boolean onGrid = output.getValue().type().grid() != null;
      results.add(new Result(what, onGrid, outputs[results.size()]));
    }
    return results;
  }

  private static void compare(Network network, List<Result> expected, List<Result> actual) {
    for (int i = 0; i < expected.size(); i++) {
      Result wanted = expected.get(i);
      Expected bound =
          wanted.onGrid
              ? Expected.equal(wanted.tensor)
              : Expected.near(wanted.tensor, RELATIVE, ABSOLUTE);
      bound.check(actual.get(i).tensor, describe(network, wanted));
    }
  }

  private static void compareBits(Network network, List<Result> first, List<Result> other) {
    for (int i = 0; i < first.size(); i++) {
      String what = describe(network, first.get(i));
      Expected.same(first.get(i).tensor).check(other.get(i).tensor, what);
    }
  }

  private static String describe(Network network, Result result) {
    return network.name() + ", seed " + Data.seed(network.name()) + ", " + result.what;
  }
}
