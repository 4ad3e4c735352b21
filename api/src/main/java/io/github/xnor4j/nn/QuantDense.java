package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Product of the last axis with a kernel [in, units] (larq.layers.QuantDense); under the class name
 * {@code Dense} Keras' layer, which has no quantizers.
 *
 * @param id class name, name and switches
 * @param options quantizers, bias, activation and so on
 * @param units extent of the output's last axis, at least 1
 */
public record QuantDense(LayerId id, KernelOptions options, int units)
    implements KernelLayer<QuantDense> {
  static final String CLASS = "QuantDense";
  static final String PLAIN = "Dense";

  /** Checks the range. */
  public QuantDense {
    id.require(units >= 1, "units is " + units + ", expected 1 or more");
    id.require(
        !id.className().equals(PLAIN) || !options.isQuantized(),
        "has quantizers, which only " + CLASS + " takes");
  }

  QuantDense(String className, int units) {
    this(LayerId.of(className), KernelOptions.DEFAULTS, units);
  }

  @Override
  public QuantDense withId(LayerId newId) {
    return new QuantDense(newId, options, units);
  }

  @Override
  public QuantDense with(KernelOptions newOptions) {
    return new QuantDense(id, newOptions, units);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = only(inputs);
    id.require(input.rank() >= 1, "input has no axis but the batch, expected a last axis");
    return input.with(-1, units);
  }

  @Override
  public Shape kernelShape(List<Shape> inputs) {
    return Shape.of(inputs.getFirst().dim(-1), units);
  }

  @Override
  public Value product(LayerContext context, Value x, Value kernel) {
    Trace trace = context.trace();
    int in = kernel.shape().dim(0);
    Value filter =
        trace.reshape(trace.transpose(kernel, List.of(1, 0)), Shape.of(units, 1, 1, 1, in));
    // other axes than batch and last are positions, so that the batch stays in front
    int batch = x.shape().dim(0);
    int positions = x.shape().rows() / batch;
    Value rows = trace.reshape(x, Shape.of(batch, 1, 1, positions, in));
    Value y = trace.value(new Op.Conv(rows, filter, Window.point(), 1, 0));
    return trace.reshape(y, x.shape().with(-1, units));
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("units", units);
    config.putAll(options.config());
    if (!className().equals(PLAIN)) {
      config.put("input_quantizer", options.inputQuantizer());
      config.put("kernel_quantizer", options.kernelQuantizer());
    }
    return config;
  }
}
