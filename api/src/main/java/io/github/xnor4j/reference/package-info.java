/**
 * The reference backend: plain scalar loops in float64, the oracle that every other backend is
 * compared with.
 */
package io.github.xnor4j.reference;
