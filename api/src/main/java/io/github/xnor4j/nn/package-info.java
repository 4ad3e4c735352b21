/**
 * Keras-style layers, their quantizers, constraints and initializers, and models made of them.
 *
 * <p>Layers are immutable values that know Keras' parameters by Keras' names. A {@link
 * io.github.xnor4j.nn.Model} gives them names and weights and traces programs; {@link
 * io.github.xnor4j.nn.KerasJson} reads and writes Keras' own configuration of a model.
 */
package io.github.xnor4j.nn;
