/** Kernels, sessions and task graphs: the only package that names TornadoVM. */
package io.github.xnor4j.gpu.tornado;
