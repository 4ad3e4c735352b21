package io.github.xnor4j.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.cli.report.Chart.Line;
import io.github.xnor4j.cli.report.Chart.Point;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChartTest {
  private static String drawn(double lastEpoch, boolean atZero, Line... lines) {
    Html html = new Html().open("main");
    new Chart("Title", "What it is", List.of(lines), lastEpoch, atZero, " %").write(html, "id");
    return html.toString();
  }

  private static Line marked(Point... points) {
    return new Line("line", null, true, List.of(points));
  }

  private static List<String> labels(String svg) {
    return Pattern.compile("dy=\"0.35em\">([^<]*)<")
        .matcher(svg)
        .results()
        .map(each -> each.group(1))
        .toList();
  }

  @Test
  void ticksAreRoundAndToldApart() {
    String svg = drawn(2, false, marked(new Point(1, 97.12), new Point(2, 98.97)));
    assertEquals(List.of("97.0 %", "97.5 %", "98.0 %", "98.5 %", "99.0 %"), labels(svg));
    String fromZero = drawn(2, true, marked(new Point(1, 0.004), new Point(2, 0.01)));
    assertEquals(
        List.of("0.000 %", "0.002 %", "0.004 %", "0.006 %", "0.008 %", "0.010 %"),
        labels(fromZero));
  }

  @Test
  void pointsLieWhereTheirNumbersAre() {
    String svg = drawn(2, true, marked(new Point(0, 0), new Point(1, 50), new Point(2, 100)));
    assertTrue(svg.contains("points=\"54.0,212.0 232.0,111.0 410.0,10.0\""), svg);
    assertTrue(svg.contains("<title>line, epoch 1: 50.00 %</title>"), svg);
  }

  @Test
  void whatIsNotKnownIsNotDrawn() {
    assertEquals(drawn(1, true), drawn(1, true, marked(new Point(1, Double.NaN))));
    String gap = drawn(3, true, marked(new Point(1, Double.NaN), new Point(2, 1)));
    assertEquals(2, gap.split("<circle").length);
    assertFalse(gap.contains("NaN"), gap);
  }

  @Test
  void constantsHaveAnAxis() {
    for (double value : new double[] {0, 1e-3, -5, 1e9}) {
      assertTrue(labels(drawn(1, false, marked(new Point(1, value)))).size() >= 1);
      assertFalse(drawn(1, false, marked(new Point(1, value))).contains("NaN"), "" + value);
      assertFalse(drawn(1, true, marked(new Point(1, value))).contains("NaN"), "" + value);
    }
  }

  @Test
  void textIsNoMarkup() {
    String html = new Html().open("p", "title", "\"<&>").text("</p>\u0000\ud800").toString();
    assertTrue(html.contains("<p title=\"&quot;&lt;&amp;&gt;\">&lt;/p&gt;\ufffd\ufffd</p>"), html);
  }
}
