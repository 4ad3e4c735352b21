package io.github.xnor4j.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InkTest {
  private static final int SIDE = 200;

  /** A number for a pixel. */
  private interface Light {
    double at(int y, int x);
  }

  /** Paper of some light, with a cross of strokes from 60 to 140, 12 wide, a third as light. */
  private static Plane cross(Light paper, double noise) {
    Random random = new Random(11);
    Plane plane = new Plane(SIDE, SIDE);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean ink = in(y, 60, 140) && in(x, 94, 106) || in(x, 60, 140) && in(y, 94, 106);
        double light = paper.at(y, x) * (ink ? 0.35 : 1) + noise * random.nextGaussian();
        plane.values()[y * SIDE + x] = (float) Math.clamp(light, 0, 255);
      }
    }
    return plane;
  }

  private static boolean in(int value, int from, int to) {
    return value >= from && value < to;
  }

  private static void assertCross(Ink ink, boolean light) {
    assertNotNull(ink.box());
    assertEquals(light, ink.light());
    assertEquals(60, ink.box().top(), 3);
    assertEquals(60, ink.box().left(), 3);
    assertEquals(140, ink.box().bottom(), 3);
    assertEquals(140, ink.box().right(), 3);
    assertEquals(1, ink.strength().at(100, 70), 0.4);
    assertEquals(0, ink.strength().at(70, 70), 0.1);
    assertEquals(0, ink.others());
  }

  @Test
  void inkOnEvenPaperOfAnyGrey() {
    for (int grey : new int[] {60, 120, 180, 255}) {
      assertCross(Ink.of(cross((y, x) -> grey, 0), null), false);
      assertCross(Ink.of(cross((y, x) -> grey, 4), null), false);
      assertCross(Ink.of(cross((y, x) -> grey, 0).map(v -> 255 - v), null), true);
      assertCross(Ink.of(cross((y, x) -> grey, 4).map(v -> 255 - v), null), true);
    }
  }

  @Test
  void inkInUnevenLight() {
    assertCross(Ink.of(cross((y, x) -> 90 + 0.8 * x, 4), null), false);
    assertCross(Ink.of(cross((y, x) -> 240 - 0.01 * (y * y + x * x) / 4, 4), null), false);
  }

  @Test
  void inkInAShadowWithAnEdge() {
    assertCross(Ink.of(cross((y, x) -> x + y < 190 ? 130 : 240, 4), null), false);
    assertCross(Ink.of(cross((y, x) -> x < 20 ? 100 : 240, 4), null), false);
  }

  @Test
  void noiseIsNoInk() {
    assertCross(Ink.of(cross((y, x) -> 200, 20), null), false);
  }

  @Test
  void specksAreNoInk() {
    Plane plane = cross((y, x) -> 240, 2);
    for (int at : new int[] {20, 30 * SIDE + 5, 180 * SIDE + 190, 170 * SIDE + 8}) {
      plane.values()[at] = 0;
      plane.values()[at + 1] = 0;
      plane.values()[at + SIDE] = 0;
    }
    assertCross(Ink.of(plane, null), false);
  }

  @Test
  void ofTwoMarksTheLargerIsTakenAndTheOtherSaid() {
    Plane plane = cross((y, x) -> 240, 2);
    for (int y = 40; y < 110; y++) {
      for (int x = 175; x < 185; x++) {
        plane.values()[y * SIDE + x] = 80;
      }
    }
    Ink ink = Ink.of(plane, null);
    assertEquals(140, ink.box().right(), 3);
    assertEquals(1, ink.others());
  }

  @Test
  void evenPaperHasNone() {
    assertNull(Ink.of(new Plane(50, 50).map(v -> 200), null).box());
    Random random = new Random(3);
    Plane noise = new Plane(100, 100).map(v -> 200 + 3 * random.nextGaussian());
    assertNull(Ink.of(noise, null).box());
  }

  @Test
  void aPolarityThatIsGivenIsKept() {
    assertFalse(Ink.of(cross((y, x) -> 240, 2), false).light());
    assertTrue(Ink.of(cross((y, x) -> 240, 2), true).light());
  }
}
