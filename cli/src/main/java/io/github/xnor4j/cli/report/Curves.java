package io.github.xnor4j.cli.report;

import io.github.xnor4j.cli.report.Chart.Line;
import io.github.xnor4j.cli.report.Chart.Point;
import io.github.xnor4j.train.Adam;
import io.github.xnor4j.train.EpochReport;
import io.github.xnor4j.train.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How a training went, as charts and as tables of the same numbers. */
final class Curves {
  private static final int RATES = 200;

  private final Report.Training training;
  private final List<EpochReport> epochs;
  private final Map<Integer, Recorder.Epoch> recorded = new LinkedHashMap<>();
  private final Map<String, Integer> sizes = new LinkedHashMap<>();
  private final double last;

  Curves(Report.Training training) {
    this.training = training;
    this.epochs = training.history().epochs();
    training.recorder().epochs().forEach(epoch -> recorded.put(epoch.epoch(), epoch));
    Recorder.binary(training.trainer())
        .forEach(weight -> sizes.put(weight.name(), weight.variable().shape().elements()));
    this.last = Math.max(epochs.size() + (hasOpenEpoch() ? 1 : 0), 1);
  }

  private boolean hasOpenEpoch() {
    for (double loss : training.recorder().openLosses()) {
      if (!Double.isNaN(loss)) {
        return true;
      }
    }
    return false;
  }

  void write(Html html) {
    html.open("section").element("h2", "Training").open("div", "class", "charts");
    loss().write(html, "loss");
    accuracy().write(html, "accuracy");
    flips().write(html, "flips");
    rate().write(html, "rate");
    html.close();
    if (recorded.size() < epochs.size()) {
      html.element(
          "p",
          "Epochs without test images and flips were run before a resume, without --report.",
          "class",
          "note");
    }
    if (!epochs.isEmpty()) {
      writeEpochs(html);
    }
    if (!sizes.isEmpty() && !recorded.isEmpty()) {
      writeFlips(html);
    }
    html.closeLine();
  }

  private List<Point> trained(ToDoubleFunction<EpochReport> value) {
    return epochs.stream().map(e -> new Point(e.epoch(), value.applyAsDouble(e))).toList();
  }

  private List<Point> tested(ToDoubleFunction<Recorder.Epoch> value) {
    return recorded.values().stream()
        .map(e -> new Point(e.epoch(), value.applyAsDouble(e)))
        .toList();
  }

  private Chart loss() {
    List<Point> within = new ArrayList<>();
    recorded.values().forEach(epoch -> addWithin(within, epoch.epoch(), epoch.losses()));
    addWithin(within, epochs.size() + 1, training.recorder().openLosses());
    return new Chart(
        "Loss",
        "Mean loss of each epoch over the training images, each seen by the weights of its step,"
            + " and over the test images after it",
        List.of(
            new Line("training, within epochs", "faint", false, within),
            new Line("training", null, true, trained(EpochReport::loss)),
            new Line("test", null, true, tested(Recorder.Epoch::testLoss))),
        last,
        false,
        "");
  }

  /** Each part's mean loss, at its middle. */
  private static void addWithin(List<Point> points, int epoch, double[] losses) {
    for (int i = 0; i < losses.length; i++) {
      points.add(new Point(epoch - 1 + (i + 0.5) / losses.length, losses[i]));
    }
  }

  private Chart accuracy() {
    return new Chart(
        "Accuracy",
        "Share of training and test images whose class was told, for each epoch",
        List.of(
            new Line("training", null, true, trained(epoch -> 100 * epoch.metric("accuracy"))),
            new Line("test", null, true, tested(epoch -> 100 * epoch.testAccuracy()))),
        last,
        false,
        " %");
  }

  private Chart flips() {
    List<Line> lines = new ArrayList<>();
    sizes.forEach(
        (name, size) ->
            lines.add(
                new Line(
                    name.replaceFirst("/kernel$", ""),
                    null,
                    true,
                    tested(
                        epoch ->
                            epoch.flips() == null
                                ? Double.NaN
                                : 100.0 * epoch.flips().get(name) / size))));
    return new Chart(
        "Flipped weights",
        "Share of each layer's binary weights that have another sign than an epoch before",
        lines,
        last,
        true,
        " %");
  }

  private Chart rate() {
    List<Point> points = new ArrayList<>();
    if (training.trainer().setup().optimizer() instanceof Adam adam) {
      Schedule rate = adam.rate();
      long steps = training.recorder().lastStep();
      for (int i = 0; i <= RATES; i++) {
        long step = Math.round((double) steps * i / RATES);
        points.add(new Point((double) step / training.recorder().stepsOfEpoch(), rate.at(step)));
      }
    }
    return new Chart(
        "Learning rate",
        "The optimizer's learning rate at each step",
        List.of(new Line("learning rate", null, false, points)),
        last,
        true,
        "");
  }

  private void writeEpochs(Html html) {
    Page.openTable(html, "Numbers of the curves");
    Page.row(
        html,
        "th",
        "epoch",
        "training loss",
        "test loss",
        "training accuracy",
        "test accuracy",
        "seconds",
        "images/s");
    for (EpochReport epoch : epochs) {
      Recorder.Epoch more = recorded.get(epoch.epoch());
      Page.row(
          html,
          "td",
          epoch.epoch(),
          Page.format("%.4f", epoch.loss()),
          more == null ? "" : Page.format("%.4f", more.testLoss()),
          Page.percent(epoch.metric("accuracy")),
          more == null ? "" : Page.percent(more.testAccuracy()),
          Page.format("%.1f", epoch.seconds()),
          Page.format("%.0f", epoch.imagesPerSecond()));
    }
    Page.closeTable(html);
  }

  private void writeFlips(Html html) {
    Page.openTable(html, "Flipped weights of each layer and epoch");
    List<Object> head = new ArrayList<>(List.of("layer", "weights"));
    recorded.keySet().forEach(epoch -> head.add("epoch " + epoch));
    Page.row(html, "th", head.toArray());
    sizes.forEach(
        (name, size) -> {
          List<Object> cells = new ArrayList<>(List.of(name, size));
          for (Recorder.Epoch epoch : recorded.values()) {
            cells.add(epoch.flips() == null ? "" : epoch.flips().get(name));
          }
          Page.row(html, "td", cells.toArray());
        });
    Page.closeTable(html);
  }
}
