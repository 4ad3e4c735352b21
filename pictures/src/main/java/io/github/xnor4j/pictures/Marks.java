package io.github.xnor4j.pictures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The connected parts of a plane that are at least as strong as a threshold. */
final class Marks {
  /**
   * One of them.
   *
   * @param label its number from 1 on, in {@link #labels}
   * @param box that holds it
   * @param pixels how many it has
   * @param mass the sum of its values
   * @param strongest its largest value
   * @param rim how many of its pixels lie on the plane's border
   */
  record Mark(int label, Box box, int pixels, double mass, double strongest, int rim) {}

  private final Plane plane;
  private final double threshold;
  private final int[] labels;
  private final List<Mark> all = new ArrayList<>();

  /** Finds them; corners connect. */
  Marks(Plane plane, double threshold) {
    this.plane = plane;
    this.threshold = threshold;
    this.labels = new int[plane.values().length];
    int[] queue = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      if (isFree(i)) {
        all.add(grow(i, all.size() + 1, queue));
      }
    }
  }

  private boolean isFree(int i) {
    return labels[i] == 0 && plane.values()[i] >= threshold;
  }

  private Mark grow(int first, int label, int[] queue) {
    int w = plane.width();
    int h = plane.height();
    Box box = new Box(h, w, 0, 0);
    double mass = 0;
    double strongest = 0;
    int rim = 0;
    int tail = 0;
    queue[tail++] = first;
    labels[first] = label;
    for (int head = 0; head < tail; head++) {
      int y = queue[head] / w;
      int x = queue[head] % w;
      box = box.and(new Box(y, x, y + 1, x + 1));
      mass += plane.at(y, x);
      strongest = Math.max(strongest, plane.at(y, x));
      rim += y == 0 || x == 0 || y == h - 1 || x == w - 1 ? 1 : 0;
      for (int ny = Math.max(0, y - 1); ny <= Math.min(h - 1, y + 1); ny++) {
        for (int nx = Math.max(0, x - 1); nx <= Math.min(w - 1, x + 1); nx++) {
          if (isFree(ny * w + nx)) {
            labels[ny * w + nx] = label;
            queue[tail++] = ny * w + nx;
          }
        }
      }
    }
    return new Mark(label, box, tail, mass, strongest, rim);
  }

  List<Mark> all() {
    return all;
  }

  /** For each pixel whether it belongs to one of the marks given. */
  boolean[] pixelsOf(List<Mark> marks) {
    boolean[] kept = new boolean[all.size() + 1];
    marks.forEach(mark -> kept[mark.label()] = true);
    boolean[] out = new boolean[labels.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = kept[labels[i]];
    }
    return out;
  }

  int[] labels() {
    return Arrays.copyOf(labels, labels.length);
  }
}
