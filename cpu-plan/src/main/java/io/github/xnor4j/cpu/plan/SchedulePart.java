package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What runs between two barriers: stages of tasks and chains of tiled stages, as one list of tasks.
 */
final class SchedulePart {
  private final List<Stage> pieces = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private int tasks;

  private void add(Stage piece, String text) {
    pieces.add(piece);
    texts.add(text);
    tasks += piece.tasks();
  }

  /** Adds independent tasks. */
  void add(Stage stage) {
    add(stage, stage.label() + " x " + stage.tasks());
  }

  /** Adds lone tasks that wait for each other: one task. */
  void add(List<Stage> chain) {
    Stage[] stages = chain.toArray(Stage[]::new);
    Stage.Body body =
        (part, first, count, member) -> {
          for (Stage stage : stages) {
            stage.run(0, member);
          }
        };
    add(new Stage(label(chain), 1, body), label(chain));
  }

  /**
   * Adds a chain of tiled stages: one task for each tile of the domain.
   *
   * @param piece units that go through the chain together, at most a tile
   */
  void add(Domain domain, List<Stage> chain, int piece) {
    Stage[] stages = chain.toArray(Stage[]::new);
    Stage.Body body =
        (tile, task, one, member) -> {
          int begin = tile * domain.tile();
          int end = Math.min(begin + domain.tile(), domain.units());
          for (int first = begin; first < end; first += piece) {
            int count = Math.min(piece, end - first);
            for (Stage stage : stages) {
              stage.body().run(tile, first, count, member);
            }
          }
        };
    add(new Stage(label(chain), domain.tiles(), body), label(chain) + tiles(domain, piece));
  }

  private static String tiles(Domain domain, int piece) {
    if (domain.tiles() == 1 && piece >= domain.units()) {
      return "";
    }
    String pieces = piece == domain.tile() ? "" : ", " + piece + " at a time";
    return " [%d tiles of %d%s]".formatted(domain.tiles(), domain.tile(), pieces);
  }

  private static String label(List<Stage> chain) {
    return chain.stream().map(Stage::label).collect(Collectors.joining(" -> "));
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

  /** Each stage or chain, with the number of its tasks. */
  List<String> pieces() {
    return List.copyOf(texts);
  }

  @Override
  public String toString() {
    return String.join("; ", texts);
  }
}
