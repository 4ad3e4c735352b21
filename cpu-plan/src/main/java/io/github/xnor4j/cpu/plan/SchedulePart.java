package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What runs between two barriers: stages of tasks and chains of tiled stages, as one list of tasks.
 */
final class SchedulePart implements Team.Part {
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

  @Override
  public int tasks() {
    return tasks;
  }

  @Override
  public void run(int task, int member) {
    int rest = task;
    for (Stage piece : pieces) {
      if (rest < piece.tasks()) {
        piece.run(rest, member);
        return;
      }
      rest -= piece.tasks();
    }
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
