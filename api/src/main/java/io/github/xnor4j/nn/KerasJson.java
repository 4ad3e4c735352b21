package io.github.xnor4j.nn;

/** Reads and writes Keras' own JSON configuration of models. */
public final class KerasJson {
  private KerasJson() {}
}
