package io.github.xnor4j.nn;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The classes of one kind that JSON can name.
 *
 * @param <T> the kind
 */
final class KerasObjects<T extends KerasObject> {
  static final KerasObjects<Quantizer> QUANTIZERS =
      new KerasObjects<Quantizer>("quantizer", "larq.quantizers")
          .add("SteSign", "ste_sign", c -> new SteSign(clip(c)))
          .add("ApproxSign", "approx_sign", c -> new ApproxSign())
          .add("SwishSign", "swish_sign", c -> new SwishSign(c.number32("beta", 5)))
          .add("SteHeaviside", "ste_heaviside", c -> new SteHeaviside(clip(c)))
          .add("MagnitudeAwareSign", "magnitude_aware_sign", c -> new MagnitudeAwareSign(clip(c)))
          .add("SteTern", "ste_tern", KerasObjects::steTern)
          .add("DoReFa", "dorefa_quantizer", KerasObjects::doReFa)
          .add("NoOp", "NoOpQuantizer", c -> new NoOp(c.integer("precision")));

  static final KerasObjects<Constraint> CONSTRAINTS =
      new KerasObjects<Constraint>("constraint", "larq.constraints")
          .add("weight_clip", "WeightClip", KerasObjects::weightClip);

  static final KerasObjects<Initializer> INITIALIZERS =
      new KerasObjects<Initializer>("initializer", "keras.initializers")
          .add("GlorotUniform", "glorot_uniform", KerasObjects::glorotUniform)
          .add("Zeros", "zeros", config -> Initializers.zeros())
          .add("Ones", "ones", config -> Initializers.ones())
          .add("Constant", "constant", c -> Initializers.constant(c.number32("value", 0)));

  private final String kind;
  private final String module;
  private final Map<String, Function<JsonConfig, T>> classes = new LinkedHashMap<>();
  private final Map<String, String> aliases = new LinkedHashMap<>();

  private KerasObjects(String kind, String module) {
    this.kind = kind;
    this.module = module;
  }

  private KerasObjects<T> add(String name, String alias, Function<JsonConfig, T> reader) {
    classes.put(name, reader);
    aliases.put(alias, name);
    return this;
  }

  /** Larq's None stands for no limit. */
  private static float clip(JsonConfig config) {
    boolean unlimited = config.has("clip_value") && config.get("clip_value") == null;
    return unlimited ? Float.POSITIVE_INFINITY : config.number32("clip_value", 1);
  }

  private static Quantizer steTern(JsonConfig config) {
    return new SteTern(
        config.number32("threshold_value", SteTern.DEFAULT_THRESHOLD),
        config.bool("ternary_weight_networks", false),
        clip(config));
  }

  private static Quantizer doReFa(JsonConfig config) {
    return new DoReFa(
        config.integer("k_bit", 2),
        config.choice("mode", DoReFa.Mode.class, DoReFa.Mode.ACTIVATIONS));
  }

  private static Constraint weightClip(JsonConfig config) {
    return Constraints.weightClip(config.number32("clip_value", 1));
  }

  private static Initializer glorotUniform(JsonConfig config) {
    config.ignore("seed"); // the seed is that of the training
    return Initializers.glorotUniform();
  }

  /**
   * The module of Keras or Larq that has the class, for writing.
   *
   * @throws IllegalArgumentException if it has not, or if the object is of a user's class of the
   *     same name, which would be read back as the library's
   */
  String module(KerasObject object) {
    if (!classes.containsKey(object.className()) || !isOurs(object)) {
      throw new IllegalArgumentException(
          kind
              + " "
              + object.className()
              + " ("
              + object.getClass().getName()
              + ") has no JSON form, expected one of "
              + names());
    }
    return module;
  }

  /** Whether an object is of this library's classes: only those are made again by reading. */
  static boolean isOurs(KerasObject object) {
    return object.getClass().getPackageName().equals(KerasObjects.class.getPackageName());
  }

  private Iterable<String> names() {
    return classes.keySet();
  }

  /**
   * Reads a name or an object with class name and parameters.
   *
   * @param owner for messages
   */
  T read(String owner, JsonElement element) {
    if (element instanceof JsonPrimitive text && text.isString()) {
      return make(
          owner, text.getAsString(), JsonConfig.of(owner, new com.google.gson.JsonObject()));
    }
    JsonConfig outer = JsonConfig.of(owner, element);
    String name = outer.string("class_name", "");
    JsonConfig config = outer.child("config", owner + ", " + kind + " " + name);
    outer.ignore("module", "registered_name", "shared_object_id");
    outer.finish();
    return make(owner, name, config);
  }

  private T make(String owner, String name, JsonConfig config) {
    Function<JsonConfig, T> reader = classes.get(aliases.getOrDefault(name, name));
    if (reader == null) {
      throw new IllegalArgumentException(
          owner + ": " + kind + " \"" + name + "\" is not supported, expected one of " + names());
    }
    config.ignore("name", "trainable", "dtype");
    T made = reader.apply(config);
    config.finish();
    return made;
  }
}
