package io.github.xnor4j.cli.report;

import io.github.xnor4j.nn.Summary;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a report as one page of HTML with its style sheet and pictures in it. */
final class Page {
  private static final int MOST_MISTAKES = 24;
  private static final int MOST_FILTERS = 128;

  private final Report report;
  private final Html html = new Html();

  Page(Report report) {
    this.report = report;
  }

  String html() {
    html.open("html", "lang", "en").open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", report.title());
    html.open("style").raw(style()).close().closeLine();
    html.open("body").open("main");
    writeHead();
    if (report.training() != null) {
      new Curves(report.training()).write(html);
    }
    new Confusion(report.answers()).write(html);
    writeMistakes();
    writeFilters();
    html.open("section").element("h2", "Model");
    html.element("pre", Summary.of(report.model().model()), "tabindex", 0);
    html.closeLine();
    writeFacts("Where it comes from", provenance());
    writeFacts("Machine", report.machine());
    return html.toString();
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeHead() {
    html.open("header").element("h1", report.title()).open("div", "class", "cards");
    int images = report.answers().answers().length;
    card("test accuracy", percent(report.accuracy()));
    card("test loss", format("%.4f", report.loss()));
    card("mistakes", format("%,d", report.answers().mistakes().size()) + format(" of %,d", images));
    if (report.training() != null) {
      card("epochs", report.training().history().epochs().size());
      card("training", format("%.1f s", report.training().seconds()));
    }
    html.close().closeLine();
  }

  private void card(String name, Object value) {
    html.open("div").element("b", value).element("span", name).close();
  }

  private void writeMistakes() {
    List<Integer> mistakes = report.answers().mistakes();
    if (mistakes.isEmpty()) {
      return;
    }
    html.open("section").element("h2", "Worst mistakes");
    html.element("p", "What the model was surest of and wrong about. Images are counted from 0.");
    html.open("div", "class", "mistakes");
    Answers answers = report.answers();
    for (int image : mistakes.subList(0, Math.min(MOST_MISTAKES, mistakes.size()))) {
      String label = answers.name(answers.label(image));
      String said = answers.name(answers.answers()[image]);
      String sure = percent(answers.probabilities()[image]);
      html.open("figure")
          .empty(
              "img",
              "src",
              Pictures.ofImage(answers.data().images(), image),
              "alt",
              "Image " + image + ", " + label + ", taken for " + said,
              "title",
              "image " + image);
      html.open("figcaption").element("b", label).text(" taken for ").element("b", said);
      html.element("span", sure).close().close();
    }
    html.close().closeLine();
  }

  /** Of a first layer that looks at pixels. */
  private void writeFilters() {
    Weight first = report.model().model().weights().stream().findFirst().orElse(null);
    if (first == null || !isOfPixels(first.variable().shape())) {
      return;
    }
    Tensor kernel = report.model().weights().get(first.name());
    boolean binary = first.quantizer() != null && first.precision() == 1;
    int filters = kernel.shape().dim(3);
    html.open("section").element("h2", "Filters of the first layer");
    html.element(
        "p",
        format(
                "%s: %d of %d x %d pixels",
                first.name(), filters, kernel.shape().dim(0), kernel.shape().dim(1))
            + (binary ? "; light is +1, dark is -1" : "; from the smallest weight to the largest"));
    html.open("div", "class", "filters");
    for (int i = 0; i < Math.min(filters, MOST_FILTERS); i++) {
      html.empty(
          "img",
          "src",
          Pictures.ofFilter(kernel, i, binary),
          "alt",
          "filter " + i,
          "title",
          "filter " + i);
    }
    html.close().closeLine();
  }

  private boolean isOfPixels(Shape kernel) {
    int channels = report.answers().data().imageShape().dim(2);
    return kernel.rank() == 4
        && kernel.dim(2) == channels
        && (channels == 1 || channels == 3)
        && kernel.dim(0) * kernel.dim(1) > 1;
  }

  private Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>();
    if (report.model().data() != null && report.model().data().name() != null) {
      facts.put("data", report.model().data().name());
    }
    facts.putAll(report.model().provenance());
    facts.put("model hash", report.model().hash());
    return facts;
  }

  private void writeFacts(String title, Map<String, String> facts) {
    html.open("section").element("h2", title).open("dl");
    facts.forEach((name, value) -> html.element("dt", name).element("dd", value));
    html.close().closeLine();
  }

  // ---- tables and numbers

  /** Opens a table that may be folded away. */
  static void openTable(Html html, String title) {
    html.open("details").element("summary", title).open("div", "class", "wide", "tabindex", 0);
    html.open("table");
  }

  static void closeTable(Html html) {
    html.close().close().closeLine();
  }

  static void row(Html html, String cell, Object... values) {
    html.open("tr");
    for (Object value : values) {
      html.element(cell, value);
    }
    html.close();
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  static String percent(double share) {
    return format("%.2f %%", 100 * share);
  }
}
