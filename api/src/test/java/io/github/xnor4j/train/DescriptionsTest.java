package io.github.xnor4j.train;

import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.nn.KerasObject;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Padding;
import io.github.xnor4j.nn.Sequential;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DescriptionsTest {
  private record Part(String className, Map<String, Object> config) implements KerasObject {}

  @Test
  void parametersStandInOneOrderAndAreTheSameTextInEveryJvm() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("z", Float.NaN);
    config.put("y", Arrays.asList(1, null, Padding.SAME));
    config.put("x", new Part("Inner", Map.of("a", true)));
    config.put("w", new int[] {1}); // its own text would have an address in it
    Runnable lambda = () -> {};
    config.put("v", lambda);
    assertEquals(
        "Part(v "
            + getClass().getName()
            + "$$Lambda, w [I, x Inner(a true), y [1, null, SAME], z NaN)",
        Descriptions.of(new Part("Part", config)));
  }

  @Test
  void layersStandWithTheirParameters() {
    Model inner = Sequential.of(input(6, 6, 1), quantConv2D(2, 3, 1).name("in"), flatten());
    Model model = Sequential.of(input(6, 6, 1), inner.name("nested"));
    List<String> lines = Descriptions.lines(model);
    assertTrue(
        lines.containsAll(
            List.of(
                "Sequential 'nested'",
                "QuantConv2D 'nested/in': kernel_size [3, 1]",
                "QuantConv2D 'nested/in': padding VALID")),
        lines.toString());
  }
}
