package io.github.xnor4j.nn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers and calls of the part of a graph that leads from inputs to outputs, in the order in which
 * Keras has them ({@code keras.engine.functional._map_graph_network}): layers by their largest
 * distance from an output, the farthest first, and by the order in which a depth-first walk from
 * the outputs meets them.
 */
final class ModelGraph {
  /**
   * One call of a layer.
   *
   * @param layer index of the layer
   * @param inputs indices of the calls whose outputs it takes; none for inputs of the model
   */
  record Call(int layer, List<Integer> inputs) {
    Call {
      inputs = List.copyOf(inputs);
    }
  }

  private final Map<Layer, Integer> met = new IdentityHashMap<>();
  private final Map<Layer, Integer> layerDepth = new IdentityHashMap<>();
  private final Map<Symbol, Integer> depth = new IdentityHashMap<>();
  private final List<Symbol> symbols = new ArrayList<>();
  private final List<Layer> layers;

  ModelGraph(List<? extends Symbol> outputs) {
    walk(outputs);
    measure();
    layers = new ArrayList<>(met.keySet());
    Comparator<Layer> byDepth = Comparator.comparing(layerDepth::get, Comparator.reverseOrder());
    layers.sort(byDepth.thenComparing(met::get));
  }

  static Layer layer(Symbol symbol) {
    return switch (symbol) {
      case InputLayer input -> input;
      case LayerOutput output -> output.layer();
    };
  }

  static List<Symbol> inputs(Symbol symbol) {
    return switch (symbol) {
      case InputLayer input -> List.of();
      case LayerOutput output -> output.inputs();
    };
  }

  /** Depth first with a stack of its own, so that no depth of a graph overflows Java's. */
  private void walk(List<? extends Symbol> outputs) {
    record Visit(Symbol symbol, int next) {}
    Set<Symbol> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> open = new ArrayDeque<>();
    for (Symbol output : outputs) {
      open.push(new Visit(output, 0));
      while (!open.isEmpty()) {
        Visit visit = open.pop();
        Symbol symbol = visit.symbol();
        if (visit.next() == 0 && !seen.add(symbol)) {
          continue;
        }
        met.putIfAbsent(layer(symbol), met.size());
        if (visit.next() < inputs(symbol).size()) {
          open.push(new Visit(symbol, visit.next() + 1));
          open.push(new Visit(inputs(symbol).get(visit.next()), 0));
        } else {
          symbols.add(symbol);
        }
      }
    }
  }

  private void measure() {
    for (Symbol symbol : symbols.reversed()) {
      int here = Math.max(depth.getOrDefault(symbol, 0), layerDepth.getOrDefault(layer(symbol), 0));
      depth.put(symbol, here);
      layerDepth.put(layer(symbol), here);
      inputs(symbol).forEach(input -> depth.merge(input, here + 1, Math::max));
    }
  }

  /** The layers in Keras' order, each once. */
  List<Layer> layers() {
    return layers;
  }

  /** All calls, each behind those whose outputs it takes. */
  List<Symbol> symbols() {
    return symbols;
  }

  /** {@link #symbols} as indices. */
  List<Call> calls() {
    Map<Symbol, Integer> index = new IdentityHashMap<>();
    Map<Layer, Integer> layerIndex = new IdentityHashMap<>();
    layers.forEach(layer -> layerIndex.put(layer, layerIndex.size()));
    List<Call> calls = new ArrayList<>();
    for (Symbol symbol : symbols) {
      index.put(symbol, calls.size());
      List<Integer> from = inputs(symbol).stream().map(index::get).toList();
      calls.add(new Call(layerIndex.get(layer(symbol)), from));
    }
    return calls;
  }
}
