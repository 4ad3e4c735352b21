package io.github.xnor4j.cli.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which classes were taken for which, as a table, and of many classes the most frequent ones. */
final class Confusion {
  private static final int MOST_CLASSES = 64;
  private static final int MOST_LISTED = 10;

  private final Answers answers;
  private final int[][] counts;

  /** Images of one class that were taken for another. */
  private record Mixed(int label, int answer, int count) {}

  Confusion(Answers answers) {
    this.answers = answers;
    this.counts = answers.confusion();
  }

  void write(Html html) {
    html.open("section").element("h2", "Confusion matrix");
    if (counts.length <= MOST_CLASSES) {
      html.element(
          "p",
          "Rows are labels, columns what the model says; the last column is the share that is"
              + " right.");
      html.open("div", "class", "beside");
      writeMatrix(html);
    } else {
      html.element("p", "There are too many classes for a table.").open("div");
    }
    writeMostFrequent(html);
    html.close().closeLine();
  }

  private void writeMatrix(Html html) {
    html.open("div", "class", "wide", "tabindex", 0).open("table", "class", "confusion").open("tr");
    html.element("td", "");
    for (int i = 0; i < counts.length; i++) {
      html.element("th", answers.name(i), "scope", "col");
    }
    html.element("th", "right", "scope", "col").closeLine();
    int most = mixed().stream().mapToInt(Mixed::count).max().orElse(1);
    for (int i = 0; i < counts.length; i++) {
      writeRow(html, i, most);
    }
    html.close().close();
  }

  private void writeRow(Html html, int label, int most) {
    int images = Arrays.stream(counts[label]).sum();
    html.open("tr").element("th", answers.name(label), "scope", "row");
    for (int i = 0; i < counts.length; i++) {
      int count = counts[label][i];
      double share = i == label ? (double) count / Math.max(images, 1) : (double) count / most;
      html.element(
          "td",
          count,
          "class",
          count == 0 ? "none" : i == label ? "hit" : "miss",
          "style",
          Page.format("--a:%.2f", 0.1 + 0.6 * share));
    }
    html.element("td", images == 0 ? "" : Page.percent((double) counts[label][label] / images));
    html.closeLine();
  }

  private List<Mixed> mixed() {
    return IntStream.range(0, counts.length)
        .boxed()
        .flatMap(
            label ->
                IntStream.range(0, counts.length)
                    .filter(answer -> answer != label && counts[label][answer] > 0)
                    .mapToObj(answer -> new Mixed(label, answer, counts[label][answer])))
        .sorted(Comparator.comparingInt((Mixed mixed) -> -mixed.count))
        .toList();
  }

  private void writeMostFrequent(Html html) {
    List<Mixed> mixed = mixed();
    if (mixed.isEmpty()) {
      html.element("p", "No image was taken for one of another class.");
      return;
    }
    html.open("div").element("h3", "Most frequent").open("ol");
    for (Mixed each : mixed.subList(0, Math.min(MOST_LISTED, mixed.size()))) {
      html.open("li").element("b", answers.name(each.label)).text(" taken for ");
      html.element("b", answers.name(each.answer)).text(": " + each.count).close();
    }
    html.close().close();
  }
}
