/**
 * The CPU backend on {@code jdk.incubator.vector}: kernels as static methods over arrays.
 *
 * <p>Conventions of every kernel: arguments are trusted, since the plan has checked shapes once;
 * offsets and lengths count elements; lanes are columns or channels, so that a sum's order does not
 * depend on the width of a vector; nothing is allocated.
 */
package io.github.xnor4j.cpu.vector;
