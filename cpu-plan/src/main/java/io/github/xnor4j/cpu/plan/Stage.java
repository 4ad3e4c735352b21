package io.github.xnor4j.cpu.plan;

/**
 * A piece of work made of one op or a part of it, in one of three forms that say how it may be
 * divided. {@link #time} is when it may run: stages of one time need no barrier among them, except
 * that tiles of one domain are chained.
 */
sealed interface Stage {
  /** What the plan prints: kernel and purpose. */
  String label();

  /** Works on a range of the domain's units, reading only the same range of its chained inputs. */
  non-sealed interface Tiled extends Stage {
    /**
     * Computes the units [first, first + count).
     *
     * @param tile number of the tile, for partial results
     */
    void run(int tile, int first, int count, int member);
  }

  /** Independent tasks. */
  non-sealed interface Tasks extends Stage {
    /** Number of tasks. */
    int tasks();

    /** Runs one. */
    void run(int task, int member);
  }

  /** A tiled stage. */
  static Tiled tiled(String label, TileBody body) {
    return new Tiled() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public void run(int tile, int first, int count, int member) {
        body.run(tile, first, count, member);
      }
    };
  }

  /** A stage of tasks. */
  static Tasks tasks(String label, int tasks, TaskBody body) {
    return new Tasks() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public int tasks() {
        return tasks;
      }

      @Override
      public void run(int task, int member) {
        body.run(task, member);
      }
    };
  }

  /** The work of a tiled stage. */
  @FunctionalInterface
  interface TileBody {
    /** See {@link Tiled#run}. */
    void run(int tile, int first, int count, int member);
  }

  /** The work of one task. */
  @FunctionalInterface
  interface TaskBody {
    /** See {@link Tasks#run}. */
    void run(int task, int member);
  }
}
