package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long each stage took, if a session was asked for it. Each member of the team has counters of
 * its own; what no stage took is the team's: barriers, waiting for the last tile, hand-outs.
 */
final class StageTimes {
  private record Counter(String label, long[] nanos) {}

  private final int members;
  private final List<Counter> counters = new ArrayList<>();
  private long runs;
  private long total;

  StageTimes(int members) {
    this.members = members;
  }

  private long[] counter(String label) {
    // a cache line for each member
    Counter counter = new Counter(label, new long[members * 16]);
    counters.add(counter);
    return counter.nanos();
  }

  /** A body that is timed. */
  Stage.Body timed(String label, Stage.Body body) {
    long[] nanos = counter(label);
    return (part, first, count, member) -> {
      long start = System.nanoTime();
      body.run(part, first, count, member);
      nanos[member * 16] += System.nanoTime() - start;
    };
  }

  /** Counts a run that took so long. */
  void add(long nanos) {
    runs++;
    total += nanos;
  }

  /** A line for each stage, in microseconds of a run summed over the members. */
  String describe() {
    if (runs == 0) {
      return "times: no run yet\n";
    }
    StringBuilder text =
        new StringBuilder("times, microseconds of a run summed over all threads\n");
    double all = total / 1e3 / runs * members;
    double rest = all;
    for (Counter counter : counters) {
      double micros = Arrays.stream(counter.nanos()).sum() / 1e3 / runs;
      rest -= micros;
      text.append(line(micros, all, counter.label()));
    }
    return text.append(line(rest, all, "barriers and waiting"))
        .append(line(all, all, "all, in " + runs + " runs"))
        .toString();
  }

  private static String line(double micros, double all, String label) {
    return String.format(Locale.ROOT, "%10.1f %5.1f%%  %s%n", micros, 100 * micros / all, label);
  }
}
