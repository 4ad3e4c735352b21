/** The MNIST database of handwritten digits, carried as resources. */
package io.github.xnor4j.mnist;
