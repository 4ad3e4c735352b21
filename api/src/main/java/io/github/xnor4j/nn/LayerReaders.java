package io.github.xnor4j.nn;

import com.google.gson.JsonElement;
import io.github.xnor4j.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Makes layers of Keras' parameters, one reader for each class. */
final class LayerReaders {
  private static final Map<String, BiFunction<LayerId, JsonConfig, Layer>> READERS =
      new LinkedHashMap<>();

  static {
    READERS.put(InputLayer.CLASS, LayerReaders::input);
    READERS.put(QuantConv2D.CLASS, LayerReaders::conv2D);
    READERS.put(QuantConv2D.PLAIN, LayerReaders::conv2D);
    READERS.put(QuantDense.CLASS, LayerReaders::dense);
    READERS.put(QuantDense.PLAIN, LayerReaders::dense);
    READERS.put(Pooling2D.MAX, LayerReaders::pooling);
    READERS.put(Pooling2D.AVERAGE, LayerReaders::pooling);
    READERS.put(BatchNormalization.CLASS, LayerReaders::batchNormalization);
    READERS.put(Flatten.CLASS, LayerReaders::flatten);
    READERS.put(ActivationLayer.CLASS, LayerReaders::activation);
    READERS.put(Add.CLASS, (id, config) -> new Add(id));
  }

  private LayerReaders() {}

  /** Whether there is a reader for a class. */
  static boolean knows(String className) {
    return READERS.containsKey(className);
  }

  /** Refuses classes without a reader. */
  static void requireKnown(String className, JsonConfig config) {
    if (!knows(className)) {
      throw config.error(
          "class \"" + className + "\" is not supported, expected one of " + READERS.keySet());
    }
  }

  /** Reads a layer. */
  static Layer read(String className, JsonConfig config) {
    requireKnown(className, config);
    Layer layer = READERS.get(className).apply(id(className, config), config);
    config.finish();
    return layer;
  }

  private static LayerId id(String className, JsonConfig config) {
    LayerId id = LayerId.of(className).trainable(config.bool("trainable", true));
    String name = config.string("name", null);
    if (!className.equals(InputLayer.CLASS)) {
      requireFloat32(config);
      config.ignore("batch_input_shape"); // of the first layer, known from the input in front
    }
    return name == null ? id : id.name(name);
  }

  /** Refuses other dtypes, and policies such as mixed_float16, by their name. */
  static void requireFloat32(JsonConfig config) {
    config.expect(
        "dtype",
        "float32",
        "in Keras: keras.config.set_dtype_policy(\"float32\") before the model is built, and no"
            + " dtype given to layers");
  }

  private static void requireChannelsLast(JsonConfig config) {
    config.expect(
        "data_format",
        "channels_last",
        "in Keras: keras.config.set_image_data_format(\"channels_last\") before the model is"
            + " built, and input shapes [height, width, channels]");
  }

  private static Layer input(LayerId id, JsonConfig config) {
    String dtype = config.string("dtype", "float32");
    boolean bytes = dtype.equals(KerasJson.PIXELS);
    if (!bytes && !dtype.equals("float32")) {
      throw config.error("dtype is \"" + dtype + "\", expected float32 or " + KerasJson.PIXELS);
    }
    for (String flag : List.of("sparse", "ragged")) {
      if (config.bool(flag, false)) {
        throw config.error(flag + " is true, expected false");
      }
    }
    return new InputLayer(id, batchShape(config), bytes ? PixelScaling.NONE : null);
  }

  /** The shape behind the batch axis of {@code batch_input_shape}. */
  static Shape batchShape(JsonConfig config) {
    String key = config.has("batch_shape") ? "batch_shape" : "batch_input_shape";
    if (config.get(key) == null) {
      throw config.error(
          "the shape of the model's input is missing, expected an InputLayer in front with"
              + " batch_shape (in Keras: begin with keras.Input(shape=(28, 28, 1)), say)");
    }
    List<JsonElement> dims = config.list(key);
    if (dims.isEmpty()) {
      throw config.error(key + " is [], expected a batch axis in front");
    }
    int[] shape = new int[dims.size() - 1];
    for (int i = 0; i < shape.length; i++) {
      JsonElement dim = dims.get(i + 1);
      if (dim.isJsonNull()) {
        throw config.error(
            key
                + " is "
                + JsonConfig.shorten(config.get(key))
                + ", with an unknown extent on axis "
                + (i + 1)
                + ", expected a number (write the size of the images there, as in [null, 28, 28,"
                + " 1])");
      }
      shape[i] = config.integer(key, dim);
      if (shape[i] < 1) {
        throw config.error(key + " has the extent " + shape[i] + ", expected 1 or more");
      }
    }
    return Shape.of(shape);
  }

  private static Quantizer quantizer(JsonConfig config, String key) {
    return config.read(key, e -> KerasObjects.QUANTIZERS.read(config.owner(), e), null);
  }

  private static Constraint constraint(JsonConfig config, String key) {
    return config.read(key, e -> KerasObjects.CONSTRAINTS.read(config.owner(), e), null);
  }

  private static Initializer initializer(JsonConfig config, String key, Initializer otherwise) {
    return config.read(key, e -> KerasObjects.INITIALIZERS.read(config.owner(), e), otherwise);
  }

  private static KernelOptions kernelOptions(LayerId id, JsonConfig config) {
    config.expectNull("kernel_regularizer", "bias_regularizer", "activity_regularizer");
    boolean quantized = id.className().startsWith("Quant");
    return new KernelOptions(
        quantized ? quantizer(config, "input_quantizer") : null,
        quantized ? quantizer(config, "kernel_quantizer") : null,
        config.bool("use_bias", true),
        config.choice("activation", Activation.class, Activation.LINEAR),
        initializer(config, "kernel_initializer", Initializers.glorotUniform()),
        initializer(config, "bias_initializer", Initializers.zeros()),
        constraint(config, "kernel_constraint"),
        constraint(config, "bias_constraint"));
  }

  private static Layer conv2D(LayerId id, JsonConfig config) {
    requireChannelsLast(config);
    return new QuantConv2D(
        id,
        kernelOptions(id, config),
        config.integer("filters"),
        config.size("kernel_size", null),
        config.size("strides", Size.ONE),
        config.choice("padding", Padding.class, Padding.VALID),
        config.size("dilation_rate", Size.ONE),
        config.integer("groups", 1),
        id.className().equals(QuantConv2D.CLASS) ? config.number32("pad_values", 0) : 0);
  }

  private static Layer dense(LayerId id, JsonConfig config) {
    return new QuantDense(id, kernelOptions(id, config), config.integer("units"));
  }

  private static Layer pooling(LayerId id, JsonConfig config) {
    requireChannelsLast(config);
    Size pool = config.size("pool_size", Size.square(2));
    return new Pooling2D(
        id,
        Pooling2D.kindOf(id.className()),
        pool,
        config.size("strides", pool),
        config.choice("padding", Padding.class, Padding.VALID));
  }

  private static Layer batchNormalization(LayerId id, JsonConfig config) {
    config.expectNull("beta_regularizer", "gamma_regularizer");
    BatchNormalization.Initial d = BatchNormalization.Initial.DEFAULTS;
    return new BatchNormalization(
        id,
        axis(config),
        config.number("momentum", 0.99),
        config.number("epsilon", 1e-3),
        config.bool("center", true),
        config.bool("scale", true),
        new BatchNormalization.Initial(
            initializer(config, "gamma_initializer", d.gamma()),
            initializer(config, "beta_initializer", d.beta()),
            initializer(config, "moving_mean_initializer", d.movingMean()),
            initializer(config, "moving_variance_initializer", d.movingVariance())),
        constraint(config, "gamma_constraint"),
        constraint(config, "beta_constraint"));
  }

  /** An axis, alone or in a list. */
  private static int axis(JsonConfig config) {
    JsonElement axis = config.get("axis");
    if (axis == null) {
      return -1;
    }
    if (!axis.isJsonArray()) {
      return config.integer("axis", -1);
    }
    List<JsonElement> axes = config.list("axis");
    if (axes.size() != 1) {
      throw config.error("axis is " + axis + ", expected one axis");
    }
    return config.integer("axis", axes.getFirst());
  }

  private static Layer flatten(LayerId id, JsonConfig config) {
    requireChannelsLast(config);
    return new Flatten(id);
  }

  private static Layer activation(LayerId id, JsonConfig config) {
    return new ActivationLayer(
        id, config.choice("activation", Activation.class, Activation.LINEAR));
  }
}
