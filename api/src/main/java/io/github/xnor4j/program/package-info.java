/**
 * Programs: lists of typed ops over values with static shapes, the only thing that backends see.
 *
 * <p>A {@link io.github.xnor4j.program.Trace} records ops, {@link
 * io.github.xnor4j.program.Differentiator} appends gradients to it, and {@link
 * io.github.xnor4j.program.Trace#build} makes the immutable {@link
 * io.github.xnor4j.program.Program}.
 */
package io.github.xnor4j.program;
