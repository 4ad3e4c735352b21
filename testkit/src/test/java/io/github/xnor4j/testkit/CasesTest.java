package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Program;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** That every case of an op, and so every op, is printed, read back and right for other batches. */
class CasesTest {
  @Test
  void textsAreReadBack() {
    for (OpCase testCase : BackendConformance.allCases()) {
      String text = testCase.program().toString();
      Assertions.assertEquals(text, Program.parse(text).toString(), testCase.name());
    }
  }

  /** There and back again; what goes with one batch only says so. */
  @Test
  void batchesAreExchanged() {
    int exchanged = 0;
    for (OpCase testCase : BackendConformance.allCases()) {
      Program program = testCase.program();
      if (program.batch().isPresent()) {
        int images = program.batch().getAsInt();
        Program other;
        try {
          other = program.withBatch(images + 2);
        } catch (IllegalArgumentException e) {
          Assertions.assertTrue(
              e.getMessage().contains("goes with this program's batch only"), e.getMessage());
          continue;
        }
        exchanged++;
        Assertions.assertEquals(images + 2, other.batch().getAsInt(), testCase.name());
        String again = other.withBatch(images).toString();
        Assertions.assertEquals(program.toString(), again, testCase.name());
      }
    }
    Assertions.assertTrue(exchanged > 1000, exchanged + " cases have a batch of any size");
  }
}
