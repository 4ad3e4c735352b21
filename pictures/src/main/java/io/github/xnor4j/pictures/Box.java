package io.github.xnor4j.pictures;

/**
 * A part of a plane.
 *
 * @param top its first row
 * @param left its first column
 * @param bottom the row behind its last
 * @param right the column behind its last
 */
record Box(int top, int left, int bottom, int right) {
  int height() {
    return bottom - top;
  }

  int width() {
    return right - left;
  }

  int longest() {
    return Math.max(height(), width());
  }

  /** The smallest that holds both. */
  Box and(Box other) {
    return new Box(
        Math.min(top, other.top),
        Math.min(left, other.left),
        Math.max(bottom, other.bottom),
        Math.max(right, other.right));
  }

  boolean contains(Box other) {
    return and(other).equals(this);
  }

  /** Grown by as much on each side. */
  Box grown(int by) {
    return new Box(top - by, left - by, bottom + by, right + by);
  }

  /** How many pixels lie between both, in the direction in which there are more; 0 if none. */
  int gapTo(Box other) {
    int rows = Math.max(other.top - bottom, top - other.bottom);
    int columns = Math.max(other.left - right, left - other.right);
    return Math.max(0, Math.max(rows, columns));
  }
}
