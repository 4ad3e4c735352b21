package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a program is compiled to.
 *
 * @param launches in order
 * @param inputs where the program's inputs go, in its order
 * @param outputs where its outputs lie at the end
 * @param reads where variables go before the first launch
 * @param assignments where variables' new contents lie at the end
 * @param constants what lies in the arenas from the start
 * @param lengths elements of each arena
 */
public record GpuPlan(
    List<Launch> launches,
    List<Slot> inputs,
    List<Slot> outputs,
    List<State> reads,
    List<State> assignments,
    List<Content> constants,
    Map<Arena, Integer> lengths) {
  /**
   * An input or an output.
   *
   * @param name the program's
   * @param type of the tensor
   * @param buffer where it lies
   */
  public record Slot(String name, Type type, Buffer buffer) {}

  /**
   * A variable's content.
   *
   * @param variable whose
   * @param buffer where it lies
   */
  public record State(Variable variable, Buffer buffer) {}

  /**
   * A constant.
   *
   * @param value its content
   * @param buffer where it lies
   */
  public record Content(Tensor value, Buffer buffer) {}

  /** Copies the lists. */
  public GpuPlan {
    launches = List.copyOf(launches);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    reads = List.copyOf(reads);
    assignments = List.copyOf(assignments);
    constants = List.copyOf(constants);
    lengths = Map.copyOf(new EnumMap<>(lengths));
  }

  /** Bytes of device memory that the arenas take. */
  public long bytes() {
    return lengths.entrySet().stream()
        .mapToLong(e -> (long) e.getValue() * e.getKey().bytes())
        .sum();
  }

  /** What memory is used. */
  public String describe() {
    return "arenas: %,d bytes".formatted(bytes());
  }
}
