package io.github.xnor4j.nn;

import java.util.Map;

/**
 * What Keras' JSON stores as a class name and a map of parameters. A class of one's own has both,
 * too, though no JSON can be read back as it: messages name it by them, and by them a checkpoint
 * tells one optimizer or schedule from another.
 */
public interface KerasObject {
  /** Keras' or Larq's name of the class, such as {@code SteSign}. */
  String className();

  /**
   * The parameters by Keras' names: numbers, booleans, strings, lists, other such objects, null. In
   * any order.
   */
  Map<String, Object> config();
}
