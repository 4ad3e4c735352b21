package io.github.xnor4j.gpu.plan;

/**
 * One run of a kernel: a task of the graph.
 *
 * @param kernel which
 * @param label what it computes, for the printed plan
 * @param parameters what the kernel reads first: extents, and where operands and results lie
 * @param threads work items, a multiple of group
 * @param group work items of a work group
 */
public record Launch(Kernel kernel, String label, int[] parameters, int threads, int group) {}
