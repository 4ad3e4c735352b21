package io.github.xnor4j.nn;

import io.github.xnor4j.nn.ModelGraph.Call;
import io.github.xnor4j.tensor.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The two tables of {@code larq.models.summary}, character for character: for each layer input
 * precision, output shape, weights by bits, memory and multiply-accumulate operations by bits, and
 * the totals. Larq's ways of counting are kept: of batch normalization only the moving statistics
 * count, and a multiplication has the larger of its operands' bits.
 */
public final class Summary {
  private static final int BITS_PER_KIB = 8 * 1024;
  private static final String UNKNOWN = "?";
  private static final String NONE = "-";

  private final List<Row> rows = new ArrayList<>();
  private final String name;

  /** Values of a weight. */
  private record Values(long count, int bits, boolean trainable) {}

  /** Multiply-accumulate operations of one precision. */
  private record Operations(long count, int bits) {}

  /** What is known about a layer; a nested model is one too. */
  private record Row(
      String name,
      String inputPrecision,
      String outputs,
      List<Values> values,
      List<Operations> operations,
      boolean countsOperations) {}

  private Summary(Model model) {
    this.name = model.name();
    rows.addAll(rows(model, model.trainable()));
  }

  /** Both tables, without a line break at the end. */
  public static String of(Model model) {
    return of(model, true);
  }

  /**
   * Both tables, without a line break at the end.
   *
   * @param includeMacs whether the second table tells the operations, as Larq's {@code
   *     include_macs}
   */
  public static String of(Model model, boolean includeMacs) {
    Summary summary = new Summary(model);
    return summary.layersTable() + "\n" + summary.totalsTable(includeMacs);
  }

  // ---- counting

  private static List<Row> rows(Model model, boolean trainable) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < model.layers().size(); i++) {
      boolean listed = !(model.isSequential() && model.layers().get(i) instanceof InputLayer);
      if (listed) {
        rows.add(row(model, i, trainable));
      }
    }
    return rows;
  }

  private static Row row(Model model, int index, boolean trainable) {
    Layer layer = model.layers().get(index);
    List<Integer> calls = callsOf(model, index);
    Shape output = model.shape(calls.getFirst());
    boolean same = calls.stream().allMatch(call -> model.shape(call).equals(output));
    String outputs = same ? shape(output) : "multiple";
    Quantizer quantizer = layer.inputQuantizer();
    String precision = quantizer == null ? NONE : Integer.toString(quantizer.precision());
    boolean trained = trainable && layer.trainable();
    if (layer instanceof Model nested) {
      List<Row> inner = rows(nested, trained);
      return new Row(
          layer.name(),
          precision,
          outputs,
          inner.stream().flatMap(row -> row.values().stream()).toList(),
          inner.stream().flatMap(row -> row.operations().stream()).toList(),
          true);
    }
    Call first = model.calls().get(calls.getFirst());
    List<WeightSpec> weights =
        layer.weights(first.inputs().stream().map(model::shape).toList()).stream()
            .filter(weight -> isCounted(layer, weight))
            .toList();
    List<Values> values =
        weights.stream()
            .map(w -> new Values(w.shape().elements(), bits(w), w.trainable() && trained))
            .toList();
    return new Row(
        layer.name(),
        precision,
        outputs,
        values,
        operations(layer, weights, output.rows()),
        layer.macs() != Layer.Macs.UNKNOWN);
  }

  private static List<Integer> callsOf(Model model, int layer) {
    List<Integer> calls = new ArrayList<>();
    for (int call = 0; call < model.calls().size(); call++) {
      if (model.calls().get(call).layer() == layer) {
        calls.add(call);
      }
    }
    return calls;
  }

  /** Larq leaves out beta and gamma, which deployment folds into the moving statistics. */
  private static boolean isCounted(Layer layer, WeightSpec weight) {
    return !(layer instanceof BatchNormalization)
        || weight.name().equals(BatchNormalization.MOVING_MEAN)
        || weight.name().equals(BatchNormalization.MOVING_VARIANCE);
  }

  private static int bits(WeightSpec weight) {
    return weight.quantizer() == null ? Weight.FLOAT_PRECISION : weight.quantizer().precision();
  }

  private static List<Operations> operations(Layer layer, List<WeightSpec> weights, int pixels) {
    if (layer.macs() != Layer.Macs.COUNTED) {
      return List.of();
    }
    Quantizer quantizer = layer.inputQuantizer();
    int inputBits = quantizer == null ? Weight.FLOAT_PRECISION : quantizer.precision();
    return weights.stream()
        // Larq looks for "bias" in the whole name, the layer's too
        .filter(weight -> !(layer.name() + "/" + weight.name()).contains(KernelLayer.BIAS))
        .map(
            weight ->
                new Operations(
                    (long) weight.shape().elements() * pixels, Math.max(inputBits, bits(weight))))
        .toList();
  }

  private static String shape(Shape shape) {
    return Arrays.stream(shape.dims())
        .mapToObj(dim -> ", " + dim)
        .collect(Collectors.joining("", "(-1", shape.rank() == 0 ? ",)" : ")"));
  }

  private static long count(List<Row> rows, Predicate<Values> which) {
    return rows.stream()
        .flatMap(row -> row.values().stream())
        .filter(which)
        .mapToLong(Values::count)
        .sum();
  }

  /** Bits of all weights. */
  private static long memory(List<Row> rows) {
    return rows.stream()
        .flatMap(row -> row.values().stream())
        .mapToLong(values -> values.count() * values.bits())
        .sum();
  }

  private static long operations(List<Row> rows, Predicate<Operations> which) {
    return rows.stream()
        .flatMap(row -> row.operations().stream())
        .filter(which)
        .mapToLong(Operations::count)
        .sum();
  }

  // ---- first table

  private String layersTable() {
    SortedSet<Integer> weightBits = new TreeSet<>();
    SortedSet<Integer> operationBits = new TreeSet<>();
    for (Row row : rows) {
      row.values().forEach(values -> weightBits.add(values.bits()));
      row.operations().forEach(operations -> operationBits.add(operations.bits()));
    }
    List<List<String>> cells = new ArrayList<>();
    List<String> upper = new ArrayList<>(List.of("Layer", "Input prec.", "Outputs"));
    List<String> lower = new ArrayList<>(List.of("", "(bit)", ""));
    for (int bits : weightBits) {
      upper.add("# " + bits + "-bit");
      lower.add("x 1");
    }
    upper.add("Memory");
    lower.add("(kB)");
    for (int bits : operationBits) {
      upper.add(bits + "-bit MACs");
      lower.add("");
    }
    cells.add(upper);
    cells.add(lower);
    for (Row row : rows) {
      List<String> start = List.of(row.name(), row.inputPrecision(), row.outputs());
      List<Row> only = List.of(row);
      cells.add(cells(start, only, weightBits, operationBits, row.countsOperations()));
    }
    cells.add(cells(List.of("Total", "", ""), rows, weightBits, operationBits, true));
    return table(name + " stats", cells, List.of(2, cells.size() - 1));
  }

  private static List<String> cells(
      List<String> start,
      List<Row> rows,
      SortedSet<Integer> weightBits,
      SortedSet<Integer> operationBits,
      boolean countsOperations) {
    List<String> cells = new ArrayList<>(start);
    for (int bits : weightBits) {
      cells.add(Long.toString(count(rows, values -> values.bits() == bits)));
    }
    long memory = memory(rows);
    cells.add(memory == 0 ? "0" : decimals((double) memory / BITS_PER_KIB, 2));
    for (int bits : operationBits) {
      long operations = operations(rows, o -> o.bits() == bits);
      cells.add(countsOperations ? Long.toString(operations) : UNKNOWN);
    }
    return cells;
  }

  // ---- second table

  private String totalsTable(boolean includeMacs) {
    long memory = memory(rows);
    long floatMemory = count(rows, values -> true) * Weight.FLOAT_PRECISION;
    long byteMemory =
        rows.stream()
            .flatMap(row -> row.values().stream())
            .mapToLong(values -> values.count() * Math.min(values.bits(), 8))
            .sum();
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("Total params", number(count(rows, values -> true))));
    cells.add(List.of("Trainable params", number(count(rows, Values::trainable))));
    cells.add(List.of("Non-trainable params", number(count(rows, v -> !v.trainable()))));
    cells.add(List.of("Model size", memory(memory)));
    cells.add(List.of("Model size (8-bit FP weights)", memory(byteMemory)));
    cells.add(List.of("Float-32 Equivalent", memory(floatMemory)));
    double compression = floatMemory == 0 ? 0 : (double) memory / floatMemory;
    cells.add(List.of("Compression Ratio of Memory", decimals(compression, 2)));
    if (includeMacs) {
      long operations = operations(rows, o -> true);
      cells.add(List.of("Number of MACs", number(operations)));
      addRatio(cells, "Ratio of MACs that are binarized", operations, 1);
      addRatio(cells, "Ratio of MACs that are ternarized", operations, 2);
    }
    return table(name + " summary", cells, List.of());
  }

  private void addRatio(List<List<String>> cells, String label, long operations, int bits) {
    long some = operations(rows, o -> o.bits() == bits);
    if (some > 0) {
      cells.add(List.of(label, decimals((double) some / operations, 4)));
    }
  }

  // ---- text

  private static String decimals(double value, int digits) {
    return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** Three significant figures and a unit of thousands. */
  private static String number(long value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_EVEN));
    BigDecimal thousand = BigDecimal.valueOf(1000);
    for (String unit : List.of("", " k", " M", " B", " T")) {
      if (rounded.compareTo(thousand) < 0) {
        return rounded.stripTrailingZeros().toPlainString() + unit;
      }
      rounded = rounded.movePointLeft(3);
    }
    return String.format(Locale.ROOT, "%.2E", (double) value);
  }

  /** Bits in the largest unit of bytes that leaves at least 1. */
  private static String memory(long bits) {
    List<String> units = List.of("B", "KiB", "MiB", "GiB");
    double amount = bits / 8.0;
    int unit = 0;
    while (amount >= 1024 && unit < units.size() - 1) {
      amount /= 1024;
      unit++;
    }
    DecimalFormat format =
        new DecimalFormat("#,##0.00", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return format.format(amount) + " " + units.get(unit);
  }

  /**
   * A table as the Python package terminaltables draws it without inner column borders.
   *
   * @param cells lines of cells: the first left-justified; the others right-justified in the first
   *     table and left-justified in the second, which has no borders
   * @param borders indices of the lines that have a border above
   */
  private static String table(String title, List<List<String>> cells, List<Integer> borders) {
    int columns = cells.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> line : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    int inner = Arrays.stream(widths).sum() + 2 * columns;
    String border = "+" + "-".repeat(inner) + "+\n";
    String shown = title.length() <= inner ? title : "";
    StringBuilder text = new StringBuilder();
    text.append('+').append(shown).append("-".repeat(inner - shown.length())).append("+\n");
    for (int i = 0; i < cells.size(); i++) {
      text.append(borders.contains(i) ? border : "");
      text.append(line(cells.get(i), widths, !borders.isEmpty()));
    }
    return text.append(border.stripTrailing()).toString();
  }

  private static String line(List<String> cells, int[] widths, boolean rightJustified) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < cells.size(); i++) {
      String gap = " ".repeat(widths[i] - cells.get(i).length());
      boolean right = rightJustified && i > 0;
      line.append(' ').append(right ? gap + cells.get(i) : cells.get(i) + gap).append(' ');
    }
    return line.append("|\n").toString();
  }
}
