/**
 * The backend {@code native}: kernels in C, called through {@code java.lang.foreign}. Not public
 * API; whoever wants it names it to {@link io.github.xnor4j.backend.Backends#select}.
 */
package io.github.xnor4j.cpu.natives;
