package io.github.xnor4j.pictures;

import java.util.ArrayList;
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

  /** Takes away the marks that are not among those given: 0 where they are. */
  void eraseOthers(List<Mark> kept, Plane from) {
    boolean[] isKept = isAmong(kept);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != 0 && !isKept[labels[i]]) {
        from.values()[i] = 0;
      }
    }
  }

  private boolean[] isAmong(List<Mark> marks) {
    boolean[] among = new boolean[all.size() + 1];
    marks.forEach(mark -> among[mark.label()] = true);
    return among;
  }

  /** Width of the strokes of some marks, on average: twice their area by their outline. */
  double stroke(List<Mark> marks) {
    boolean[] among = isAmong(marks);
    int area = 0;
    int outline = 0;
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < plane.width(); x++) {
        if (isIn(among, y, x)) {
          area++;
          boolean inside =
              isIn(among, y - 1, x)
                  && isIn(among, y + 1, x)
                  && isIn(among, y, x - 1)
                  && isIn(among, y, x + 1);
          outline += inside ? 0 : 1;
        }
      }
    }
    return 2.0 * area / outline;
  }

  private boolean isIn(boolean[] among, int y, int x) {
    return y >= 0
        && y < plane.height()
        && x >= 0
        && x < plane.width()
        && among[labels[y * plane.width() + x]];
  }

  /**
   * Whether a mark has pixels in all corners of its box, each corner a share of the box's sides.
   */
  boolean reachesCorners(Mark mark, double share) {
    Box box = mark.box();
    int h = Math.max(1, (int) (share * box.height()));
    int w = Math.max(1, (int) (share * box.width()));
    return hasPixels(mark, box.top(), box.left(), h, w)
        && hasPixels(mark, box.top(), box.right() - w, h, w)
        && hasPixels(mark, box.bottom() - h, box.left(), h, w)
        && hasPixels(mark, box.bottom() - h, box.right() - w, h, w);
  }

  private boolean hasPixels(Mark mark, int top, int left, int h, int w) {
    for (int y = top; y < top + h; y++) {
      for (int x = left; x < left + w; x++) {
        if (labels[y * plane.width() + x] == mark.label()) {
          return true;
        }
      }
    }
    return false;
  }
}
