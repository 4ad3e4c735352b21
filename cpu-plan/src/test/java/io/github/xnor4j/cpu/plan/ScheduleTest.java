package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.cpu.plan.Schedule.Ready;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final Domain BATCH = new Domain(20, 8, true);
  private static final Domain FLAT = new Domain(2000, 1024, false);
  private static final Domain OTHER = new Domain(5, 1024, false);

  private final Schedule schedule = new Schedule(false);
  private final List<String> runs = new ArrayList<>();

  private Ready tiled(String label, Domain domain, Ready... inputs) {
    Stage stage =
        new Stage(
            label,
            0,
            (tile, first, count, member) ->
                runs.add(label + " " + tile + ": " + first + " + " + count));
    return schedule.add(stage, domain, List.of(inputs));
  }

  private Ready tasks(String label, int tasks, Ready... inputs) {
    Stage stage =
        new Stage(label, tasks, (task, first, count, member) -> runs.add(label + " " + task));
    return schedule.add(stage, null, List.of(inputs));
  }

  /** The lines of each part. */
  private List<List<String>> parts() {
    return schedule.parts(ready -> ready.domain().tile()).stream()
        .map(SchedulePart::pieces)
        .toList();
  }

  private void assertParts(List<?>... expected) {
    assertEquals(List.of(expected), parts());
  }

  @Test
  void nothingHasNoParts() {
    assertParts();
  }

  @Test
  void tiledStagesOfADomainAreChained() {
    Ready a = tiled("a", BATCH, Ready.START);
    Ready b = tiled("b", BATCH, a);
    tiled("c", BATCH, b, a);
    assertParts(List.of("a -> b -> c [3 tiles of 8]"));
  }

  @Test
  void tilesCoverTheAxisAndTheLastIsShorter() {
    tiled("b", BATCH, tiled("a", BATCH));
    Team.Part part = schedule.parts(ready -> ready.domain().tile()).getFirst().dealt(1);
    for (int task = 0; task < part.tasks(); task++) {
      part.run(task, 0);
    }
    assertEquals(
        List.of(
            "a 0: 0 + 8", "b 0: 0 + 8", "a 1: 8 + 8", "b 1: 8 + 8", "a 2: 16 + 4", "b 2: 16 + 4"),
        runs);
  }

  /** And all pieces of a tile, the last of which is shorter, are one task. */
  @Test
  void aPieceOfATileGoesThroughTheChainBeforeTheNext() {
    tiled("b", BATCH, tiled("a", BATCH));
    SchedulePart pieces = schedule.parts(ready -> 3).getFirst();
    assertEquals("a -> b [3 tiles of 8, 3 at a time]", pieces.toString());
    Team.Part part = pieces.dealt(1);
    assertEquals(3, part.tasks());
    part.run(1, 0);
    assertEquals(
        List.of(
            "a 1: 8 + 3", "b 1: 8 + 3", "a 1: 11 + 3", "b 1: 11 + 3", "a 1: 14 + 2", "b 1: 14 + 2"),
        runs);
    assertTrue(BATCH.begins(8) && !BATCH.begins(11));
  }

  @Test
  void tasksWaitForAllTiles() {
    Ready a = tiled("a", BATCH);
    Ready b = tasks("b", 5, a);
    tiled("c", BATCH, b);
    assertParts(List.of("a [3 tiles of 8]"), List.of("b x 5"), List.of("c [3 tiles of 8]"));
  }

  @Test
  void tasksThatReadTasksComeLater() {
    Ready a = tasks("a", 1, Ready.START);
    Ready b = tasks("b", 2, a);
    tasks("c", 3, a, b);
    assertParts(List.of("a"), List.of("b x 2"), List.of("c x 3"));
  }

  @Test
  void tasksOfOneTimeShareAPart() {
    tasks("a", 2);
    tasks("b", 3);
    assertParts(List.of("a x 2", "b x 3"));
    Team.Part part = schedule.parts(ready -> ready.domain().tile()).getFirst().dealt(1);
    assertEquals(5, part.tasks());
    for (int task = 0; task < 5; task++) {
      part.run(task, 0);
    }
    assertEquals(List.of("a 0", "a 1", "b 0", "b 1", "b 2"), runs);
  }

  /** Every task once; a member's are neighbours in each piece, and it has its share of each. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16})
  void membersHaveTasksOfTheirOwn(int members) {
    int[] counts = {1, 8, 1, 3, 64};
    for (int piece = 0; piece < counts.length; piece++) {
      tasks("p" + piece + ":", counts[piece]);
    }
    Team.Part part = schedule.parts(ready -> ready.domain().tile()).getFirst().dealt(members);
    assertEquals(77, part.tasks());
    assertEquals(0, part.begin(0, members));
    Set<String> all = new HashSet<>();
    for (int member = 0; member < members; member++) {
      runs.clear();
      int end = member + 1 == members ? part.tasks() : part.begin(member + 1, members);
      for (int task = part.begin(member, members); task < end; task++) {
        part.run(task, member);
      }
      for (int piece = 0; piece < counts.length; piece++) {
        String prefix = "p" + piece + ": ";
        List<Integer> own =
            runs.stream()
                .filter(run -> run.startsWith(prefix))
                .map(run -> Integer.parseInt(run.substring(prefix.length())))
                .toList();
        assertTrue(own.size() >= counts[piece] / members, () -> own + " of " + prefix);
        assertTrue(own.size() <= counts[piece] / members + 1, () -> own + " of " + prefix);
        for (int i = 1; i < own.size(); i++) {
          assertEquals(own.get(i - 1) + 1, own.get(i), prefix);
        }
      }
      all.addAll(runs);
    }
    assertEquals(77, all.size());
  }

  @Test
  void aSampleIsTheFirstTaskOfEachPiece() {
    tasks("a", 2);
    tasks("b", 3);
    tiled("c", FLAT);
    schedule.parts(ready -> ready.domain().tile()).getFirst().sample();
    assertEquals(List.of("a 0", "b 0", "c 0: 0 + 1024"), runs);
  }

  /** No barrier is between them: neither reads the other. */
  @Test
  void twoDomainsOfOneTimeAreTwoChainsOfOnePart() {
    Ready before = tasks("before", 2);
    Ready a = tiled("a", FLAT, before);
    tiled("b", OTHER, before);
    tiled("c", FLAT, a);
    assertParts(List.of("before x 2"), List.of("b", "a -> c [2 tiles of 1024]"));
  }

  /** What one thread runs alone needs no barrier; what does not wait for it is another's. */
  @Test
  void loneTasksThatWaitForEachOtherAreChained() {
    Ready a = tasks("a", 1);
    Ready b = tasks("b", 1);
    Ready c = tiled("c", OTHER, a);
    tasks("d", 2, c);
    Ready e = tasks("e", 1, b);
    assertParts(List.of("a -> c", "b -> e"), List.of("d x 2"));
    tasks("f", 1, c, e);
    assertParts(List.of("a -> c -> b -> e -> f"), List.of("d x 2"));
    Team.Part part = schedule.parts(ready -> ready.domain().tile()).getFirst().dealt(2);
    assertEquals(1, part.tasks());
    part.run(0, 1);
    assertEquals(List.of("a 0", "c 0: 0 + 5", "b 0", "e 0", "f 0"), runs);
  }

  /** It waits for all of it, as every other stage does. */
  @Test
  void aLoneTaskBehindSeveralHasAPartOfItsOwn() {
    Ready a = tasks("a", 1);
    Ready b = tasks("b", 2);
    Ready c = tasks("c", 1, a, b);
    tasks("d", 1, a, c);
    assertParts(List.of("a", "b x 2"), List.of("c -> d"));
  }

  /** A tile of one domain is not made of the same tile of another. */
  @Test
  void anotherDomainIsReadBehindABarrier() {
    Ready a = tiled("a", FLAT);
    Ready b = tiled("b", OTHER, a);
    Ready c = tiled("c", BATCH, b);
    tiled("d", FLAT, c);
    assertParts(
        List.of("a [2 tiles of 1024]"),
        List.of("b"),
        List.of("c [3 tiles of 8]"),
        List.of("d [2 tiles of 1024]"));
  }

  @Test
  void whatReadsNothingOfTheRunDoesNotDelayTheBatch() {
    tiled("batch", BATCH);
    tasks("filter", 4);
    tiled("parameter", OTHER);
    assertParts(List.of("batch [3 tiles of 8]"), List.of("parameter", "filter x 4"));
  }

  /** The side that needs no barrier waits in front of the join, not behind it. */
  @Test
  void aDiamondJoinsBehindItsLongerSide() {
    Ready top = tiled("top", BATCH);
    Ready near = tiled("near", BATCH, top);
    Ready sum = tasks("sum", 1, top);
    Ready far = tiled("far", BATCH, sum, top);
    Ready join = tiled("join", BATCH, near, far);
    assertEquals(far.time(), join.time());
    assertParts(
        List.of("top -> near [3 tiles of 8]"),
        List.of("sum"),
        List.of("far -> join [3 tiles of 8]"));
  }

  @Test
  void aDiamondWithinAChainStaysInIt() {
    Ready top = tiled("top", BATCH);
    Ready left = tiled("left", BATCH, top);
    Ready right = tiled("right", BATCH, top);
    tiled("join", BATCH, left, right);
    assertParts(List.of("top -> left -> right -> join [3 tiles of 8]"));
  }

  /** What follows from variables alone has run before, whatever its time there. */
  @Test
  void fixedValuesAreThereFromTheStart() {
    Ready late = new Ready(7, BATCH, true);
    Ready a = tiled("a", BATCH, late, Ready.FIXED);
    assertEquals(new Ready(0, BATCH, false), a);
    Ready b = tasks("b", 1, late);
    assertEquals(new Ready(1, null, false), b);
  }

  @Test
  void aFixedScheduleOrdersItsOwn() {
    Schedule fixed = new Schedule(true);
    Stage nothing = new Stage("nothing", 1, (task, first, count, member) -> {});
    Ready a = fixed.add(nothing, null, List.of(Ready.FIXED));
    Ready b = fixed.add(nothing, null, List.of(a));
    assertTrue(a.fixed() && b.fixed());
    assertEquals(a.time(), b.time());
    assertEquals(
        "nothing -> nothing", fixed.parts(ready -> ready.domain().tile()).getFirst().toString());
  }

  /** It would never run. */
  @Test
  void aStageHasTasksOrADomain() {
    Stage stage = new Stage("lost", 0, (tile, first, count, member) -> {});
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> schedule.add(stage, null, List.of()));
    assertEquals("lost has neither tasks nor a domain", thrown.getMessage());
  }
}
