package io.github.xnor4j.testkit;

import com.google.gson.JsonElement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What golden cases need and nobody has built yet: the only reasons to skip a case. Any other
 * refusal fails it, or a parameter that no longer works would go unseen.
 *
 * <p>The list only shrinks. Whoever builds something on it removes its name: {@link
 * #requireUnlisted} fails a case that passes although it needs a listed name, and a test of the
 * testkit fails for a name that is no longer refused.
 *
 * @param kind what it is
 * @param name its name, as cases and models have it
 */
record NotBuilt(Kind kind, String name) {
  /** Groups of cases without a reader for their files. */
  static final Set<String> GROUPS = Set.of("import", "lce");

  /** Names, of variant holdout's cases too. */
  static final List<NotBuilt> ALL =
      Stream.of(
              names(
                  Kind.LAYER,
                  "QuantConv1D",
                  "QuantConv3D",
                  "QuantConv2DTranspose",
                  "QuantConv3DTranspose",
                  "QuantDepthwiseConv2D",
                  "QuantSeparableConv1D",
                  "QuantSeparableConv2D",
                  "QuantLocallyConnected1D",
                  "QuantLocallyConnected2D",
                  "DepthwiseConv2D",
                  "MaxPooling1D",
                  "GlobalAveragePooling2D",
                  "GlobalMaxPooling2D",
                  "ReLU",
                  "PReLU",
                  "Reshape",
                  "Concatenate",
                  "ZeroPadding2D",
                  "TFOpLambda",
                  "Lambda"),
              names(Kind.MODEL, "BinaryDenseNet"),
              names(Kind.PADDING, "causal"),
              names(Kind.QUANTIZER, "function"),
              names(Kind.INITIALIZER, "HeNormal", "GlorotNormal", "function"),
              names(Kind.REGULARIZER, "L2"),
              names(Kind.OPTIMIZER, "RMSprop", "Bop", "CaseOptimizer"),
              names(
                  Kind.METRIC,
                  "FlipRatio",
                  "CategoricalAccuracy",
                  "SparseTopKCategoricalAccuracy",
                  "TopKCategoricalAccuracy"))
          .flatMap(List::stream)
          .toList();

  /** Kinds of names: how a reader refuses one, and the end of the key that one stands under. */
  enum Kind {
    LAYER("class \"%s\" is not supported", ""),
    MODEL("class_name is \"%s\"", ""),
    PADDING("padding is \"%s\"", "padding"),
    QUANTIZER("quantizer \"%s\" is not supported", "_quantizer"),
    INITIALIZER("initializer \"%s\" is not supported", "_initializer"),
    REGULARIZER("\"class_name\":\"%s\"", "_regularizer"),
    OPTIMIZER("optimizer \"%s\" is not supported", ""),
    METRIC("metric \"%s\" is not supported", "");

    private final String refusal;
    private final String key;

    Kind(String refusal, String key) {
      this.refusal = refusal;
      this.key = key;
    }
  }

  private static List<NotBuilt> names(Kind kind, String... names) {
    return Arrays.stream(names).map(name -> new NotBuilt(kind, name)).toList();
  }

  /** Whether it is what the message refuses. */
  boolean isRefusedBy(String message) {
    return message.contains(kind.refusal.formatted(name));
  }

  /**
   * Ends a case for which something is refused: skips it if that is on the list.
   *
   * @return never; for a throw statement
   * @throws IllegalArgumentException the refusal, if it is about anything else
   */
  static RuntimeException refused(IllegalArgumentException refusal) {
    for (NotBuilt each : ALL) {
      if (each.isRefusedBy(refusal.getMessage())) {
        return Assumptions.abort("not built yet: " + each);
      }
    }
    throw refusal;
  }

  /** Ends a case for which the testkit itself knows no class of the name. */
  static RuntimeException refused(Kind kind, String name) {
    return refused(new IllegalArgumentException(kind.refusal.formatted(name)));
  }

  /**
   * Fails if something that a case needs is on the list.
   *
   * @param what the case, which has passed
   * @param needs the JSON that it was read from
   */
  static void requireUnlisted(String what, JsonElement needs) {
    List<NotBuilt> built = ALL.stream().filter(each -> each.isIn("", needs)).toList();
    if (!built.isEmpty()) {
      throw new AssertionError(
          what + " passes with " + built + ", which is built then: remove it from NotBuilt.ALL");
    }
  }

  /**
   * Whether a value under a key has the name; a class's name stands under the key of its object.
   */
  private boolean isIn(String key, JsonElement value) {
    if (value.isJsonObject()) {
      for (Map.Entry<String, JsonElement> entry : value.getAsJsonObject().entrySet()) {
        boolean own = entry.getKey().equals("class_name");
        if (isIn(own ? key : entry.getKey(), entry.getValue())) {
          return true;
        }
      }
      return false;
    }
    if (value.isJsonArray()) {
      return value.getAsJsonArray().asList().stream().anyMatch(each -> isIn(key, each));
    }
    return value.isJsonPrimitive() && value.getAsString().equals(name) && key.endsWith(kind.key);
  }

  /** Kind and name. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + name;
  }
}
