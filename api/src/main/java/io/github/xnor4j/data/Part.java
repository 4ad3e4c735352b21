package io.github.xnor4j.data;

import java.util.Locale;

/** What images of a data set are for. */
enum Part {
  TRAIN("training images"),
  TEST("test images"),
  /** Takes the place of test images where there are none. */
  VALIDATION("test images"),
  /** Called by none of these, so that they are for training, or all of them for tests. */
  ALL("images");

  private final String text;

  Part(String text) {
    this.text = text;
  }

  /** The part that a file or folder is called by, such as {@code t10k-images}. */
  static Part calledBy(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.contains("train")) {
      return TRAIN;
    }
    if (lower.contains("t10k") || lower.matches(".*(?<!la|con)test.*")) { // no latest, no contest
      return TEST;
    }
    return lower.matches("(.*[^a-z])?[xy]?val.*") ? VALIDATION : ALL;
  }

  /** What names of its files have in them, for messages. */
  String words() {
    return this == TRAIN ? "train" : "test, t10k or val";
  }

  @Override
  public String toString() {
    return text;
  }
}
