package io.github.xnor4j.testkit;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** A part of many tests, where all of them take too long for every build. */
final class Sampling {
  private Sampling() {}

  /** The first of so many, and so on; the others are skipped, and say why. */
  static Stream<DynamicTest> oneOf(int count, Stream<DynamicTest> tests) {
    List<DynamicTest> all = tests.toList();
    return IntStream.range(0, all.size())
        .mapToObj(i -> i % count == 0 ? all.get(i) : skipped(all.get(i), count));
  }

  private static DynamicTest skipped(DynamicTest test, int count) {
    return DynamicTest.dynamicTest(
        test.getDisplayName(), () -> Assumptions.abort("one case of " + count + " is run"));
  }
}
