package io.github.xnor4j.cli.report;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Lines over epochs, as SVG. Of a line without marks, which is only a background, what is far above
 * the others is left out.
 *
 * @param title above it
 * @param description what is to be seen, for those who do not see it
 * @param lines drawn in this order
 * @param lastEpoch at its right end
 * @param atZero whether its vertical axis begins at 0
 * @param unit behind values, such as " %"
 */
record Chart(
    String title,
    String description,
    List<Line> lines,
    double lastEpoch,
    boolean atZero,
    String unit) {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 250;
  private static final int LEFT = 54;
  private static final int RIGHT = 10;
  private static final int TOP = 10;
  private static final int BOTTOM = 38;
  private static final int COLOURS = 6;
  private static final int MOST_MARKED = 60;

  /** A point; its value is NaN where it is not known. */
  record Point(double epoch, double value) {}

  /**
   * A line.
   *
   * @param style a class of the style sheet, or null for the next colour
   * @param marked whether its points are drawn
   */
  record Line(String name, String style, boolean marked, List<Point> points) {
    Line {
      points = points.stream().filter(point -> Double.isFinite(point.value)).toList();
    }
  }

  private record Axis(double low, double high, double step) {
    /** An axis with round ticks. */
    static Axis of(double low, double high, int most, double least) {
      double rough = Math.max((high - low) / most, least);
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double step = power;
      for (double factor : new double[] {1, 2, 5, 10}) {
        step = factor * power;
        if (step >= rough * (1 - 1e-9)) {
          break;
        }
      }
      double bottom = Math.floor(low / step) * step;
      double top = Math.ceil(high / step - 1e-9) * step;
      return new Axis(bottom, Math.max(top, bottom + step), step);
    }

    int ticks() {
      return (int) Math.round((high - low) / step);
    }

    double tick(int i) {
      return low + i * step;
    }

    /** With as many digits as tell ticks apart. */
    String label(int i) {
      int digits = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
      return digits > 6
          ? String.format(Locale.ROOT, "%.0e", tick(i))
          : String.format(Locale.ROOT, "%." + digits + "f", tick(i));
    }
  }

  /** Writes it as a figure. */
  void write(Html html, String id) {
    List<Line> drawn = lines.stream().filter(line -> !line.points.isEmpty()).toList();
    if (drawn.isEmpty()) {
      return;
    }
    html.open("figure").open("figcaption").element("h3", title).open("p", "class", "legend");
    for (int i = 0; i < drawn.size(); i++) {
      html.open("span").open("i", "class", style(drawn, i)).close().text(drawn.get(i).name).close();
      html.text(" ");
    }
    html.close().close();
    html.open(
            "svg",
            "viewBox",
            "0 0 " + WIDTH + " " + HEIGHT,
            "role",
            "img",
            "aria-labelledby",
            id + "-title " + id + "-desc")
        .element("title", title, "id", id + "-title")
        .element("desc", description, "id", id + "-desc");
    Axis y = vertical(drawn);
    Axis x = Axis.of(0, lastEpoch, 8, 1);
    writeAxes(html, x, y);
    for (int i = 0; i < drawn.size(); i++) {
      writeLine(html, drawn.get(i), style(drawn, i), y);
    }
    html.close().closeLine();
  }

  private static String style(List<Line> drawn, int index) {
    if (drawn.get(index).style != null) {
      return drawn.get(index).style;
    }
    long before = drawn.subList(0, index).stream().filter(line -> line.style == null).count();
    return "c" + before % COLOURS + (before >= COLOURS ? " dashed" : "");
  }

  private Axis vertical(List<Line> drawn) {
    boolean anyMarked = drawn.stream().anyMatch(Line::marked);
    List<Double> values =
        drawn.stream()
            .filter(line -> line.marked || !anyMarked)
            .flatMap(line -> line.points.stream())
            .map(Point::value)
            .toList();
    double low = atZero ? 0 : Collections.min(values);
    double high = Collections.max(values);
    return Axis.of(low, high, 5, high == 0 ? 0.2 : Math.abs(high) * 1e-3);
  }

  private double x(double epoch) {
    return LEFT + epoch / lastEpoch * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double value, Axis axis) {
    double share = (value - axis.low) / (axis.high - axis.low);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  private String value(Point point) {
    return String.format(Locale.ROOT, "%.4g", point.value) + unit;
  }

  private static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  private void writeAxes(Html html, Axis x, Axis y) {
    html.open("g", "class", "axes");
    for (int i = 0; i <= y.ticks(); i++) {
      String at = at(y(y.tick(i), y));
      html.empty("line", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", at, "y2", at);
      html.element("text", y.label(i) + unit, "x", LEFT - 6, "y", at, "dy", "0.35em");
    }
    for (int i = 0; i <= x.ticks() && x.tick(i) <= lastEpoch; i++) {
      html.element(
          "text",
          String.format(Locale.ROOT, "%.0f", x.tick(i)),
          "x",
          at(x(x.tick(i))),
          "y",
          HEIGHT - BOTTOM + 16,
          "class",
          "below");
    }
    html.element("text", "epoch", "x", at(x(lastEpoch / 2)), "y", HEIGHT - 6, "class", "below");
    html.close();
  }

  private void writeLine(Html html, Line line, String style, Axis y) {
    html.open("g", "class", style);
    html.empty(
        "polyline",
        "points",
        line.points.stream()
            .filter(point -> point.value <= y.high)
            .map(point -> at(x(point.epoch)) + "," + at(y(point.value, y)))
            .collect(Collectors.joining(" ")));
    if (line.marked && line.points.size() <= MOST_MARKED) {
      for (Point point : line.points) {
        html.open("circle", "cx", at(x(point.epoch)), "cy", at(y(point.value, y)), "r", 3.5)
            .element(
                "title",
                String.format(
                    Locale.ROOT, "%s, epoch %.0f: %s", line.name, point.epoch, value(point)))
            .close();
      }
    }
    html.close();
  }
}
