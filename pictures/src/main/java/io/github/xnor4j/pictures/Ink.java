package io.github.xnor4j.pictures;

import io.github.xnor4j.pictures.Marks.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is written or drawn on a picture, apart from what it is written on.
 *
 * <p>Paper is what remains when dark parts that are narrower than a window are filled up: it may
 * change from place to place, and have shadows with edges, as long as these are larger than the
 * window. Or light parts, where the ink is lighter than the paper: of the two papers the smoother
 * one is right, since in the other the ink remains and what it encloses goes. Ink is what differs
 * from its paper by more than noise does, and is above Otsu's threshold among that. Separate marks
 * that are small or far from the largest are left out.
 *
 * @param strength how much ink there is, 0 to 1, in a plane that may be smaller than the picture
 * @param box what holds the ink in it; null if there is none
 * @param stroke width of its strokes, on average
 * @param light whether it is lighter than its paper
 * @param others how many further marks of about that size there are, which were left out
 */
record Ink(Plane strength, Box box, double stroke, boolean light, int others) {
  /** Longest side of the plane in which ink is looked for; digits have 20 pixels in the end. */
  private static final int WORKING = 400;

  /** Share of the picture's size that no stroke is wider than. */
  private static final double WINDOW = 0.33;

  /** What is weaker than this is no ink, in grey levels. */
  private static final double LEAST = 10;

  /** The same in standard deviations of noise. */
  private static final double LEAST_NOISE = 4.5;

  /** Paper darker than this counts as being as light: what differs from black paper is much. */
  private static final double DARKEST_PAPER = 64;

  /** Where the edge of ink is, as a share of how much strong ink differs. */
  private static final double EDGE = 0.5;

  /** Shares of the largest mark's mass: a part of it, if near; another one, wherever it is. */
  private static final double PART = 0.03;

  private static final double ANOTHER = 0.25;

  /**
   * Finds the ink.
   *
   * @param luminance 0 to 255
   * @param light whether the ink is lighter than its paper; null if that is to be found out
   */
  static Ink of(Plane luminance, Boolean light) {
    int longest = Math.max(luminance.height(), luminance.width());
    double scale = Math.min(1, (double) WORKING / longest);
    int h = Math.max(1, (int) Math.round(luminance.height() * scale));
    int w = Math.max(1, (int) Math.round(luminance.width() * scale));
    Plane small =
        luminance
            .scaled(0, 0, luminance.height(), luminance.width(), h, w)
            .blurred(Math.min(1, Math.max(h, w) / 300.0));
    int reach = Math.max(2, (int) (Math.sqrt((double) h * w) * WINDOW / 2));
    return of(small, reach, light);
  }

  private static Ink of(Plane small, int reach, Boolean light) {
    Plane negative = small.map(v -> 255 - v);
    Plane paper = small.filled(reach);
    Plane board = negative.filled(reach);
    // a shadow takes the same share of ink and paper away, so what counts is their ratio
    Plane dark = paper.with(small, (p, v) -> (p - v) * 255 / Math.max(p, DARKEST_PAPER));
    Plane bright = board.with(negative, (b, v) -> b - v);
    if (light != null) {
      return found(light ? bright : dark, light).ink;
    }
    boolean smoother = board.roughness() < paper.roughness();
    Found first = found(smoother ? bright : dark, smoother);
    if (first.isSheet()) {
      Ink onIt = found(smoother ? dark : bright, !smoother).ink;
      if (onIt.box != null && first.ink.box.contains(onIt.box)) {
        return onIt;
      }
    }
    return first.ink;
  }

  /** Ink, and the marks among which it was found; none if there is none. */
  private record Found(Ink ink, Marks marks, Mark main) {
    /**
     * Whether it looks like a sheet of paper that lies on something: large, and reaching into the
     * corners of its box, which no digit does. Then the ink is what is on it.
     */
    boolean isSheet() {
      if (main == null) {
        return false;
      }
      Box box = main.box();
      boolean large =
          box.height() > 0.35 * ink.strength.height() && box.width() > 0.35 * ink.strength.width();
      return large
          && main.pixels() > 0.6 * box.height() * box.width()
          && marks.reachesCorners(main, 0.13);
    }
  }

  private static Found found(Plane difference, boolean light) {
    double typical = difference.quantile(0.3);
    double noise = (typical - difference.quantile(0.05)) / 1.12; // as of a normal distribution
    double least = typical + Math.max(LEAST, LEAST_NOISE * noise);
    float[] candidates = Thresholds.above(difference.values(), least);
    if (candidates.length == 0) {
      return new Found(new Ink(difference, null, 0, light, 0), null, null);
    }
    double full = Thresholds.median(Thresholds.above(candidates, Thresholds.otsu(candidates)));
    double threshold = Math.max(least, typical + EDGE * (full - typical));
    Marks marks = new Marks(difference, threshold);
    List<Mark> ordered = new ArrayList<>(marks.all());
    ordered.sort(Comparator.comparingDouble(Ink::weight).reversed());
    Mark main = ordered.getFirst();
    List<Mark> kept = ordered.stream().filter(mark -> isPart(mark, main)).toList();
    Box box = kept.stream().map(Mark::box).reduce(main.box(), Box::and);
    long others =
        ordered.stream()
            .filter(mark -> !kept.contains(mark) && weight(mark) >= ANOTHER * weight(main))
            .count();
    double lowest = typical + Math.min(2 * noise, (threshold - typical) / 2);
    Plane strength = difference.map(d -> Math.clamp((d - lowest) / (full - lowest), 0, 1));
    marks.eraseOthers(kept, strength);
    return new Found(new Ink(strength, box, marks.stroke(kept), light, (int) others), marks, main);
  }

  private static boolean isPart(Mark mark, Mark main) {
    boolean near = mark.box().gapTo(main.box()) <= main.box().longest() / 5;
    return mark == main || near && mark.mass() >= PART * main.mass();
  }

  /** Mass, less where it lies along the border: shadows and what lies beside the paper. */
  private static double weight(Mark mark) {
    return mark.mass() * (1 - Math.min(0.9, 2.0 * mark.rim() / mark.box().longest()));
  }
}
