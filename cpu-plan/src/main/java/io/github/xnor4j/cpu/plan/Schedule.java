package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts stages in order. Tiled stages over the batch run at even times, everything else at odd ones;
 * all stages of one time run as one part between two barriers. Inside it the tiled stages of a
 * domain are chained: each tile goes through all of them while it is in the cache.
 */
final class Schedule {
  /**
   * When something is there.
   *
   * @param time of the part that makes it; -1 if it is there from the start
   * @param domain whose tiles it is made in, or null
   * @param fixed whether it follows from variables alone, and so is the same in every run until one
   *     of them changes
   */
  record Ready(int time, Domain domain, boolean fixed) {
    /** An input's. */
    static final Ready START = new Ready(-1, null, false);

    /** A variable's, where the program assigns none. */
    static final Ready FIXED = new Ready(-1, null, true);
  }

  private final boolean fixed;

  private final Map<Integer, Map<Domain, List<Stage>>> tiled = new TreeMap<>();
  private final Map<Integer, List<Stage>> tasks = new TreeMap<>();

  /**
   * An empty schedule.
   *
   * @param fixed whether of stages that run only after a variable has changed
   */
  Schedule(boolean fixed) {
    this.fixed = fixed;
  }

  /** Earliest time of a stage in a domain (null for tasks) that reads these. */
  private int time(Domain domain, List<Ready> inputs) {
    int time = domain != null && domain.batch() ? 0 : 1;
    for (Ready input : inputs) {
      if (input.fixed() != fixed) {
        continue; // there from the start
      }
      boolean chained = domain != null && domain.equals(input.domain());
      int earliest = chained ? input.time() : input.time() + 1;
      boolean even = domain != null && domain.batch();
      if (earliest % 2 == 0 != even) {
        earliest++;
      }
      time = Math.max(time, earliest);
    }
    return time;
  }

  /**
   * Adds a stage.
   *
   * @param domain that it is cut along, if it is; not null then
   * @param inputs what must be there
   * @return when its results are
   */
  Ready add(Stage stage, Domain domain, List<Ready> inputs) {
    if (stage.isTiled() && domain == null) {
      throw new IllegalArgumentException(stage.label() + " has neither tasks nor a domain");
    }
    Domain along = stage.isTiled() ? domain : null;
    int time = time(along, inputs);
    if (along == null) {
      tasks.computeIfAbsent(time, t -> new ArrayList<>()).add(stage);
    } else {
      tiled
          .computeIfAbsent(time, t -> new LinkedHashMap<>())
          .computeIfAbsent(along, d -> new ArrayList<>())
          .add(stage);
    }
    return new Ready(time, along, fixed);
  }

  /** The parts in order. */
  List<SchedulePart> parts() {
    Map<Integer, SchedulePart> parts = new TreeMap<>();
    tasks.forEach(
        (time, stages) ->
            stages.forEach(
                stage -> parts.computeIfAbsent(time, t -> new SchedulePart()).add(stage)));
    tiled.forEach(
        (time, domains) ->
            domains.forEach(
                (domain, chain) ->
                    parts.computeIfAbsent(time, t -> new SchedulePart()).add(domain, chain)));
    return List.copyOf(parts.values());
  }
}
