package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  @Test
  void aPartIsALine() {
    PlanText text = new PlanText();
    text.add("once", List.of("pack filter a.Conv x 9", "factor"));
    text.add("1", List.of("load x -> popcount a.Conv [3 tiles of 8]"));
    assertEquals(
        """
        once pack filter a.Conv x 9; factor
           1 load x -> popcount a.Conv [3 tiles of 8]
        """,
        text.toString());
  }

  /** Whoever searches a plan for a kernel finds it; an overlong name stands alone. */
  @Test
  void linesAreBrokenBetweenKernelsOnly() {
    String kernel = "normalize gradient of layer";
    String overlong = "x".repeat(200);
    List<String> chain = Collections.nCopies(20, kernel);
    PlanText text = new PlanText();
    text.add("12", List.of(String.join(" -> ", chain), overlong, kernel));
    List<String> lines = text.toString().lines().toList();
    assertEquals("  12 " + kernel, lines.getFirst().substring(0, 5 + kernel.length()));
    assertEquals(21, text.toString().split(kernel, -1).length - 1);
    assertTrue(lines.contains("     " + overlong + ";"), text::toString);
    assertEquals("     " + kernel, lines.getLast());
    for (String line : lines) {
      assertTrue(line.length() <= 140 || line.contains(overlong), line);
      assertEquals(line.stripTrailing(), line);
    }
  }
}
