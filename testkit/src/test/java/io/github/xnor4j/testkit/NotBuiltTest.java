package io.github.xnor4j.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.train.Metrics;
import io.github.xnor4j.train.Optimizers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/** The list of what is not built holds no name that is, and is the only reason for a skip. */
final class NotBuiltTest {
  static List<NotBuilt> all() {
    return NotBuilt.ALL;
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyNameIsRefused(NotBuilt each) {
    String name = each.name();
    switch (each.kind()) {
      case LAYER -> refused(each, () -> KerasJson.readLayer(object(name, "")));
      case MODEL -> refused(each, () -> KerasJson.read(object(name, "")));
      case QUANTIZER -> refused(each, () -> dense("kernel_quantizer", name));
      case INITIALIZER -> refused(each, () -> dense("kernel_initializer", name));
      case REGULARIZER -> refused(each, () -> dense("kernel_regularizer", name));
      case PADDING ->
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  KerasJson.readLayer(
                      object(
                          "QuantConv1D",
                          "\"filters\": 1, \"kernel_size\": [3], \"padding\": \"%s\""
                              .formatted(name))),
              each + " is built: remove it from NotBuilt.ALL");
      case OPTIMIZER -> noFactory(each, Optimizers.class);
      case METRIC -> noFactory(each, Metrics.class);
    }
  }

  private static void refused(NotBuilt each, Executable reader) {
    String remedy = each + " is built: remove it from NotBuilt.ALL";
    String message = assertThrows(IllegalArgumentException.class, reader, remedy).getMessage();
    assertTrue(each.isRefusedBy(message), remedy + "; reading it says: " + message);
  }

  private static void noFactory(NotBuilt each, Class<?> factories) {
    boolean built =
        Arrays.stream(factories.getMethods())
            .anyMatch(method -> method.getName().equalsIgnoreCase(each.name()));
    assertFalse(built, each + " is built: remove it from NotBuilt.ALL, and read it in the testkit");
  }

  private static void dense(String key, String className) {
    String config = "\"units\": 1, \"%s\": %s".formatted(key, object(className, ""));
    KerasJson.readLayer(object("QuantDense", config));
  }

  private static String object(String className, String config) {
    return "{\"class_name\": \"%s\", \"config\": {%s}}".formatted(className, config);
  }

  @Test
  void aListedRefusalSkips() {
    assertThrows(
        TestAbortedException.class,
        () -> GoldenConfig.built(() -> KerasJson.readLayer(object("QuantConv1D", ""))));
  }

  @Test
  void anyOtherRefusalFails() {
    String config = "\"filters\": 1, \"kernel_size\": [3, 3], \"padding\": \"full\"";
    for (String className : List.of("QuantConv2D", "Nonsense")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> GoldenConfig.built(() -> KerasJson.readLayer(object(className, config))));
    }
  }

  @Test
  void aListedNameThatACasePassesWithFails() {
    String needs = "{\"op\": \"QuantDense\", \"config\": {\"%s\": {\"class_name\": \"L2\"}}}";
    NotBuilt.requireUnlisted("case", JsonParser.parseString(needs.formatted("kernel_quantizer")));
    assertThrows(
        AssertionError.class,
        () ->
            NotBuilt.requireUnlisted(
                "case", JsonParser.parseString(needs.formatted("kernel_regularizer"))));
  }
}
