package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lists of offsets, compared with a walk over every output position and every tap of it. */
class PlaneTest {
  private static final int CHANNELS = 3;
  private static final int IMAGES = 2;

  /** A window over an input, and what each tap of each output position reads. */
  record Case(Extent input, Window window) {
    Plane plane() {
      return new Plane(Shape.of(5, input.depth(), input.height(), input.width(), 7), window);
    }

    Extent outputs() {
      return window.outputs(Shape.of(5, input.depth(), input.height(), input.width(), 7));
    }

    Extent padded() {
      return extent(a -> window.before().get(a) + input.get(a) + window.after().get(a));
    }

    /** Where a tap of a position is in the padded plane. */
    private Extent place(int position, int tap) {
      Extent p = coordinates(position, outputs());
      Extent t = coordinates(tap, window.size());
      return extent(a -> p.get(a) * window.stride().get(a) + t.get(a) * window.dilation().get(a));
    }

    /** Pixel of the padded plane. */
    int pixel(int position, int tap) {
      return index(place(position, tap), padded());
    }

    /** Pixel of the input, or -1 for padding. */
    int source(int position, int tap) {
      return source(place(position, tap));
    }

    private int source(Extent place) {
      Extent at = extent(a -> place.get(a) - window.before().get(a));
      for (int axis = 0; axis < 3; axis++) {
        if (at.get(axis) < 0 || at.get(axis) >= input.get(axis)) {
          return -1;
        }
      }
      return index(at, input);
    }

    /** For each pixel of the padded plane the one of the input, or -1. */
    int[] sources() {
      int[] sources = new int[padded().volume()];
      Arrays.setAll(sources, i -> source(coordinates(i, padded())));
      return sources;
    }

    private static Extent extent(IntUnaryOperator each) {
      return new Extent(each.applyAsInt(0), each.applyAsInt(1), each.applyAsInt(2));
    }

    private static Extent coordinates(int index, Extent of) {
      return new Extent(
          index / (of.height() * of.width()), index / of.width() % of.height(), index % of.width());
    }

    private static int index(Extent at, Extent of) {
      return (at.depth() * of.height() + at.height()) * of.width() + at.width();
    }
  }

  private static Extent extent(int d, int h, int w) {
    return new Extent(d, h, w);
  }

  private static Case image(int h, int w, int size, int stride, int dilation, int pad) {
    return new Case(
        extent(1, h, w),
        new Window(
            extent(1, size, size),
            extent(1, stride, stride),
            extent(1, dilation, dilation),
            extent(0, pad, pad),
            extent(0, pad, pad)));
  }

  private static Window padded(Extent size, Extent before, Extent after) {
    return new Window(size, Extent.ONE, Extent.ONE, before, after);
  }

  private static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case(Extent.ONE, Window.point()));
    cases.add(new Case(extent(2, 3, 4), Window.point()));
    cases.add(new Case(extent(2, 3, 4), Window.of(extent(2, 3, 4))));
    cases.add(image(6, 5, 3, 1, 1, 0));
    cases.add(image(6, 5, 3, 1, 1, 1));
    cases.add(image(7, 6, 2, 2, 1, 0));
    cases.add(image(7, 6, 3, 2, 1, 1));
    cases.add(image(9, 8, 3, 1, 2, 2));
    cases.add(image(5, 5, 1, 2, 1, 0));
    cases.add(image(1, 1, 3, 1, 1, 1));
    // more padding than window, so that some positions lie in it with all their taps
    cases.add(image(2, 3, 2, 1, 1, 3));
    cases.add(new Case(extent(1, 4, 5), padded(extent(1, 2, 2), Extent.ZERO, extent(0, 1, 1))));
    cases.add(new Case(extent(1, 4, 5), padded(extent(1, 2, 2), extent(0, 0, 1), Extent.ZERO)));
    cases.add(new Case(extent(3, 4, 5), padded(extent(2, 3, 3), extent(1, 1, 0), extent(0, 1, 1))));
    Random random = new Random(3);
    while (cases.size() < 400) {
      Case each =
          new Case(
              random(random, 1, 6),
              new Window(
                  random(random, 1, 4),
                  random(random, 1, 4),
                  random(random, 1, 3),
                  random(random, 0, 3),
                  random(random, 0, 3)));
      if (each.outputs().volume() > 0) {
        cases.add(each);
      }
    }
    return cases.stream();
  }

  private static Extent random(Random random, int from, int to) {
    return new Extent(random.nextInt(from, to), random.nextInt(from, to), random.nextInt(from, to));
  }

  private static void each(BiConsumer<Case, Plane> check) {
    cases()
        .forEach(
            c -> {
              try {
                check.accept(c, c.plane());
              } catch (IndexOutOfBoundsException e) {
                throw new AssertionError(c.toString(), e);
              }
            });
  }

  @Test
  void sizes() {
    each(
        (c, plane) -> {
          assertEquals(c.padded().volume(), plane.pixels(), c::toString);
          assertEquals(c.input().volume(), plane.innerPixels(), c::toString);
          assertEquals(c.outputs().volume(), plane.positions(), c::toString);
          assertEquals(c.window().size().volume(), plane.tapCount(), c::toString);
          assertEquals(c.padded().volume() > c.input().volume(), plane.isPadded(), c::toString);
        });
  }

  @Test
  void tapsOfPositions() {
    each(
        (c, plane) -> {
          for (int p = 0; p < plane.positions(); p++) {
            for (int t = 0; t < plane.tapCount(); t++) {
              assertEquals(c.pixel(p, t), plane.base(p) + plane.tap(t), c::toString);
            }
          }
        });
  }

  /** What a product reads by its two lists, for several images behind one another. */
  @Test
  void rowsAndDepth() {
    each(
        (c, plane) -> {
          int[] rows = plane.rows(CHANNELS, IMAGES);
          int[] depth = plane.depth(CHANNELS);
          assertEquals(IMAGES * plane.positions(), rows.length);
          assertEquals(plane.tapCount() * CHANNELS, depth.length);
          for (int r = 0; r < rows.length; r++) {
            for (int k = 0; k < depth.length; k++) {
              int pixel = c.pixel(r % plane.positions(), k / CHANNELS);
              int image = r / plane.positions() * plane.pixels();
              assertEquals(
                  (image + pixel) * CHANNELS + k % CHANNELS, rows[r] + depth[k], c::toString);
            }
          }
        });
  }

  @Test
  void runsOfNeighbouringTaps() {
    each(
        (c, plane) -> {
          int[] runs = plane.runs(CHANNELS);
          int length = plane.runLength();
          assertEquals(plane.tapCount(), runs.length * length, c::toString);
          for (int t = 0; t < plane.tapCount(); t++) {
            int element = runs[t / length] + t % length * CHANNELS;
            assertEquals(plane.tap(t) * CHANNELS, element, c::toString);
          }
          boolean together = c.window().dilation().width() == 1;
          assertEquals(together ? c.window().size().width() : 1, length, c::toString);
        });
  }

  @Test
  void borderCases() {
    each(
        (c, plane) -> {
          assertEquals(0, plane.borderTaps(0).length, c::toString);
          Set<List<Integer>> distinct = new HashSet<>();
          for (int i = 0; i < plane.borderCases(); i++) {
            assertTrue(
                distinct.add(Arrays.stream(plane.borderTaps(i)).boxed().toList()), c::toString);
          }
          Set<Integer> used = new HashSet<>(Set.of(0));
          for (int p = 0; p < plane.positions(); p++) {
            List<Integer> outside = new ArrayList<>();
            for (int t = 0; t < plane.tapCount(); t++) {
              if (c.source(p, t) < 0) {
                outside.add(t);
              }
            }
            used.add(plane.borderCase(p));
            int[] taps = plane.borderTaps(plane.borderCase(p));
            assertEquals(outside, Arrays.stream(taps).boxed().toList(), c::toString);
          }
          assertEquals(plane.borderCases(), used.size(), "cases without a position: " + c);
        });
  }

  @Test
  void insideTaps() {
    each(
        (c, plane) -> {
          int[][] inside = plane.insideTaps(CHANNELS);
          List<Integer> starts = new ArrayList<>(List.of(0));
          List<Integer> pixels = new ArrayList<>();
          for (int p = 0; p < plane.positions(); p++) {
            for (int t = 0; t < plane.tapCount(); t++) {
              if (c.source(p, t) >= 0) {
                pixels.add(c.source(p, t) * CHANNELS);
              }
            }
            starts.add(pixels.size());
          }
          assertArrayEquals(array(starts), inside[0], c::toString);
          assertArrayEquals(array(pixels), inside[1], c::toString);
        });
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Rows of the input, copied to their starts, fill the plane but for its padding. */
  @Test
  void rowStarts() {
    each(
        (c, plane) -> {
          int[] copied = new int[plane.pixels()];
          Arrays.fill(copied, -1);
          int[] starts = plane.rowStarts();
          assertEquals(plane.innerPixels(), starts.length * plane.rowLength(), c::toString);
          for (int i = 0; i < plane.innerPixels(); i++) {
            copied[starts[i / plane.rowLength()] + i % plane.rowLength()] = i;
          }
          assertArrayEquals(c.sources(), copied, c::toString);
        });
  }

  /** A product that writes each pixel once may replace what is there instead of adding. */
  @Test
  void aPointReadsEachPixelOnceInOrder() {
    each(
        (c, plane) -> {
          boolean once = plane.tapCount() == 1 && plane.positions() == plane.pixels();
          for (int p = 0; p < plane.positions(); p++) {
            once &= c.source(p, 0) == p;
          }
          // a stride of 2 over one pixel reads it once, too, and may be called a point or not
          assertTrue(once || !plane.isPoint(), c::toString);
        });
  }

  @Test
  void points() {
    assertTrue(new Case(Extent.ONE, Window.point()).plane().isPoint());
    assertTrue(new Case(extent(2, 3, 4), Window.point()).plane().isPoint());
    assertFalse(image(5, 5, 1, 2, 1, 0).plane().isPoint());
    assertFalse(image(5, 5, 2, 1, 1, 0).plane().isPoint());
    assertFalse(image(5, 5, 1, 1, 1, 1).plane().isPoint());
  }
}
