package io.github.xnor4j.nn;

import java.util.Map;

/** What Keras' JSON stores as a class name and a map of parameters. */
public interface KerasObject {
  /** Keras' or Larq's name of the class, such as {@code SteSign}. */
  String className();

  /** The parameters by Keras' names: numbers, booleans, strings, lists, null. */
  Map<String, Object> config();
}
