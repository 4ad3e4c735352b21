package io.github.xnor4j.pictures;

import io.github.xnor4j.pictures.Marks.Mark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What is written or drawn on a picture, apart from what it is written on.
 *
 * <p>Paper is what remains when dark parts that are narrower than a window are filled up: it may
 * change from place to place, and have shadows with edges, as long as these are larger than the
 * window. Or light parts, where the ink is lighter than the paper: of the two papers the smoother
 * one is right, since in the other the ink remains and what it encloses goes. Ink is what differs
 * from its paper by more than noise does, and by half of what the darkest of it does. Of separate
 * marks those that are small or touch the picture's border go.
 *
 * @param strength how much ink there is, 0 to 1, in a plane that may be smaller than the picture
 * @param box what holds the ink in it; null if there is none
 * @param light whether it is lighter than its paper
 * @param others how many further marks of about that size there are, which were left out
 */
record Ink(Plane strength, Box box, boolean light, int others) {
  /** Longest side of the plane in which ink is looked for; digits have 20 pixels in the end. */
  private static final int WORKING = 400;

  /** Share of the picture's size that no stroke is wider than. */
  private static final double WINDOW = 0.33;

  /** What is weaker than this is no ink, in grey levels. */
  private static final double LEAST = 10;

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
    Plane negative = small.map(v -> 255 - v);
    int reach = Math.max(2, (int) (Math.sqrt((double) h * w) * WINDOW / 2));
    Plane paper = small.filled(reach);
    Plane board = negative.filled(reach);
    boolean isLight = light == null ? board.roughness() < paper.roughness() : light;
    return isLight
        ? found(board.with(negative, (b, v) -> b - v), true)
        : found(paper.with(small, (p, v) -> (p - v) * 255 / Math.max(p, 64)), false);
  }

  private static Ink found(Plane difference, boolean light) {
    double typical = difference.quantile(0.3);
    double noise = (typical - difference.quantile(0.05)) / 1.12; // as of a normal distribution
    double least = typical + Math.max(LEAST, 4.5 * noise);
    float[] candidates = above(difference.values(), least);
    if (candidates.length == 0) {
      return new Ink(difference, null, light, 0);
    }
    double threshold = otsu(candidates);
    double full = new Plane(1, 0, above(candidates, threshold)).quantile(0.5);
    Marks marks = new Marks(difference, threshold);
    List<Mark> kept = kept(marks.all());
    Box box = kept.getFirst().box();
    for (Mark mark : kept) {
      box = box.and(mark.box());
    }
    double lowest = typical + Math.min(2 * noise, (threshold - typical) / 2);
    boolean[] near = marks.pixelsOf(kept);
    Plane strength = difference.map(d -> Math.clamp((d - lowest) / (full - lowest), 0, 1));
    for (int i = 0; i < near.length; i++) {
      if (!near[i] && difference.values()[i] >= threshold) {
        strength.values()[i] = 0;
      }
    }
    return new Ink(strength, box, light, 0);
  }

  private static float[] above(float[] values, double least) {
    float[] out = new float[values.length];
    int count = 0;
    for (float value : values) {
      if (value >= least) {
        out[count++] = value;
      }
    }
    return Arrays.copyOf(out, count);
  }

  /** Otsu's threshold: where the means of what is below and above are farthest apart, weighed. */
  private static double otsu(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (float value : sorted) {
      sum += value;
    }
    double below = 0;
    double best = -1;
    double threshold = sorted[0];
    for (int i = 1; i < sorted.length; i++) {
      below += sorted[i - 1];
      double gap = (sum - below) / (sorted.length - i) - below / i;
      double between = gap * gap * i * (sorted.length - i);
      if (between > best) {
        best = between;
        threshold = (sorted[i - 1] + sorted[i]) / 2;
      }
    }
    return threshold;
  }

  private static List<Mark> kept(List<Mark> all) {
    List<Mark> ordered = new ArrayList<>(all);
    ordered.sort(Comparator.comparingDouble(Ink::weight).reversed());
    Mark main = ordered.getFirst();
    List<Mark> kept = new ArrayList<>();
    for (Mark mark : ordered) {
      boolean near = mark.box().gapTo(main.box()) <= main.box().longest() / 5;
      if (mark == main || near && mark.mass() >= 0.03 * main.mass()) {
        kept.add(mark);
      }
    }
    return kept;
  }

  /** Mass, less where it lies along the border: shadows and the table beside the paper. */
  private static double weight(Mark mark) {
    return mark.mass() * (1 - Math.min(0.9, 2.0 * mark.rim() / mark.box().longest()));
  }
}
