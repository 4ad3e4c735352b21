package io.github.xnor4j.group;

import io.github.xnor4j.program.Value;

/**
 * Where a straight-through estimator passes gradients on: |x| &lt;= limit, a bit for each element.
 * Nothing else reads |x|, so of x only these bits need outlive the forward pass.
 *
 * @param size |x|, which the program has in place of the bits
 * @param x what is compared
 * @param limit 0 or more
 */
public record Mask(Value size, Value x, float limit) {}
