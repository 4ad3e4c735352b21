package io.github.xnor4j.cli;

import java.util.Locale;

/** How numbers are shown to people. */
final class Text {
  private Text() {}

  /** A format that is the same in every country. */
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Such as 0:07, 12:34 or 1:02:03; rounded up to whole seconds. */
  static String duration(double seconds) {
    long s = (long) Math.ceil(Math.max(0, seconds));
    return s < 3600
        ? format("%d:%02d", s / 60, s % 60)
        : format("%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** A share as per cent with two digits. */
  static String percent(double share) {
    return format("%.2f %%", 100 * share);
  }
}
