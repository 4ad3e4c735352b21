package io.github.xnor4j.testkit;

import java.util.Map;
import java.util.TreeMap;
import org.opentest4j.TestAbortedException;

/** What became of the cases of a group. */
final class GoldenReport {
  private final String title;
  private int passed;
  private int failed;
  private int skipped;
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final Map<String, Integer> notes = new TreeMap<>();

  GoldenReport(String title) {
    this.title = title;
  }

  /** Runs a case and counts it. */
  void run(Runnable test) {
    try {
      test.run();
      passed++;
    } catch (TestAbortedException e) {
      skipped++;
      reasons.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
      throw e;
    } catch (RuntimeException | Error e) {
      failed++;
      throw e;
    }
  }

  /** Notes that a number of elements was not compared, and why. */
  void note(String reason, int elements) {
    if (elements > 0) {
      notes.merge(reason, elements, Integer::sum);
    }
  }

  /** Number of cases that ran. */
  int ran() {
    return passed + failed;
  }

  /** Counts, reasons and notes, one a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s: %d cases run, %d passed, %d failed, %d skipped",
            title, ran(), passed, failed, skipped));
    reasons.forEach((reason, n) -> text.append(String.format("%n  skipped %d: %s", n, reason)));
    notes.forEach((reason, n) -> text.append(String.format("%n  %d elements: %s", n, reason)));
    return text.toString();
  }
}
