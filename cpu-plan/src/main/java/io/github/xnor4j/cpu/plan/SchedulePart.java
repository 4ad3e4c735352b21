package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What runs between two barriers: stages of tasks and chains of tiled stages, as one list of tasks.
 */
final class SchedulePart {
  private final List<Stage> pieces = new ArrayList<>();
  private int tasks;

  /** Adds independent tasks. */
  void add(Stage stage) {
    pieces.add(stage);
    tasks += stage.tasks();
  }

  /** Adds a chain of tiled stages: one task for each tile of the domain. */
  void add(Domain domain, List<Stage> chain) {
    Stage[] stages = chain.toArray(Stage[]::new);
    String label = chain.stream().map(Stage::label).collect(Collectors.joining(" -> "));
    add(
        new Stage(
            label + " [" + domain.tiles() + " tiles of " + domain.tile() + "]",
            domain.tiles(),
            (tile, task, one, member) -> {
              int first = tile * domain.tile();
              int count = Math.min(domain.tile(), domain.units() - first);
              for (Stage stage : stages) {
                stage.body().run(tile, first, count, member);
              }
            }));
  }

  /**
   * What a team runs. Of each piece every member has a run of neighbouring tasks of its own: tiles
   * of the same images in every part, so that they are in its cache.
   */
  Team.Part dealt(int members) {
    Stage[] stages = new Stage[tasks];
    int[] numbers = new int[tasks];
    int[] begins = new int[members];
    int dealt = 0;
    for (int member = 0; member < members; member++) {
      begins[member] = dealt;
      for (int i = 0; i < pieces.size(); i++) {
        Stage piece = pieces.get(i);
        for (int task = begin(i, member, members); task < begin(i, member + 1, members); task++) {
          stages[dealt] = piece;
          numbers[dealt++] = task;
        }
      }
    }
    return new Team.Part() {
      @Override
      public int tasks() {
        return stages.length;
      }

      @Override
      public int begin(int member, int members) {
        return begins[member];
      }

      @Override
      public void run(int task, int member) {
        stages[task].run(numbers[task], member);
      }

      @Override
      public String toString() {
        return SchedulePart.this.toString();
      }
    };
  }

  /** A member's first task of a piece; who gets what is over differs from piece to piece. */
  private int begin(int piece, int member, int members) {
    int count = pieces.get(piece).tasks();
    if (member == 0 || member == members) {
      return member == 0 ? 0 : count;
    }
    int shift = members - 1 - piece % members;
    return (int) (((long) count * member + shift) / members);
  }

  /** Runs the first task of each piece, as a sample of the work. */
  void sample() {
    for (Stage piece : pieces) {
      piece.run(0, 0);
    }
  }

  /** One line for each stage or chain. */
  @Override
  public String toString() {
    return pieces.stream()
        .map(piece -> piece.label() + " x " + piece.tasks())
        .collect(Collectors.joining("\n  ", "  ", ""));
  }
}
