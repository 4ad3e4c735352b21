package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs one case in every session: two rounds of data, then the first again, which shows what an
 * executable left behind in its buffers. The first session's results are compared with the
 * reference, those of the other sessions, which have other numbers of threads, bit by bit with the
 * first's.
 */
final class OpCaseRunner {
  private static final int[] ROUNDS = {0, 1, 0};

  private final List<Session> sessions;

  OpCaseRunner(List<Session> sessions) {
    this.sessions = sessions;
  }

  void run(OpCase testCase) {
    Program program = testCase.program();
    List<Tensor[]> first = null;
    for (Session session : sessions) {
      List<Tensor[]> results = run(session.compile(program), testCase);
      if (first == null) {
        first = results;
        compareWithReference(testCase, results);
        String again = describe(testCase, 0) + ", run again";
        compareBits(results.get(0), results.get(2), again);
      } else {
        for (int i = 0; i < ROUNDS.length; i++) {
          String what = describe(testCase, ROUNDS[i]) + ", another number of threads";
          compareBits(first.get(i), results.get(i), what);
        }
      }
    }
  }

  private static List<Tensor[]> run(Executable executable, OpCase testCase) {
    List<Tensor[]> results = new ArrayList<>();
    for (int round : ROUNDS) {
      Tensor[] inputs = testCase.inputs(round);
      Tensor[] outputs = executable.program().newOutputs();
      Arrays.stream(outputs).forEach(OpCaseRunner::fillWithGarbage);
      executable.run(inputs, outputs);
      requireUnchanged(testCase, round, inputs);
      results.add(outputs);
    }
    return results;
  }

  /** An output that is not written as a whole shows. */
  static void fillWithGarbage(Tensor tensor) {
    switch (tensor.dtype()) {
      case F32 -> Arrays.fill(tensor.floats(), -77.125f);
      case BIT -> Arrays.fill(tensor.words(), 0xAAAA_AAAA_AAAA_AAAAL);
      case U8 -> Arrays.fill(tensor.bytes(), (byte) 0xAA);
      case I32 -> Arrays.fill(tensor.ints(), 0xAAAA_AAAA);
      case I16 -> Arrays.fill(tensor.shorts(), (short) 0xAAAA);
    }
  }

  private static void requireUnchanged(OpCase testCase, int round, Tensor[] inputs) {
    Tensor[] original = testCase.inputs(round);
    for (int i = 0; i < inputs.length; i++) {
      Expected.same(original[i]).check(inputs[i], describe(testCase, round) + ", input " + i);
    }
  }

  private static void compareWithReference(OpCase testCase, List<Tensor[]> results) {
    for (int i = 0; i < 2; i++) {
      List<Expected> expected = testCase.expected(testCase.inputs(ROUNDS[i]));
      for (int k = 0; k < expected.size(); k++) {
        expected.get(k).check(results.get(i)[k], describe(testCase, ROUNDS[i]) + ", result " + k);
      }
    }
  }

  private static void compareBits(Tensor[] wanted, Tensor[] actual, String what) {
    for (int k = 0; k < wanted.length; k++) {
      Expected.same(wanted[k]).check(actual[k], what + ", result " + k);
    }
  }

  private static String describe(OpCase testCase, int round) {
    return testCase.name() + ", seed " + (Data.seed(testCase.name()) + round);
  }
}
