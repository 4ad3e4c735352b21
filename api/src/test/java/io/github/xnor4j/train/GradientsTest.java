package io.github.xnor4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of users for how gradients are rounded. */
class GradientsTest {
  @Test
  void areReadAsTheyAreWritten() {
    assertEquals(Gradients.FLOAT, Gradients.parse("float"));
    assertFalse(Gradients.FLOAT.areIntegers());
    for (int bits = 2; bits <= 16; bits++) {
      Gradients gradients = Gradients.ofBits(bits);
      assertTrue(gradients.areIntegers());
      assertEquals(gradients, Gradients.parse(gradients.toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "17", "-2", "012", "100", "abc", "Float", "", "8.5", "4294967300"})
  void refusesOthers(String text) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Gradients.parse(text));
    assertEquals(
        "gradients are '" + text + "', expected 'float' or a number of bits from 2 to 16",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, -12})
  void refusesOtherNumbersOfBits(int bits) {
    assertThrows(IllegalArgumentException.class, () -> Gradients.ofBits(bits));
  }
}
