package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Puts stages in order. Tiled stages over the batch run at even times, everything else at odd ones;
 * all stages of one time run as one part between two barriers. Inside it the tiled stages of a
 * domain are chained: each tile goes through all of them while it is in the cache. So are stages of
 * one task, or of one tile of a parameter, that read each other's results: one thread runs them one
 * after the other, which needs no barrier.
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

  /** Lone tasks of one time that wait for each other. */
  private static final class Chain {
    private final List<Stage> stages = new ArrayList<>();
    private Chain joined; // where its stages are now

    Chain last() {
      return joined == null ? this : joined.last();
    }

    void join(Chain other) {
      stages.addAll(other.stages);
      other.joined = this;
    }
  }

  private final boolean fixed;

  private final Map<Integer, Map<Domain, List<Stage>>> tiled = new TreeMap<>();
  private final Map<Integer, List<Stage>> tasks = new TreeMap<>();

  private final Map<Integer, List<Chain>> lone = new TreeMap<>();
  private final Map<Ready, Chain> chains = new IdentityHashMap<>(); // of lone tasks

  /**
   * An empty schedule.
   *
   * @param fixed whether of stages that run only after a variable has changed
   */
  Schedule(boolean fixed) {
    this.fixed = fixed;
  }

  /**
   * Earliest time of a stage that reads these.
   *
   * @param domain that it is cut along; null for tasks
   * @param alone whether it is one task
   */
  private int time(Domain domain, boolean alone, List<Ready> inputs) {
    int time = domain != null && domain.batch() ? 0 : 1;
    for (Ready input : inputs) {
      if (input.fixed() != fixed) {
        continue; // there from the start
      }
      boolean chained =
          alone ? chains.containsKey(input) : domain != null && domain.equals(input.domain());
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
    boolean one = stage.isTiled() && !domain.batch() && domain.tiles() == 1;
    if (one || stage.tasks() == 1) {
      return alone(one ? stage.whole(domain) : stage, inputs);
    }
    Domain along = stage.isTiled() ? domain : null;
    int time = time(along, false, inputs);
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

  /** Adds a stage of one task, in one chain with all of the same time that it reads. */
  private Ready alone(Stage stage, List<Ready> inputs) {
    int time = time(null, true, inputs);
    List<Chain> all = lone.computeIfAbsent(time, t -> new ArrayList<>());
    Chain chain = new Chain();
    for (Ready input : inputs) {
      Chain read = chains.containsKey(input) ? chains.get(input).last() : null;
      if (read != null && input.time() == time && read != chain) {
        chain.join(read);
        all.remove(read);
      }
    }
    chain.stages.add(stage);
    all.add(chain);
    Ready ready = new Ready(time, null, fixed);
    chains.put(ready, chain);
    return ready;
  }

  /**
   * The parts in order.
   *
   * @param pieces how many units go through the chain of a result together
   */
  List<SchedulePart> parts(ToIntFunction<Ready> pieces) {
    Map<Integer, SchedulePart> parts = new TreeMap<>();
    // first what one thread does alone: meanwhile others can do its share of the rest
    lone.forEach(
        (time, chains) ->
            chains.forEach(
                chain -> parts.computeIfAbsent(time, t -> new SchedulePart()).add(chain.stages)));
    tasks.forEach(
        (time, stages) ->
            stages.forEach(
                stage -> parts.computeIfAbsent(time, t -> new SchedulePart()).add(stage)));
    tiled.forEach(
        (time, domains) ->
            domains.forEach(
                (domain, chain) ->
                    parts
                        .computeIfAbsent(time, t -> new SchedulePart())
                        .add(domain, chain, pieces.applyAsInt(new Ready(time, domain, fixed)))));
    return List.copyOf(parts.values());
  }
}
