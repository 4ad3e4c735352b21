/** Host values: dtypes, shapes, tensors, packed bits, and the counter-based random generator. */
package io.github.xnor4j.tensor;
